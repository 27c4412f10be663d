// Does more, larger or cheaper memory never make where a shipped network's tensors live dearer?
#include <gtest/gtest.h>

#include <limits>

#include "sim/mapping/place/memory_assignment.h"
#include "sim/network/reader.h"
#include "tests/support/mapping_hardware.h"
#include "tests/support/program_walk.h"

namespace subvolt {
namespace {

using mapping::MemoryRegion;

class PlacementMonotone : public ::testing::TestWithParam<const char*> {
 protected:
  // Sums of costs such as 0.4 differ in their last bits with the order of the memories.
  static constexpr double kRounding = 1 + 1e-12;

  double cost(const std::vector<MemoryRegion>& memories) const {
    const auto found = mapping::assign_memories(data_, memories, std::vector<int>(data_.size(), -1));
    for (const int m : found.memory) EXPECT_GE(m, 0);
    return found.cost;
  }
  // A small fast SRAM, a large slow one, DRAM.
  static std::vector<MemoryRegion> three(std::int64_t fast_kib, std::int64_t slow_kib) {
    auto memories = test::mapping_hardware().memories;
    memories[0].size = Bytes(slow_kib * 1024);
    memories[0].read_cost_per_byte = memories[0].write_cost_per_byte = 1.5;
    MemoryRegion fast;
    fast.instance = "fast";
    fast.base = 0x1000'0000;
    fast.size = Bytes(fast_kib * 1024);
    fast.read_cost_per_byte = fast.write_cost_per_byte = 0.4;
    memories.push_back(fast);
    return memories;
  }

  network::Network net_ = network::read_network(GetParam());
  std::vector<mapping::StoredData> data_ = mapping::stored_data(net_);
};

TEST_P(PlacementMonotone, OneScarceMemory) {
  double before = std::numeric_limits<double>::infinity();
  for (std::int64_t kib = 4; kib <= 2048; kib += kib < 256 ? 4 : 64) {
    auto memories = test::mapping_hardware().memories;
    memories[0].size = Bytes(kib * 1024);
    const double now = cost(memories);
    EXPECT_LE(now, kRounding * before) << kib << " KiB";
    before = now;
    memories[0].write_cost_per_byte = 0.5;
    EXPECT_LE(cost(memories), kRounding * now) << kib << " KiB";
  }
}

TEST_P(PlacementMonotone, TwoScarceMemoriesOfUsualSizes) {
  for (const std::int64_t fast : {32, 64, 256}) {
    double before = std::numeric_limits<double>::infinity();
    for (const std::int64_t slow : {64, 256, 384, 512, 1024, 2048}) {
      const double now = cost(three(fast, slow));
      EXPECT_LE(now, kRounding * before) << fast << ", " << slow << " KiB";
      EXPECT_LE(now, kRounding * cost(three(fast / 2, slow))) << fast << ", " << slow << " KiB";
      before = now;
      auto cheaper = three(fast, slow);
      cheaper[0].read_cost_per_byte = 0.9;
      EXPECT_LE(cost(cheaper), kRounding * now) << fast << ", " << slow << " KiB";
    }
  }
}

TEST_P(PlacementMonotone, AFurtherSramNeverRaisesOffChipTraffic) {
  for (const std::int64_t kib : {64, 256, 512}) {
    auto hardware = test::mapping_hardware(32);
    hardware.memories = three(64, kib);
    const auto both = test::off_chip_bytes(make_plan(net_, hardware, mapping::Objective::kEnergy), hardware);
    hardware.memories.pop_back();
    const auto one = test::off_chip_bytes(make_plan(net_, hardware, mapping::Objective::kEnergy), hardware);
    EXPECT_LE(both, one) << kib << " KiB";
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, PlacementMonotone,
                         ::testing::Values("kws_ds_cnn", "resnet8", "vww_mobilenet_v1_0.25_96", "ad_autoencoder",
                                           "mobilenet_v1_1.0_224", "mobilenet_v2_1.0_224"));

}  // namespace
}  // namespace subvolt
