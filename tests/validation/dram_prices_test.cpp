// Do the prices that follow from the shipped currents give the energy that DRAMPower 5.1 computes for the same
// commands?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "sim/power/ledger/energy_model.h"

namespace subvolt::power {
namespace {

using Attributes = std::vector<std::pair<std::string, double>>;

double joules(const PriceBook& book, const std::string& key, const Attributes& attributes = {}, bool core = true) {
  double sum = 0.0;
  for (const UnitEnergy& unit : unit_energies({key, key, Cause::kSwitching, "", attributes}, book, Voltage())) {
    if (!core || unit.rail != "vddq") sum += unit.energy.si();
  }
  return sum;
}
double watts(const PriceBook& book, const std::string& key) { return joules(book, key) * 1e12; }

// What the engine tells of the reference configuration, in picoseconds.
struct Durations {
  double tRAS, tRP, burst, tRFC;
};
struct Prices {
  Prices(const PriceBook& book, const Durations& d)
      : activate(joules(book, "dram.activate", {{"tRAS_ps", d.tRAS}})),
        precharge(joules(book, "dram.precharge", {{"tRP_ps", d.tRP}})),
        read(joules(book, "dram.read", {{"burst_ps", d.burst}})),
        write(joules(book, "dram.write", {{"burst_ps", d.burst}})),
        refresh(joules(book, "dram.refresh", {{"tRFC_ps", d.tRFC}})),
        active(watts(book, "dram.active_standby")),
        closed(watts(book, "dram.precharge_standby")) {}
  double activate, precharge, read, write, refresh, active, closed;
};

// Counts of a command schedule that DRAMSys 5.1 issued without power-down, and DRAMPower's energy for it. Precharges
// are open banks closed, a precharge of all banks counting each. Active cycles: a bank open or a refresh running.
struct Trace {
  const char* name;
  int activate, precharge, read, write, refresh;
  double active_cycles, all_cycles;
  double total_nJ;
};
double energy_nJ(const Prices& p, const Trace& t, double cycle_s) {
  const double commands =
      t.activate * p.activate + t.precharge * p.precharge + t.read * p.read + t.write * p.write + t.refresh * p.refresh;
  return 1e9 * (commands + cycle_s * (t.active_cycles * p.active + (t.all_cycles - t.active_cycles) * p.closed));
}

// LPDDR4-3200, memory specification JEDEC_8Gb_LPDDR4-3200_16bit, VDD1 and VDD2 without interface.
constexpr Durations kLpddr4{42'500.0, 18'125.0, 5'000.0, 280'000.0};
constexpr double kLpddr4Cycle_s = 625e-12;

TEST(DramPrices, Lpddr4UnitEnergiesAreDramPowers) {
  const Prices p(read_price_book("lpddr4_3200"), kLpddr4);
  // DRAMPower 5.1's energy of a class divided by its count.
  EXPECT_NEAR(p.activate * 1e9, 27.094 / 34, 0.0001);
  EXPECT_NEAR(p.precharge * 1e9, 0.4078, 0.0001);
  EXPECT_NEAR(p.read * 1e9, 2759.68 / 2048, 0.0001);
  EXPECT_NEAR(p.write * 1e9, 2027.52 / 2048, 0.0001);
  EXPECT_NEAR(p.refresh * 1e9, 44.772 / 2, 0.0001);
  EXPECT_NEAR(p.active * 1e3, 37.05, 0.001);
  EXPECT_NEAR(p.closed * 1e3, 33.3, 0.001);
}

TEST(DramPrices, Lpddr4TracesCostWhatDramPowerSays) {
  const Prices p(read_price_book("lpddr4_3200"), kLpddr4);
  constexpr Trace kTraces[] = {
      {"sequential read", 34, 26, 2048, 0, 2, 17442, 17505, 3244.764},
      {"sequential write", 34, 26, 0, 2048, 2, 17508, 17571, 2514.038},
      {"row misses in one bank", 514, 513, 512, 0, 8, 39570, 53444, 2688.261},
      {"random read", 2057, 2050, 2048, 0, 6, 38188, 38375, 6254.680},
      {"mixed, two reads per write", 45, 42, 1366, 683, 3, 19952, 20046, 3100.035},
      {"single reads", 403, 396, 500, 0, 15, 99430, 99896, 3797.504},
      {"bursts and pauses", 31, 30, 1024, 0, 20, 113576, 126189, 4720.709},
      {"long pauses", 8, 7, 512, 0, 44, 48198, 280573, 7622.419},
  };
  for (const Trace& t : kTraces) EXPECT_NEAR(energy_nJ(p, t, kLpddr4Cycle_s) / t.total_nJ, 1.0, 0.01) << t.name;
}

// DDR3-1600, four devices, MICRON_2Gb_DDR3-1600_16bit_D. Active cycles are DRAMsim3's, from its energy of active
// standby at the same current (270 mW) for the same trace; DRAMSys does not report them.
TEST(DramPrices, Ddr3TracesCostWhatDramPowerSays) {
  const Prices p(read_price_book("ddr3_1600"), {35'000.0, 13'750.0, 5'000.0, 160'000.0});
  EXPECT_NEAR(p.read * 1e9, 6.75, 1e-6);  // per 64 B
  EXPECT_NEAR(p.write * 1e9, 7.05, 1e-6);
  EXPECT_NEAR((p.activate + p.precharge) * 1e9, 19.26, 1e-6);
  EXPECT_NEAR(p.refresh * 1e9, 163.2, 1e-6);
  constexpr Trace kTraces[] = {
      {"sequential read", 33, 25, 2048, 0, 1, 8367, 8367, 17401.245},
      {"row misses in one bank", 512, 511, 512, 0, 3, 14335, 20340, 20538.623},
      {"single reads", 401, 393, 500, 0, 15, 97661, 99838, 47186.783},
      {"bursts and pauses", 31, 30, 1024, 0, 20, 104399, 126087, 52886.685},
      {"long pauses", 8, 7, 512, 0, 44, 27625, 280279, 99810.682},
  };
  for (const Trace& t : kTraces) EXPECT_NEAR(energy_nJ(p, t, 1250e-12) / t.total_nJ, 1.0, 0.005) << t.name;
}

// DDR4-2400, eight devices, MICRON_4Gb_DDR4-2400_8bit_A with VPP; active cycles as above (422.4 mW).
TEST(DramPrices, Ddr4TracesCostWhatDramPowerSays) {
  const Prices p(read_price_book("ddr4_2400"), {39 * 833.0, 16 * 833.0, 4 * 833.0, 313 * 833.0});
  constexpr Trace kTraces[] = {
      {"single reads", 397, 390, 500, 0, 10, 96563, 99853, 43881.115},
      {"bursts and pauses", 27, 26, 1024, 0, 13, 113741, 126111, 51234.735},
      {"long pauses", 8, 7, 512, 0, 29, 40617, 280415, 95799.635},
  };
  for (const Trace& t : kTraces) EXPECT_NEAR(energy_nJ(p, t, 833e-12) / t.total_nJ, 1.0, 0.01) << t.name;
}

// Independent of these currents: Accelergy's 45 nm table has 512 pJ per 64 bit of low-power DRAM, 8 pJ per bit.
TEST(DramPrices, StreamingReadCostsAboutEightPicojoulesPerBit) {
  const PriceBook book = read_price_book("lpddr4_3200");
  const Prices p(book, kLpddr4);
  const double pins = joules(book, "dram.io_read", {{"burst_ps", kLpddr4.burst}}, false);
  // 32 B a burst, 64 bursts in a page of 2 KiB.
  const double burst = p.read + pins + p.active * kLpddr4.burst * 1e-12 + (p.activate + p.precharge) / 64.0;
  EXPECT_NEAR(burst / 256.0 * 1e12, 8.0, 2.0);
}

TEST(DramPrices, DeeperStatesCostLess) {
  for (const char* name : {"ddr3_1600", "ddr4_2400", "lpddr3_1600", "lpddr4_3200"}) {
    const PriceBook book = read_price_book(name);
    EXPECT_GT(watts(book, "dram.active_standby"), watts(book, "dram.precharge_standby")) << name;
    EXPECT_GE(watts(book, "dram.active_standby"), watts(book, "dram.active_power_down")) << name;
    EXPECT_GT(watts(book, "dram.precharge_standby"), watts(book, "dram.precharge_power_down")) << name;
    // Self-refresh has its refreshes in it: in the sheets of DDR3, DDR4 and LPDDR3 it is above power-down.
    EXPECT_GT(watts(book, "dram.precharge_standby"), watts(book, "dram.self_refresh")) << name;
  }
}

// Eight per-bank refreshes restore what one of all banks does; the sheet's two ways to state it agree roughly.
TEST(DramPrices, PerBankRefreshCostsAboutAnEighth) {
  const PriceBook book = read_price_book("lpddr4_3200");
  const double bank = joules(book, "dram.refresh_bank", {{"tRFC_ps", 140'000.0}});
  EXPECT_NEAR(8 * bank / joules(book, "dram.refresh", {{"tRFC_ps", 280'000.0}}), 0.75, 0.25);
}

TEST(DramPrices, Lpddr5HasNoCurrentsAndRefuses) {
  const PriceBook book = read_price_book("lpddr5_6400");
  try {
    joules(book, "dram.activate", {{"tRAS_ps", 42'000.0}});
    FAIL() << "priced without currents";
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), testing::HasSubstr("configs/memories/lpddr5_6400.yaml has neither currents nor prices"));
  }
}

}  // namespace
}  // namespace subvolt::power
