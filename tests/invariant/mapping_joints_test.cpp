// Where concatenations and splits are made by placement alone, does every layer still find its operands, and nobody
// write over what another one has yet to read?
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "sim/config/library.h"
#include "sim/config/loader.h"
#include "sim/mapping/place/joint_storage.h"
#include "sim/mapping/program/footprint.h"
#include "sim/network/reader.h"
#include "tests/support/byte_identity.h"
#include "tests/support/mapping_hardware.h"
#include "tests/support/test_name.h"

namespace subvolt {
namespace {

using mapping::Objective;
using mapping::Plan;
using network::LayerSpec;
using network::Network;

bool joins_tensors(const Network& net) {
  return std::any_of(net.layers.begin(), net.layers.end(),
                     [](const network::Layer& l) { return l.op.is("concat") || l.op.is("split"); });
}

int followed(const Network& net, const Plan& plan) {
  test::ByteIdentity bytes(net, plan);
  bytes.run();
  return bytes.in_place();
}

class EveryJoint : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryJoint, FindsItsOperands) {
  const Network net = network::read_network(GetParam());
  if (!net.tensors.front().format().is_byte()) GTEST_SKIP() << "the NPU computes int8";
  test::MapperHardware hardware = test::mapping_hardware(64);
  hardware.npu.styles.resize(1);
  hardware.host.operators = {{"yolo_head", 8.0}, {"conv2d", 1.0}, {"fully_connected", 1.0}};
  EXPECT_GE(followed(net, make_plan(net, hardware, Objective::kEnergy)), joins_tensors(net) ? 1 : 0);
}

INSTANTIATE_TEST_SUITE_P(Mapping, EveryJoint, ::testing::ValuesIn(config::shipped("network")), test::test_name);

// Networks of a few layers.
LayerSpec conv(const std::string& name, const std::string& from, std::int64_t channels, int kernel = 3) {
  LayerSpec spec = test::convolution(name, {kernel, kernel}, {1, 1}, channels);
  spec.inputs = {from};
  return spec;
}
LayerSpec concat(const std::string& name, std::vector<std::string> from, std::int64_t axis = 2) {
  LayerSpec spec = test::layer_spec(name, network::Operator("concat"));
  spec.inputs = std::move(from);
  spec.axes = {axis};
  return spec;
}
LayerSpec split(const std::string& name, const std::string& from, std::vector<std::string> outputs) {
  LayerSpec spec = test::layer_spec(name, network::Operator("split"));
  spec.inputs = {from};
  spec.axes = {2};
  for (const std::string& output : outputs) {
    spec.outputs.emplace_back();
    spec.outputs.back().name = output;
  }
  return spec;
}
Network network_of(std::vector<LayerSpec> layers) { return test::network_of({8, 8, 16}, std::move(layers)); }

// Of layers of the network: those that are nothing but a place.
std::vector<std::string> placed(const Network& net, const Plan& plan) {
  std::vector<std::string> names;
  for (std::size_t l = 0; l < net.layers.size(); ++l) {
    if (plan.mappings[l].in_place) names.push_back(net.layers[l].name);
  }
  return names;
}
using Names = std::vector<std::string>;

Plan plan_of(const Network& net) { return make_plan(net, test::mapping_hardware(), Objective::kEnergy); }

TEST(MappingJoints, BranchesWriteIntoTheWhole) {
  const Network net = network_of({conv("stem", "input", 16), conv("a", "stem", 16, 1), conv("b", "stem", 32),
                                  concat("cat", {"a", "b"}), conv("end", "cat", 8)});
  const Plan plan = plan_of(net);
  EXPECT_EQ(placed(net, plan), Names{"cat"});
  EXPECT_EQ(followed(net, plan), 1);
  const auto& place = plan.placement.activations;
  EXPECT_EQ(place[2].address, place[4].address);
  EXPECT_EQ(place[3].address, place[4].address + 16);
  EXPECT_EQ(place[2].pitch, 48);
  EXPECT_EQ(place[4].pitch, 0);
  // Their rows lie between each other, and neither has to wait for the other one.
  const auto a = footprint_of(plan.program.layers[1]), b = footprint_of(plan.program.layers[2]);
  EXPECT_TRUE(a.writes[0].end > b.writes[0].begin && b.writes[0].end > a.writes[0].begin);
  EXPECT_FALSE(a.conflicts(b));
  EXPECT_TRUE(b.conflicts(footprint_of(plan.program.layers[4])));
}

TEST(MappingJoints, DenseBlocksAreOneTensor) {
  // As it is written with the concatenation before, and with all that there is so far.
  for (const bool chained : {true, false}) {
    const Network net =
        network_of({conv("x0", "input", 32), conv("x1", "x0", 16), concat("c1", {"x0", "x1"}), conv("x2", "c1", 16),
                    concat("c2", chained ? Names{"c1", "x2"} : Names{"x0", "x1", "x2"}), conv("x3", "c2", 16),
                    concat("c3", chained ? Names{"c2", "x3"} : Names{"x0", "x1", "x2", "x3"}), conv("end", "c3", 8)});
    const Plan plan = plan_of(net);
    EXPECT_EQ(placed(net, plan), (Names{"c1", "c2", "c3"})) << chained;
    EXPECT_EQ(followed(net, plan), 3);
    EXPECT_EQ(mapping::stored_data(net, plan.placement.joins).size(), 5U + 3U) << "weights, input, block, output";
  }
}

TEST(MappingJoints, ConsumersReadPartsOfASplit) {
  const Network net = network_of({conv("x", "input", 32), split("halves", "x", {"h0", "h1"}), conv("a", "h1", 16),
                                  concat("cat", {"h0", "a"}), conv("end", "cat", 8)});
  const Plan plan = plan_of(net);
  followed(net, plan);
  EXPECT_EQ(placed(net, plan).front(), "halves");
}

TEST(MappingJoints, WhatCannotShareIsCopied) {
  struct Case {
    const char* why;
    std::vector<LayerSpec> layers;
    Names placed;
  };
  const std::vector<Case> cases = {
      {"one tensor twice: the second is a copy",
       {conv("a", "input", 16), concat("cat", {"a", "a"}), conv("end", "cat", 8)},
       {}},
      {"two orders: one of them",
       {conv("a", "input", 16), conv("b", "a", 16), concat("ab", {"a", "b"}), concat("ba", {"b", "a"}),
        conv("u", "ab", 8), conv("v", "ba", 8), concat("end", {"u", "v"})},
       {"ab", "end"}},
      {"other neighbours of one tensor: one of them",
       {conv("a", "input", 16), conv("b", "a", 16), conv("d", "b", 16), concat("ab", {"a", "b"}),
        concat("ad", {"a", "d"}), conv("u", "ab", 8), conv("v", "ad", 8), concat("end", {"u", "v"})},
       {"ab", "end"}},
      {"an input of the network", {conv("a", "input", 16), concat("cat", {"input", "a"}), conv("end", "cat", 8)}, {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.why);
    const Network net = network_of(c.layers);
    const Plan plan = plan_of(net);
    followed(net, plan);
    EXPECT_EQ(placed(net, plan), c.placed);
  }
}

TEST(MappingJoints, AnOutputOfTheNetworkIsNoPart) {
  network::NetworkSpec spec;
  spec.name = "test";
  spec.source = "made for a test";
  spec.inputs.emplace_back();
  spec.inputs.back().shape = {8, 8, 16};
  spec.layers = {conv("a", "input", 16), conv("b", "a", 16), concat("cat", {"a", "b"}), conv("end", "cat", 8)};
  spec.outputs = {"a", "end"};
  const Network net = network::build_network(spec);
  const Plan plan = plan_of(net);
  followed(net, plan);
  EXPECT_EQ(plan.placement.activations[static_cast<std::size_t>(net.layers[0].outputs[0])].pitch, 0);
  EXPECT_TRUE(placed(net, plan).empty());
}

TEST(MappingJoints, OtherScalesAreCopied) {
  for (const double scale : {0.5, 0.25}) {
    std::vector<LayerSpec> layers = {conv("a", "input", 16), conv("b", "a", 16), concat("cat", {"a", "b"}),
                                     conv("end", "cat", 8)};
    for (std::size_t l = 0; l < 3; ++l) layers[l].quantization = network::Quantization{l == 0 ? scale : 0.5};
    const Network net = network_of(layers);
    const Plan plan = plan_of(net);
    followed(net, plan);
    EXPECT_EQ(plan.placement.joins.size(), scale == 0.5 ? 2U : 1U);
  }
}

std::vector<mapping::PlacementRule> rules(const std::string& yaml) {
  const auto document = config::load_text("schema: design/1\ndesign:\n  placement:\n" + yaml, "d.yaml", "design");
  std::vector<mapping::PlacementRule> all;
  config::Diagnostics diagnostics;
  config::FieldType<std::vector<mapping::PlacementRule>>::read(*document.section.find("placement"), all, diagnostics);
  diagnostics.throw_if_any();
  return all;
}

TEST(MappingJoints, RulesThatPlaceThemApartKeepThemApart) {
  const Network net =
      network_of({conv("a", "input", 16), conv("b", "a", 16), concat("cat", {"a", "b"}), conv("end", "cat", 8)});
  const auto apart = rules("    - {tensors: a.output, in: dram}\n");
  const Plan plan = make_plan(net, test::mapping_hardware(), Objective::kEnergy, apart);
  followed(net, plan);
  EXPECT_EQ(plan.placement.activations[static_cast<std::size_t>(net.layers[0].outputs[0])].memory, 1);
  EXPECT_EQ(plan.placement.activations[static_cast<std::size_t>(net.layers[2].outputs[0])].memory, 0);
  EXPECT_EQ(plan.placement.joins.size(), 1U) << "b alone is in the whole";
  const auto together = rules("    - {tensors: activations, in: dram}\n");
  const Plan all = make_plan(net, test::mapping_hardware(), Objective::kEnergy, together);
  followed(net, all);
  EXPECT_EQ(placed(net, all), Names{"cat"});
}

// A skip over a bottleneck, early and large, whose concatenation comes late; with scales that keep it a copy or not.
Network skip(bool joins) {
  std::vector<LayerSpec> layers = {conv("early", "input", 16), conv("x", "early", 64),        conv("y", "x", 64),
                                   conv("z", "y", 48),         concat("cat", {"early", "z"}), conv("end", "cat", 8)};
  layers[4].quantization = network::Quantization{0.5};
  for (const std::size_t l : {0, 3}) layers[l].quantization = network::Quantization{joins ? 0.5 : 0.25};
  return network_of(layers);
}

TEST(MappingJoints, NoneMakesAPlanWorse) {
  int joined = 0, apart = 0;
  for (std::int64_t kibibytes = 2; kibibytes <= 32; ++kibibytes) {
    test::MapperHardware hardware = test::mapping_hardware();
    hardware.memories[0].size = Bytes(kibibytes * 1024);
    const auto figures = [&](const Network& net) {
      const Plan plan = make_plan(net, hardware, Objective::kEnergy);
      followed(net, plan);
      (plan.placement.joins.empty() ? apart : joined) += 1;
      double cost = 0;
      std::int64_t cycles = 0, off_chip = 0;
      for (const mapping::LayerMapping& m : plan.mappings) {
        cost += m.cost;
        cycles += m.estimated_cycles.value();
        off_chip += m.off_chip_bytes;
      }
      return std::tuple(cost, cycles, off_chip);
    };
    const auto copied = figures(skip(false)), placed = figures(skip(true));
    EXPECT_LE(std::get<0>(placed), std::get<0>(copied)) << kibibytes;
    EXPECT_LE(std::get<1>(placed), std::get<1>(copied)) << kibibytes;
    EXPECT_LE(std::get<2>(placed), std::get<2>(copied)) << kibibytes;
  }
  EXPECT_GT(joined, 0);
  EXPECT_GT(apart, 31) << "some blocks live too long for a small memory";
}

TEST(Footprints, RowsBetweenEachOtherDoNotMeet) {
  const auto rows = [](mapping::Address base, std::int64_t bytes, std::int64_t count, std::int64_t pitch) {
    return mapping::Block{base, bytes, count, pitch, 1, 0};
  };
  for (std::int64_t column = 0; column < 48; ++column) {
    for (std::int64_t bytes = 1; bytes <= 48 - column; ++bytes) {
      const mapping::Block a = rows(1000, 16, 5, 48),
                           b = rows(1000 + static_cast<mapping::Address>(column), bytes, 3, 48);
      bool meet = false;
      test::for_each_run(b, [&](mapping::Address begin, std::int64_t n) {
        for (std::int64_t i = 0; i < n; ++i) meet = meet || test::contains(a, begin + static_cast<mapping::Address>(i));
      });
      EXPECT_EQ(range_of(a).meets(range_of(b)), meet) << column << " " << bytes;
      EXPECT_EQ(range_of(b).meets(range_of(a)), meet) << column << " " << bytes;
    }
  }
}

}  // namespace
}  // namespace subvolt
