// Does a memory on a narrow bus sleep and wake as its document says, and does flash program and erase?
#include <gtest/gtest.h>

#include "models/mem/xspi/xspi.h"
#include "models/mem/xspi/xspi_engine.h"
#include "tests/support/memory_driver.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt::mem {
namespace {

using test::drive;
using test::kMs;
using test::kUs;
using test::MemoryRun;

XspiEngine xspi_engine(const std::string& document, const std::string& how = "{}") {
  return XspiEngine(XspiDeviceConfig::schema().read(*test::memory_document(document).find("device")),
                    XspiSettings::schema().read(test::yaml(how)), Hertz());
}

TEST(XspiStates, HybridSleepComesAfterItsIdleTimeAndCostsItsExit) {
  XspiEngine awake = xspi_engine("hyperram2_s27ks0642");
  XspiEngine sleepy = xspi_engine("hyperram2_s27ks0642", "{half_sleep_after: 10 us}");
  const std::vector<test::MemoryRequest> requests{{0, false, 0, 64}, {kMs, false, 0, 64}};
  const MemoryRun a = drive(awake, requests), s = drive(sleepy, requests);
  EXPECT_TRUE(s.faults.empty());
  EXPECT_EQ(s.done[0], a.done[0]);
  EXPECT_EQ(s.done[1] - a.done[1], 100 * kUs);
  // A millisecond less the first access, 10 us of waiting and 3 us of entry.
  EXPECT_EQ(s.count.at("half_sleep"), kMs + 5'000 - a.done[0] - 13 * kUs);
  EXPECT_EQ(a.count.at("half_sleep"), 0);
}

TEST(XspiStates, AnAccessDuringTheEntryWaitsForItAndTheWayBack) {
  XspiEngine sleepy = xspi_engine("hyperram2_s27ks0642", "{half_sleep_after: 10 us}");
  const MemoryRun s = drive(sleepy, {{0, false, 0, 64}, {12 * kUs, false, 0, 64}});
  EXPECT_TRUE(s.faults.empty());
  EXPECT_GE(s.done[1], s.done[0] + 113 * kUs);
  EXPECT_LE(s.count.at("half_sleep"), 10'000) << "an edge at the most";
}

TEST(XspiStates, ThePowerManagerSendsItDownAndWakesIt) {
  XspiEngine e = xspi_engine("hyperram_s27ks0641");
  e.advance(0);
  e.request_state(power::PowerState::kRetention, 0);  // there is no half sleep: stays up
  e.advance(kMs);
  e.request_state(power::PowerState::kOff, kMs);
  e.advance(2 * kMs);
  e.request_state(power::PowerState::kOn, 2 * kMs);
  e.advance(3 * kMs);
  std::int64_t deep = 0;
  for (std::size_t i = 0; i < e.events().size(); ++i) {
    const std::int64_t n = e.take(i);
    if (e.events()[i].name == "deep_power_down") deep = n;
  }
  EXPECT_NEAR(static_cast<double>(deep), static_cast<double>(kMs - 3 * kUs), 20'000.0);  // edges
}

TEST(XspiStates, FlashProgramsPagesAndErasesWhatWasProgrammed) {
  XspiEngine e = xspi_engine("nor_kh25l8005");
  // Two pages, a read that waits for the second one, then the first page again: its sector is erased before.
  const MemoryRun r = drive(e, {{0, true, 0, 512}, {0, false, 0, 1}, {0, true, 0, 1}}, 10 * kMs);
  EXPECT_TRUE(r.faults.empty());
  EXPECT_EQ(r.count.at("pages_programmed"), 3);
  EXPECT_EQ(r.count.at("sectors_erased"), 1);
  EXPECT_EQ(r.count.at("erase"), 60 * kMs);
  EXPECT_NEAR(static_cast<double>(r.count.at("program")), 3 * 1.4e9, 60'000.0);  // 3 x 1.4 ms to the clock
  EXPECT_EQ(r.count.at("command"), 3 * 2 + 2 + 1) << "each program and erase has a write enable before it";
  EXPECT_GE(r.done[1], 2 * 1400 * kUs);
  EXPECT_GE(r.done[2], r.done[1] + 60 * kMs);
  EXPECT_EQ(r.count.at("write_byte"), 513);
}

TEST(XspiStates, FlashKeepsItsContentsInDeepPowerDownAndMayIdleThere) {
  XspiEngine e = xspi_engine("nor_kh25l8005", "{deep_power_down_after: 20 us}");
  const MemoryRun r = drive(e, {{0, false, 0, 16}}, kMs);
  EXPECT_TRUE(r.faults.empty());
  EXPECT_NEAR(static_cast<double>(r.count.at("deep_power_down")), static_cast<double>(kMs - 23 * kUs), 40'000.0);
}

TEST(XspiStates, InASocItKeepsWhatFlashHoldsAndCountsItsStates) {
  test::in_child([] {
    test::TestEnvironment environment;  // on-chip clock 1 GHz
    environment.set_clock("flash", Hertz(66'000'000));
    Xspi flash("flash", XspiConfig::schema().read(test::yaml("{device: nor_kh25l8005}")), environment);
    EXPECT_FALSE(flash.writable());
    EXPECT_TRUE(flash.off_chip());
    EXPECT_EQ(flash.capacity(), Bytes(1 << 20));
    test::Traffic traffic("traffic", {{0, false, 0, 64}, {0, false, 64, 64}, {kMs, false, 4000, 3}});
    traffic.port.socket.bind(dynamic_cast<kernel::TargetPort&>(*flash.target_side("")).socket);
    sc_core::sc_start();
    EXPECT_TRUE(traffic.all_served());
    const auto record = environment.finish();
    EXPECT_EQ(test::events(record, "flash.command"), 2) << "the second goes on with the first one's burst";
    EXPECT_EQ(test::events(record, "flash.read_byte"), 131);
    EXPECT_EQ(test::events(record, "flash.read_B"), 131);
    EXPECT_EQ(test::events(record, "flash.active") + test::events(record, "flash.standby"), record.total_time);
    EXPECT_EQ(record.components.front().price_book, "nor_kh25l8005");
  });
}

}  // namespace
}  // namespace subvolt::mem
