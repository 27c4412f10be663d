// Do the shipped LPDDR4 prices give the energy that DRAMPower 5.1 computes for the same commands?
//
// Counts and residencies come from command schedules that DRAMSys 5.1 issued, without power-down, for an LPDDR4-3200
// x16 channel of 8 Gb; energies from DRAMPower 5.1 with the memory specification JEDEC_8Gb_LPDDR4-3200_16bit. It
// reports VDD1 and VDD2, no interface. Active cycles: a bank open or a refresh running.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "sim/power/technology.h"

namespace subvolt::power {
namespace {

struct Trace {
  const char* name;
  int activate, read, write, refresh;
  std::int64_t active_cycles, all_cycles;
  double command_nJ;  // DRAMPower: activation, precharge, read, write, refresh
  double total_nJ;    // and background
};
constexpr double kCycle_s = 625e-12;
constexpr Trace kTraces[] = {
    {"sequential read", 34, 2048, 0, 2, 17442, 17505, 2841.334, 3244.764},
    {"sequential write", 34, 0, 2048, 2, 17508, 17571, 2109.174, 2514.038},
    {"row misses in one bank", 514, 512, 0, 8, 39570, 53444, 1484.547, 2688.261},
    {"random read", 2057, 2048, 0, 6, 38188, 38375, 5366.737, 6254.680},
    {"mixed, two reads per write", 45, 1366, 683, 3, 19952, 20046, 2636.184, 3100.035},
    {"single reads", 403, 500, 0, 15, 99430, 99896, 1486.058, 3797.504},
    {"bursts and pauses", 31, 1024, 0, 20, 113576, 126189, 1862.866, 4720.709},
    {"long pauses", 8, 512, 0, 44, 48198, 280573, 1683.726, 7622.419},
};

double core_energy(const PriceBook& book, const std::string& key) {
  double sum = 0.0;
  for (const auto& [rail, energy] : book.find(key)->rail_energy) {
    if (rail != "vddq") sum += energy.si();
  }
  return sum;
}
double core_power(const PriceBook& book, const std::string& key) {
  double sum = 0.0;
  for (const auto& [rail, power] : book.find(key)->rail_power) {
    if (rail != "vddq") sum += power.si();
  }
  return sum;
}

double commands_nJ(const PriceBook& book, const Trace& t) {
  return 1e9 * (t.activate * core_energy(book, "dram.activate") + t.read * core_energy(book, "dram.read") +
                t.write * core_energy(book, "dram.write") + t.refresh * core_energy(book, "dram.refresh"));
}

TEST(DramPrices, CommandsCostWhatDramPowerSays) {
  const PriceBook book = read_price_book("lpddr4_3200");
  for (const Trace& t : kTraces) {
    // We charge every activation its precharge; DRAMPower counts a precharge-all of several banks otherwise.
    EXPECT_NEAR(commands_nJ(book, t) / t.command_nJ, 1.0, 0.01) << t.name;
  }
}

TEST(DramPrices, WholeTracesCostWhatDramPowerSays) {
  const PriceBook book = read_price_book("lpddr4_3200");
  for (const Trace& t : kTraces) {
    const double background =
        1e9 * kCycle_s *
        (static_cast<double>(t.active_cycles) * core_power(book, "dram.active_standby") +
         static_cast<double>(t.all_cycles - t.active_cycles) * core_power(book, "dram.precharge_standby"));
    EXPECT_NEAR((commands_nJ(book, t) + background) / t.total_nJ, 1.0, 0.02) << t.name;
  }
}

// Independent of these currents: Accelergy's 45 nm table has 512 pJ per 64 bit of low-power DRAM, 8 pJ per bit.
TEST(DramPrices, StreamingReadCostsAboutEightPicojoulesPerBit) {
  const PriceBook book = read_price_book("lpddr4_3200");
  const double burst_s = 8 * kCycle_s, bits = 256.0;
  double per_burst = core_energy(book, "dram.read") + core_power(book, "dram.active_standby") * burst_s +
                     core_energy(book, "dram.activate") / 64.0;  // 2 KiB page, 64 bursts
  for (const auto& [rail, energy] : book.find("dram.io_read")->rail_energy) per_burst += energy.si();
  EXPECT_NEAR(per_burst / bits * 1e12, 8.0, 2.0);
}

TEST(DramPrices, DeeperStatesCostLess) {
  const PriceBook book = read_price_book("lpddr4_3200");
  EXPECT_GT(core_power(book, "dram.active_standby"), core_power(book, "dram.precharge_standby"));
  EXPECT_GT(core_power(book, "dram.precharge_standby"), core_power(book, "dram.precharge_power_down"));
  EXPECT_GT(core_power(book, "dram.precharge_power_down"), core_power(book, "dram.self_refresh"));
}

}  // namespace
}  // namespace subvolt::power
