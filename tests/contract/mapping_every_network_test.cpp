// Does every shipped network keep its work under every dataflow, objective and buffer size: each MAC once, each
// output byte stored once, every byte moved planned, and no live tensor overwritten?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "sim/config/library.h"
#include "sim/network/reader.h"
#include "tests/support/mapping_hardware.h"
#include "tests/support/program_walk.h"

namespace subvolt {
namespace {

using mapping::Address;
using mapping::Block;
using mapping::LayerProgram;
using mapping::Objective;
using mapping::Plan;
using testing::for_each_run;
using testing::moved_by;

const network::Network& shipped_network(const std::string& name) {
  static std::map<std::string, network::Network> known;
  auto found = known.find(name);
  if (found == known.end()) found = known.emplace(name, network::read_network(name)).first;
  return found->second;
}

// How often each byte of a tensor is touched; blocks outside of it fail.
class Coverage {
 public:
  Coverage(Address base, std::int64_t bytes) : base_(base), counts_(static_cast<std::size_t>(bytes), 0) {}
  void add(const Block& block) {
    for_each_run(block, [&](Address begin, std::int64_t bytes) {
      ASSERT_GE(begin, base_);
      ASSERT_LE(begin - base_ + static_cast<std::uint64_t>(bytes), counts_.size());
      const auto at = counts_.begin() + static_cast<std::ptrdiff_t>(begin - base_);
      std::for_each(at, at + bytes, [](std::uint8_t& n) { n = static_cast<std::uint8_t>(std::min(n + 1, 200)); });
    });
  }
  bool each_once() const {
    return std::all_of(counts_.begin(), counts_.end(), [](auto n) { return n == 1; });
  }
  bool each_touched() const {
    return std::all_of(counts_.begin(), counts_.end(), [](auto n) { return n > 0; });
  }

 private:
  Address base_;
  std::vector<std::uint8_t> counts_;
};

void check_order(const LayerProgram& program) {
  for (std::size_t i = 0; i < program.commands.size(); ++i) {
    for (const std::int32_t before : program.commands[i].after) {
      ASSERT_GE(before, 0);
      ASSERT_LT(before, static_cast<std::int32_t>(i)) << program.name;
    }
  }
}

void check_npu_layer(const network::Network& net, std::size_t l, const Plan& plan, const mapping::Hardware& hardware) {
  const network::Layer& layer = net.layers[l];
  const LayerProgram& program = plan.program.layers[l];
  const mapping::LayerMapping& mapping = plan.mappings[l];
  SCOPED_TRACE("layer " + layer.name);
  check_order(program);

  const testing::Moved moved = moved_by(program, hardware.npu.array);
  EXPECT_EQ(moved.macs, layer.macs);
  EXPECT_EQ(moved.input, mapping.input_bytes);
  EXPECT_EQ(moved.weights, mapping.weight_bytes);
  EXPECT_EQ(moved.biases, mapping.bias_bytes);
  EXPECT_EQ(moved.output, mapping.output_bytes);
  EXPECT_EQ(moved.output, net.output_of(layer).bytes().value());
  EXPECT_EQ(moved.array_cycles, mapping.array_cycles.value());
  EXPECT_GT(mapping.candidates, 0);
  EXPECT_GT(mapping.estimated_cycles.value(), 0);

  const auto place = [&](network::TensorId t) {
    return plan.placement.activations[static_cast<std::size_t>(t)].address;
  };
  Coverage output(place(layer.outputs.at(0)), net.output_of(layer).bytes().value());
  Coverage parameters(plan.placement.parameters[l].address, layer.parameter_bytes().value());
  std::map<Address, Coverage> inputs;
  for (const network::TensorId t : layer.inputs)
    inputs.emplace(place(t), Coverage(place(t), net.tensor(t).bytes().value()));
  std::int64_t operations = 0;
  for (const mapping::Command& c : program.commands) {
    if (const auto* load = std::get_if<mapping::Load>(&c.what)) {
      if (load->operand == mapping::Operand::kInput) {
        auto at = inputs.upper_bound(load->from.base);
        ASSERT_NE(at, inputs.begin());
        std::prev(at)->second.add(load->from);
      } else {
        parameters.add(load->from);
      }
    } else if (const auto* store = std::get_if<mapping::Store>(&c.what)) {
      output.add(store->to);
    } else if (const auto* vector = std::get_if<mapping::Vector>(&c.what)) {
      operations += vector->work.outputs * vector->work.taps;
    }
  }
  EXPECT_TRUE(output.each_once()) << "an output byte is stored twice or never";
  EXPECT_TRUE(parameters.each_touched()) << "a parameter is never loaded";
  const bool skips = layer.window.stride_height > layer.window.extent_height() ||
                     layer.window.stride_width > layer.window.extent_width();
  for (const auto& [address, coverage] : inputs) EXPECT_TRUE(skips || coverage.each_touched()) << "input not loaded";
  EXPECT_EQ(operations, network::has_macs(layer) ? net.output_of(layer).shape.elements() : layer.element_operations);
}

// Tensors alive at the same layer must not share a byte; parameters live always.
void check_placement(const network::Network& net, const Plan& plan) {
  struct Piece {
    Address begin, end;
    int first, last;
    std::string name;
  };
  std::vector<Piece> pieces;
  std::map<Address, std::size_t> views;
  const int end = static_cast<int>(net.layers.size());
  for (std::size_t l = 0; l < net.layers.size(); ++l) {
    if (net.layers[l].parameters() == 0) continue;
    const Address at = plan.placement.parameters[l].address;
    pieces.push_back({at, at + static_cast<Address>(net.layers[l].parameter_bytes().value()), 0, end,
                      net.layers[l].name + " parameters"});
  }
  std::vector<int> root(net.tensors.size());
  for (std::size_t t = 0; t < root.size(); ++t) root[t] = static_cast<int>(t);
  for (const network::Layer& layer : net.layers) {
    if (network::is_view(layer)) {
      root[static_cast<std::size_t>(layer.outputs.at(0))] = root[static_cast<std::size_t>(layer.inputs[0])];
      EXPECT_EQ(plan.placement.activations[static_cast<std::size_t>(layer.outputs.at(0))].address,
                plan.placement.activations[static_cast<std::size_t>(layer.inputs[0])].address);
    }
  }
  for (std::size_t t = 0; t < net.tensors.size(); ++t) {
    if (root[t] != static_cast<int>(t)) continue;
    Piece piece{plan.placement.activations[t].address, 0, end, -1, net.tensors[t].name};
    piece.end = piece.begin + static_cast<Address>(net.tensors[t].bytes().value());
    const auto alive = [&](int l) {
      piece.first = std::min(piece.first, l);
      piece.last = std::max(piece.last, l);
    };
    for (const network::TensorId id : net.inputs)
      if (id == static_cast<int>(t)) alive(0);
    for (const network::TensorId id : net.outputs)
      if (root[static_cast<std::size_t>(id)] == static_cast<int>(t)) alive(end);
    for (int l = 0; l < end; ++l) {
      const network::Layer& layer = net.layers[static_cast<std::size_t>(l)];
      if (layer.outputs.at(0) == static_cast<int>(t)) alive(l);
      for (const network::TensorId id : layer.inputs)
        if (root[static_cast<std::size_t>(id)] == static_cast<int>(t)) alive(l);
    }
    pieces.push_back(piece);
  }
  for (std::size_t a = 0; a < pieces.size(); ++a) {
    EXPECT_EQ(pieces[a].begin % 64, 0U) << pieces[a].name;
    for (std::size_t b = a + 1; b < pieces.size(); ++b) {
      const bool together = pieces[a].first <= pieces[b].last && pieces[b].first <= pieces[a].last;
      const bool overlap = pieces[a].begin < pieces[b].end && pieces[b].begin < pieces[a].end;
      EXPECT_FALSE(together && overlap) << pieces[a].name << " and " << pieces[b].name;
    }
  }
}

class EveryNetwork : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryNetwork, KeepsItsWork) {
  const network::Network& net = shipped_network(GetParam());
  for (const mapping::ArrayStyle* style : mapping::array_styles()) {
    for (const std::int64_t kibibytes : {8, 64}) {
      for (const Objective objective : {Objective::kEnergy, Objective::kLatency, Objective::kEdp}) {
        SCOPED_TRACE(style->name() + ", buffers " + std::to_string(kibibytes) + " KiB, objective " +
                     config::FieldType<Objective>::text(objective));
        mapping::Hardware hardware = testing::mapping_hardware(kibibytes);
        hardware.npu.styles = {style};
        const Plan plan = make_plan(net, hardware, objective);
        ASSERT_EQ(plan.program.layers.size(), net.layers.size());
        check_placement(net, plan);
        for (std::size_t l = 0; l < net.layers.size(); ++l) {
          const LayerProgram& program = plan.program.layers[l];
          if (network::is_view(net.layers[l])) {
            EXPECT_EQ(program.runs, LayerProgram::Runs::kNowhere);
            EXPECT_TRUE(program.commands.empty());
          } else {
            EXPECT_EQ(program.runs, LayerProgram::Runs::kOnNpu);
            check_npu_layer(net, l, plan, hardware);
          }
        }
      }
    }
  }
}

std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
}

std::vector<std::string> all_networks() {
  config::set_data_root(SUBVOLT_SOURCE_DIR);  // parameters are made before main() runs
  return config::shipped("network");
}

INSTANTIATE_TEST_SUITE_P(Mapping, EveryNetwork, ::testing::ValuesIn(all_networks()), test_name);

}  // namespace
}  // namespace subvolt
