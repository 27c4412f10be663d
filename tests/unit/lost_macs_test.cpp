// Is a layer named whose multiplications in a run are not those of the network?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/run/work.h"
#include "tests/support/mapping_hardware.h"

namespace subvolt::run {
namespace {

TEST(LostMacs, AreThoseOfALayerInAllItsJobs) {
  const network::Network net = test::network_of(
      {4, 4, 8}, {test::convolution("a", {1, 1}, {1, 1}, 2), test::convolution("b", {3, 3}, {1, 1}, 4)});
  power::ActivityRecord record;
  record.layers.resize(2);
  for (std::size_t l = 0; l < 2; ++l) {
    record.layers[l].jobs = 3;
    record.layers[l].macs = 3 * net.layers[l].macs;
  }
  EXPECT_THAT(lost_macs(net, record), ::testing::IsEmpty());
  record.layers[0].macs = 256;  // of one job
  EXPECT_THAT(lost_macs(net, record), ::testing::ElementsAre("a: MACs: 768 planned, 256 simulated"));
}

}  // namespace
}  // namespace subvolt::run
