// Does more hardware never make a plan worse, does each objective get the best of its own figure, and is a plan
// always the same?
#include <gtest/gtest.h>

#include <limits>

#include "sim/config/library.h"
#include "sim/network/reader.h"
#include "tests/support/mapping_hardware.h"
#include "tests/support/program_walk.h"

namespace subvolt {
namespace {

using mapping::Objective;
using test::off_chip_bytes;

std::int64_t estimated_cycles(const mapping::Plan& plan) {
  std::int64_t sum = 0;
  for (const auto& m : plan.mappings) sum += m.estimated_cycles.value();
  return sum;
}

void expect_same(const mapping::Plan& a, const mapping::Plan& b) {
  ASSERT_EQ(a.program.layers.size(), b.program.layers.size());
  for (std::size_t l = 0; l < a.program.layers.size(); ++l) {
    const auto& left = a.program.layers[l].commands;
    const auto& right = b.program.layers[l].commands;
    ASSERT_EQ(left.size(), right.size()) << a.program.layers[l].name;
    EXPECT_EQ(a.mappings[l].cost, b.mappings[l].cost);
    for (std::size_t i = 0; i < left.size(); ++i) {
      ASSERT_EQ(left[i].after, right[i].after);
      ASSERT_EQ(left[i].what.index(), right[i].what.index());
      const auto* load = std::get_if<mapping::Load>(&left[i].what);
      if (!load) continue;
      ASSERT_EQ(load->from.base, std::get<mapping::Load>(right[i].what).from.base);
      ASSERT_EQ(load->from.bytes(), std::get<mapping::Load>(right[i].what).from.bytes());
    }
  }
}

class MappingMonotone : public ::testing::TestWithParam<const char*> {
 protected:
  network::Network net_ = network::read_network(GetParam());
};

TEST_P(MappingMonotone, ABiggerBufferNeverRaisesOffChipTraffic) {
  for (int which = 0; which < 4; ++which) {  // input, weight, output buffer, all
    std::int64_t before = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t kibibytes : {4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256}) {
      const Bytes size(kibibytes * 1024), fixed(16 * 1024);
      const auto hardware =
          test::mapping_hardware(which == 0 || which == 3 ? size : fixed, which == 1 || which == 3 ? size : fixed,
                                 which == 2 || which == 3 ? size : fixed);
      const std::int64_t now = off_chip_bytes(make_plan(net_, hardware, Objective::kEnergy), hardware);
      EXPECT_LE(now, before) << "buffer " << which << " at " << kibibytes << " KiB";
      before = now;
    }
  }
}

TEST_P(MappingMonotone, ABiggerSramNeverRaisesOffChipTraffic) {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t kibibytes : {16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048}) {
    auto hardware = test::mapping_hardware(32);
    hardware.memories[0].size = Bytes(kibibytes * 1024);
    const std::int64_t now = off_chip_bytes(make_plan(net_, hardware, Objective::kEnergy), hardware);
    EXPECT_LE(now, before) << kibibytes << " KiB";
    before = now;
  }
}

TEST_P(MappingMonotone, EachObjectiveWinsOnItsOwnFigure) {
  for (const std::int64_t kibibytes : {8, 64}) {
    const auto hardware = test::mapping_hardware(kibibytes);
    const auto energy = make_plan(net_, hardware, Objective::kEnergy);
    const auto latency = make_plan(net_, hardware, Objective::kLatency);
    const auto edp = make_plan(net_, hardware, Objective::kEdp);
    EXPECT_LE(estimated_cycles(latency), estimated_cycles(energy));
    EXPECT_LE(estimated_cycles(latency), estimated_cycles(edp));
    EXPECT_LE(off_chip_bytes(energy, hardware), off_chip_bytes(latency, hardware));
    EXPECT_LE(off_chip_bytes(energy, hardware), off_chip_bytes(edp, hardware));
    for (std::size_t l = 0; l < net_.layers.size(); ++l) {
      const auto product = [&](const mapping::Plan& p) {
        return p.mappings[l].cost * static_cast<double>(p.mappings[l].estimated_cycles.value());
      };
      EXPECT_LE(product(edp), product(energy)) << net_.layers[l].name;
      EXPECT_LE(product(edp), product(latency)) << net_.layers[l].name;
    }
  }
}

TEST_P(MappingMonotone, AFasterMemoryCostsNoMore) {
  auto slow = test::mapping_hardware();
  auto fast = slow;
  fast.memories[1].path = test::path_of(25.6);
  const auto cost = [&](const test::MapperHardware& hardware) {
    double sum = 0.0;
    for (const mapping::LayerMapping& m : make_plan(net_, hardware, Objective::kEnergy).mappings) sum += m.cost;
    return sum;
  };
  EXPECT_LE(cost(fast), cost(slow));
  EXPECT_LE(estimated_cycles(make_plan(net_, fast, Objective::kLatency)),
            estimated_cycles(make_plan(net_, slow, Objective::kLatency)));
}

TEST_P(MappingMonotone, PlansAreReproducible) {
  const auto hardware = test::mapping_hardware(16);
  for (const Objective o : {Objective::kEnergy, Objective::kLatency, Objective::kEdp}) {
    expect_same(make_plan(net_, hardware, o), make_plan(net_, hardware, o));
  }
}

TEST(MappingMonotoneLarge, MobileNetInFewerSteps) {
  const network::Network net = network::read_network("mobilenet_v1_1.0_224");
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t kibibytes : {8, 32, 64, 256}) {
    const auto hardware = test::mapping_hardware(kibibytes);
    const std::int64_t now = off_chip_bytes(make_plan(net, hardware, Objective::kEnergy), hardware);
    EXPECT_LE(now, before) << kibibytes << " KiB";
    before = now;
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, MappingMonotone,
                         ::testing::Values("kws_ds_cnn", "resnet8", "vww_mobilenet_v1_0.25_96", "ad_autoencoder"));

}  // namespace
}  // namespace subvolt
