// Does a memory on a narrow bus take the clocks that its data sheet says, clock by clock, and sleep as told?
#include "models/mem/xspi/xspi_engine.h"

#include <gtest/gtest.h>

#include "sim/config/error.h"
#include "tests/support/memory_driver.h"
#include "tests/support/test_environment.h"
#include "tests/support/xspi_reference.h"

namespace subvolt::mem {
namespace {

using test::drive;
using test::MemoryRequest;
using test::MemoryRun;

XspiDeviceConfig device(const std::string& document) {
  return XspiDeviceConfig::schema().read(*test::memory_document(document).find("device"));
}
XspiSettings settings(const std::string& text) { return XspiSettings::schema().read(test::yaml(text)); }

MemoryRun run(const std::string& document, const std::vector<MemoryRequest>& requests, const std::string& how = "{}",
              Picoseconds rest = {}) {
  XspiEngine engine(device(document), settings(how), Hertz());
  MemoryRun result = drive(engine, requests, rest);
  for (const std::string& fault : result.faults) ADD_FAILURE() << document << ": " << fault;
  return result;
}
// Clocks of a device, as a time of its clock grid.
std::int64_t clocks(std::int64_t n, Hertz hz) { return n * 1'000'000'000'000 / hz.value(); }

TEST(Xspi, HyperRamTakesItsClocks) {
  // At 166 MHz: the request at 0 begins at edge 1; chip select to clock 1; CA 2 before the latency; latency 6, twice
  // because it is fixed; 64 B in 32 clocks.
  const MemoryRun fixed = run("hyperram_s27ks0641", {{0, false, 0, 64}});
  EXPECT_EQ(fixed.done[0], clocks(1 + 1 + 2 + 6 + 6 + 32, Hertz(166'000'000)));
  const MemoryRun variable = run("hyperram_s27ks0641", {{0, false, 0, 64}}, "{latency: variable}");
  EXPECT_EQ(variable.done[0], clocks(1 + 1 + 2 + 6 + 32, Hertz(166'000'000)));
  // First word after chip select, without refresh: 56 ns in the data sheet, which has half a clock of set-up and
  // 5.5 ns from the clock to the pins; here the end of its first byte pair, a clock after its begin.
  const MemoryRun word = run("hyperram_s27ks0641", {{0, false, 0, 2}}, "{latency: variable}");
  const double access_ns = static_cast<double>(word.done[0] - clocks(1, Hertz(166'000'000))) * 1e-3;
  EXPECT_NEAR(access_ns, 56.0 + 3.0 - 5.5 + 6.0, 1.0);
}

TEST(Xspi, LatencyCodesFollowTheClock) {
  // Cypress HyperRAM, configuration register 0: 3 clocks up to 83 MHz, 4 to 100, 5 to 133, 6 to 166.
  for (const auto& [mhz, code] :
       {std::make_pair(83, 3), std::make_pair(100, 4), std::make_pair(133, 5), std::make_pair(166, 6)}) {
    EXPECT_EQ(XspiTiming(device("hyperram_s27ks0641"), XspiSettings(), Hertz(mhz * 1'000'000)).read.latency, code)
        << mhz;
  }
  // AP Memory octal PSRAM: 3 up to 66 MHz, 4 to 109, 5 to 133, 6 to 166, 7 to 200.
  for (const auto& [mhz, code] : {std::make_pair(66, 3), std::make_pair(109, 4), std::make_pair(133, 5),
                                  std::make_pair(166, 6), std::make_pair(200, 7)}) {
    EXPECT_EQ(XspiTiming(device("psram_aps6408l"), XspiSettings(), Hertz(mhz * 1'000'000)).read.latency, code) << mhz;
  }
}

TEST(Xspi, OtherDevicesTakeTheirClocks) {
  // Octal PSRAM at 200 MHz: 1 + 2 + 7, 32 B in 16 clocks; the next chip select 20 ns later at the earliest.
  const MemoryRun octal = run("psram_aps6408l", {{0, false, 0, 32}, {0, false, 4096, 32}});
  EXPECT_EQ(octal.done[0], clocks(1 + 1 + 2 + 7 + 16, Hertz(200'000'000)));
  EXPECT_EQ(octal.done[1], clocks(27 + 4 + 1 + 2 + 7 + 16, Hertz(200'000'000)));
  const MemoryRun wide = run("psram_aps256xxn_x16", {{0, false, 0, 32}});
  EXPECT_EQ(wide.done[0], clocks(1 + 1 + 2 + 7 + 8, Hertz(200'000'000)));
  // Quad PSRAM at 84 MHz: 2 + 6 + 6 clocks, two clocks per byte; writes without wait.
  const MemoryRun quad = run("psram_aps1604m", {{0, false, 0, 32}, {100'000'000, true, 0, 32}});
  EXPECT_EQ(quad.done[0], clocks(1 + 1 + 8 + 6 + 64, Hertz(84'000'000)));
  EXPECT_EQ(quad.done[1], clocks(8400 + 1 + 1 + 8 + 64, Hertz(84'000'000)));
  // Serial flash at 66 MHz: 8 + 24 + 8, eight clocks per byte.
  const MemoryRun flash = run("nor_kh25l8005", {{0, false, 0, 256}});
  EXPECT_EQ(flash.done[0], clocks(1 + 1 + 40 + 2048, Hertz(66'000'000)));
}

TEST(Xspi, BurstsEndAtPagesAndGoOnWithTheNextAccess) {
  // Over the end of a 1 KiB page: two transactions. In a row: one.
  const MemoryRun crossing = run("psram_aps6408l", {{0, false, 1000, 48}});
  EXPECT_EQ(crossing.count.at("command"), 2);
  EXPECT_EQ(crossing.done[0], clocks(1 + 10 + 12 + 4 + 10 + 12, Hertz(200'000'000)));
  const std::vector<MemoryRequest> row{{0, false, 0, 32}, {0, false, 32, 32}, {0, true, 64, 32}};
  const MemoryRun together = run("psram_aps6408l", row);
  EXPECT_EQ(together.count.at("command"), 2) << "the write needs its own";
  EXPECT_EQ(together.count.at("continued"), 1);
  EXPECT_EQ(together.done[1], clocks(1 + 10 + 32, Hertz(200'000'000)));
  const MemoryRun apart = run("psram_aps6408l", row, "{continue_bursts: false}");
  EXPECT_EQ(apart.count.at("command"), 3);
  const MemoryRun wrapped = run("psram_aps6408l", {{0, false, 0, 128}}, "{longest_burst: 32 B}");
  EXPECT_EQ(wrapped.count.at("command"), 4);
}

// The table in docs/models.md, and never more than the pins carry.
TEST(Xspi, SustainsAlmostWhatThePinsCarry) {
  struct Row {
    const char* document;
    double first_ns, sustained_MB, peak_MB;
  };
  for (const Row& row : {Row{"hyperram_s27ks0641", 283, 323, 332}, Row{"hyperram2_s27ks0642", 245, 390, 400},
                         Row{"psram_aps6408l", 210, 386, 400}, Row{"psram_aps256xxn", 210, 386, 400},
                         Row{"psram_aps256xxn_x16", 130, 772, 800}, Row{"psram_aps1604m", 1702, 40.8, 42},
                         Row{"nor_kh25l8005", 8379, 8.25, 8.25}, Row{"nor_mc25vf128", 922, 83, 83}}) {
    const MemoryRun first = run(row.document, {{0, false, 0, 64}});
    const double clock_ns = 1e9 / device(row.document).max_clock.value.si();
    EXPECT_NEAR(static_cast<double>(first.done[0]) * 1e-3 - clock_ns, row.first_ns, 0.6) << row.document;
    const MemoryRun long_read = run(row.document, {{0, false, 0, 1 << 20}});
    const double rate_MB = static_cast<double>(1 << 20) / (static_cast<double>(long_read.done[0]) * 1e-6);
    EXPECT_NEAR(rate_MB, row.sustained_MB, 0.006 * row.sustained_MB) << row.document;
    EXPECT_LE(rate_MB, row.peak_MB) << row.document;
  }
}

TEST(Xspi, ChipSelectIsNeverLowForTooLong) {
  XspiEngine engine(device("hyperram_s27ks0641"), settings("{}"), Hertz());
  std::vector<std::int64_t> low;
  engine.on_command([&](const kernel::MemoryEngine::Command& c) { low.push_back(c.at); });
  const MemoryRun result = drive(engine, {{0, false, 0, 8192}});
  // 4 us are 664 clocks, 649 of them with data: 1298 B at a time.
  EXPECT_EQ(result.count.at("command"), 7);
  for (std::size_t i = 1; i < low.size(); ++i) EXPECT_GE(low[i] - low[i - 1], 4'000'000);
  EXPECT_LE(result.count.at("active"), 7 * 4'000'000);
}

TEST(Xspi, EqualsAClockByClockReferenceOnRandomDevicesAndTraffic) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const auto up_to = [&](std::int64_t n) { return static_cast<std::int64_t>(random()) % (n + 1); };
    const auto clocks = [&](std::int64_t n) { return SourcedDelay{Time(), Cycles(up_to(n)), "random"}; };
    XspiDeviceConfig d;
    d.standard = "random";
    d.max_clock.value = Frequency::from_si(static_cast<double>(10'000'000 + up_to(240'000'000)));
    d.capacity.value = Bytes(1 << 16);
    d.width.value = 1 << up_to(4);
    d.transfers_per_clock.value = 1 + up_to(1);
    d.granule = SourcedSize{Bytes(1 << up_to(2)), "random"};
    d.select.setup = clocks(3);
    d.select.high = clocks(8);
    if (up_to(1)) d.select.recovery = clocks(20);
    if (up_to(1)) d.select.cycle = clocks(40);
    for (XspiAccess* access : {&d.read, &d.write}) {
      access->command = clocks(12);
      access->latency = clocks(10);
      if (up_to(1)) access->collision = clocks(10);
      if (up_to(1)) access->page = SourcedSize{Bytes(64 << up_to(4)), "random"};
    }
    if (up_to(2)) {
      d.refresh.emplace();
      d.refresh->latency = up_to(1) ? XspiLatency::kFixed : XspiLatency::kVariable;
      d.refresh->interval.value = Time::from_si(1e-9 * static_cast<double>(300 + up_to(5000)));
      d.refresh->duration.value = Time::from_si(1e-9 * static_cast<double>(1 + up_to(250)));
    }
    if (up_to(1))
      d.select.low_max =
          SourcedTime{Time::from_si((150.0 + static_cast<double>(up_to(300))) / d.max_clock.value.si()), "r"};
    XspiSettings s;
    s.queue = 256;
    s.continue_bursts = up_to(3) > 0;
    if (up_to(2) == 0) s.longest_burst = Bytes(1 + up_to(200));
    const auto requests = test::random_requests(random, 1 << 16, 120, 1 + up_to(300), up_to(1) ? 300'000 : 20'000'000);
    XspiEngine engine(d, s, Hertz());
    const MemoryRun run = drive(engine, requests);
    for (const std::string& fault : run.faults) ADD_FAILURE() << "round " << round << ": " << fault;
    const test::XspiReference expected = test::clock_by_clock(engine.timing(), requests, s.continue_bursts);
    ASSERT_EQ(run.done, expected.done) << "round " << round;
    EXPECT_EQ(run.count.at("command"), expected.transactions) << "round " << round;
    EXPECT_EQ(run.count.at("continued"), expected.continued);
    EXPECT_EQ(run.count.at("active"), expected.active);
    EXPECT_EQ(run.count.at("read_byte") + run.count.at("write_byte"), expected.bytes);
    if (d.refresh) {
      EXPECT_EQ(run.count.at("refresh_collisions"), expected.collisions);
    }
  }
}

TEST(Xspi, RefuseWhatTheDeviceCannot) {
  const auto refused = [](const std::string& document, const std::string& how, Hertz hz) {
    try {
      XspiEngine engine(device(document), settings(how), hz);
      return std::string("accepted");
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::kConfiguration);
      return std::string(e.what());
    }
  };
  EXPECT_NE(refused("hyperram_s27ks0641", "{}", Hertz(200'000'000)).find("up to 166 MHz"), std::string::npos);
  EXPECT_NE(refused("hyperram_s27ks0641", "{half_sleep_after: 1 us}", Hertz()).find("no half sleep"),
            std::string::npos);
  EXPECT_NE(refused("hyperram_s27ks0641", "{deep_power_down_after: 1 us}", Hertz()).find("lose"), std::string::npos);
  EXPECT_NE(refused("hyperram_s27ks0641", "{}", Hertz(2'000'000)).find("chip select"), std::string::npos);
  EXPECT_EQ(refused("hyperram2_s27ks0642", "{half_sleep_after: 1 us}", Hertz()), "accepted");
}

}  // namespace
}  // namespace subvolt::mem
