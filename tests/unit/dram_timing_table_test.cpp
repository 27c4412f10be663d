// Do times become ticks as JEDEC says: rounded up, with DDR4's guard band, intervals to the nearest?
#include <gtest/gtest.h>

#include "models/mem/dram/timing_table.h"
#include "sim/config/library.h"
#include "sim/config/loader.h"

namespace subvolt::mem::dram {
namespace {

DeviceConfig device(const std::string& name) {
  return DeviceConfig::schema().read(*config::load(config::find("memory", name), "memory").section.find("device"));
}

// Clocks from ACT to RD, which is tRCD in all documents where both commands are equally long.
std::int64_t activate_to_read(const DeviceConfig& d, Hertz hz, Rounding rounding = Rounding::kClock) {
  return TimingTable(d, 0, hz, rounding).distance(Command::kAct, Command::kRead);
}

// A device whose tRCD is this.
DeviceConfig with_rcd(double ns, std::int64_t clocks, std::int64_t guard) {
  DeviceConfig d = device("ddr3_1600");
  for (auto& [name, p] : d.parameters) {
    if (name == "tRCD") p.time = Time::from_si(ns * 1e-9), p.clocks = Cycles(clocks);
  }
  d.rounding.value = guard;
  return d;
}

TEST(DramTimingTable, TimesAreRoundedUpToClocks) {
  EXPECT_EQ(activate_to_read(with_rcd(13.75, 0, 0), Hertz(800'000'000)), 11);
  EXPECT_EQ(activate_to_read(with_rcd(13.76, 0, 0), Hertz(800'000'000)), 12);
  EXPECT_EQ(activate_to_read(with_rcd(13.75, 15, 0), Hertz(800'000'000)), 15);
  EXPECT_EQ(activate_to_read(with_rcd(13.75, 4, 0), Hertz(400'000'000)), 6);
}

// JESD79-4: n = ceil(t / tCK - 0.026), so 11.026 clocks are 11.
TEST(DramTimingTable, AGuardBandForgivesThousandthsOfAClock) {
  EXPECT_EQ(activate_to_read(with_rcd(13.782, 0, 26), Hertz(800'000'000)), 11);
  EXPECT_EQ(activate_to_read(with_rcd(13.784, 0, 26), Hertz(800'000'000)), 12);
  EXPECT_EQ(activate_to_read(with_rcd(0.01, 0, 26), Hertz(800'000'000)), 0);
}

// 11.25 ns are 2.9999999... clocks of 266,666,666 Hz and 3.0000000... of 266,666,667 Hz.
TEST(DramTimingTable, AnyFrequencyIsTakenAsItIs) {
  EXPECT_EQ(activate_to_read(with_rcd(11.25, 0, 0), Hertz(266'666'666)), 3);
  EXPECT_EQ(activate_to_read(with_rcd(11.25, 0, 0), Hertz(266'666'667)), 4);
}

TEST(DramTimingTable, ExactTicksArePicosecondsAndClocksAreRoundedUp) {
  EXPECT_EQ(activate_to_read(with_rcd(13.76, 0, 0), Hertz(800'000'000), Rounding::kExact), 13'760);
  EXPECT_EQ(activate_to_read(with_rcd(13.76, 7, 0), Hertz(333'333'333), Rounding::kExact), 21'001);
}

// Clocks of the reference configurations in DRAMSys 5.1, DRAMsim3 and Ramulator 2.1.
TEST(DramTimingTable, IntervalsAreThoseOfTheReferences) {
  const auto interval = [](const char* name, Hertz hz) {
    return TimingTable(device(name), 0, hz, Rounding::kClock).refresh_interval;
  };
  EXPECT_EQ(interval("ddr3_1600", Hertz(800'000'000)), 6240);
  EXPECT_EQ(interval("ddr4_2400", Hertz(1'200'480'192)), 9364);  // 9363.7
  EXPECT_EQ(interval("lpddr4_3200", Hertz(1'600'000'000)), 6246);
  const TimingTable hot(device("lpddr4_3200"), 0, Hertz(1'600'000'000), Rounding::kClock, 0.25);
  EXPECT_EQ(hot.refresh_interval, 1562);  // 1561.6
  EXPECT_EQ(hot.bank_refresh_interval, 195);
}

// LPDDR4: commands take 4 clocks (ACT, RD) or 2 (PRE); distances count between last clocks, the table between begins.
TEST(DramTimingTable, DistancesCountFromBeginToBegin) {
  const TimingTable t(device("lpddr4_3200"), 0, Hertz(1'600'000'000), Rounding::kClock);
  EXPECT_EQ(t.distance(Command::kAct, Command::kRead), 29);
  EXPECT_EQ(t.distance(Command::kAct, Command::kPrecharge), 68 + 4 - 2);
  EXPECT_EQ(t.distance(Command::kPrecharge, Command::kAct), 29 + 2 - 4);
  EXPECT_EQ(t.read_data, 28 + 3);
  EXPECT_EQ(t.write_data, 14 + 3);
  EXPECT_EQ(t.burst, 8);
  EXPECT_EQ(t.until_refresh, (68 + 4 - 2) + 34);  // ACT, PREA, REFab
}

TEST(DramTimingTable, SetPointsHaveTheirOwnParameters) {
  const TimingTable t(device("lpddr4_3200"), 1, Hertz(800'000'000), Rounding::kClock);
  EXPECT_EQ(t.read_data, 14 + 3);
  EXPECT_EQ(t.write_data, 8 + 3);
  EXPECT_EQ(t.distance(Command::kAct, Command::kRead), 15);  // 14.4
  EXPECT_EQ(t.set_point_switch, 200);
}

}  // namespace
}  // namespace subvolt::mem::dram
