// Does our DRAM take as long as established simulators on the same traffic with the same timings?
//
// LPDDR4-3200, x16, 8 Gb, one rank, open page, all-bank refresh; tDQSCK, tDQSS and tWPRE zero, no power-down, as in
// the references. Total cycles of runs of DRAMSys 5.1 (first number) and DRAMsim3 2981759 (second; it acknowledges
// writes when they are accepted, so there is none for writes). Their controllers reorder requests (FR-FCFS); on
// these traces there is nothing to gain by it. Requests come as fast as accepted, one a cycle, 64 in the queues.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "models/mem/dram_channel.h"
#include "sim/config/library.h"
#include "sim/config/loader.h"

namespace subvolt::mem {
namespace {

constexpr std::int64_t kClockPs = 625;
constexpr int kBanks = 8;

struct Burst {
  int bank;
  std::int64_t row;
};

std::int64_t cycles(const std::vector<Burst>& bursts, bool write) {
  const auto document = config::load(config::find("memory", "lpddr4_3200"), "memory");
  DramDeviceConfig device = DramDeviceConfig::schema().read(*document.section.find("device"));
  device.timing.tDQSCK = device.timing.tDQSS = device.timing.tWPRE = DramDelay{};
  constexpr std::int64_t kNever = INT64_MAX / 4;
  DramChannel channel(DramTiming(device, 1'600'000'000, DramRounding::kClock), {kBanks, kNever, kNever});
  std::vector<std::int64_t> done;
  std::int64_t now = 0;
  for (const Burst& b : bursts) {
    if (done.size() >= 64) now = std::max(now, done[done.size() - 64]);
    channel.arrive(now, now + kClockPs);
    done.push_back(channel.schedule(write, b.bank, b.row).data_end_ps);
    now += kClockPs;
  }
  return done.back() / kClockPs;
}

// 2048 bursts in a row: 64 to a page, pages over the banks.
std::vector<Burst> stream() {
  std::vector<Burst> bursts;
  for (int i = 0; i < 2048; ++i) bursts.push_back({i / 64 % kBanks, i / 64 / kBanks});
  return bursts;
}

TEST(DramSimulators, SequentialReads) {
  const auto c = static_cast<double>(cycles(stream(), false));
  EXPECT_NEAR(c, 17505, 0.01 * 17505);
  EXPECT_NEAR(c, 17507, 0.01 * 17507);
}

TEST(DramSimulators, SequentialWrites) {
  EXPECT_NEAR(static_cast<double>(cycles(stream(), true)), 17571, 0.01 * 17571);
}

TEST(DramSimulators, EveryReadAnotherRowOfOneBank) {
  std::vector<Burst> bursts;
  for (int i = 0; i < 512; ++i) bursts.push_back({0, i});
  const auto c = static_cast<double>(cycles(bursts, false));
  EXPECT_NEAR(c, 53444, 0.01 * 53444);
  EXPECT_NEAR(c, 53510, 0.01 * 53510);
}

}  // namespace
}  // namespace subvolt::mem
