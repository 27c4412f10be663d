// Does the DRAM engine do by the clock what its header says: latencies, sleep, refresh, set-points? By hand, on
// LPDDR4-3200: 625 ps a clock; RL 28, WL 14, BL 8, tRCD 29, tRPpb 29, tRPab 34, tRAS 68, tRTP 12, tWR 29, tREFI 6246,
// tRFCab 448, tXP 12, tCKE 12, tCMDCKE 3, tSR 24, tXSR 460; ACT, RD, WR take 4 clocks, PRE, PREA, REFab, SRE, SRX 2,
// PDE and PDX 1. A request that arrives in clock t can have its first command in clock t + 1.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "sim/config/error.h"
#include "tests/support/dram_traffic.h"

namespace subvolt::test {
namespace {

constexpr std::int64_t kClock = 625;

const DramSpecimen& specimen(const std::string& name) {
  const auto& all = dram_specimens();
  return *std::find_if(all.begin(), all.end(), [&](const DramSpecimen& s) { return s.name == name; });
}

struct Played {
  DramOutcome outcome;
  // "ACT 1, RD 30" in clocks
  std::string commands() const {
    std::string text;
    for (const DramEvent& e : outcome.commands) {
      text += (text.empty() ? "" : ", ") + std::string(dram_command_names()[static_cast<std::size_t>(e.command)]) +
              " " + std::to_string(e.at / kClock);
    }
    return text;
  }
  std::int64_t done(std::size_t i) const { return outcome.done[i] / kClock; }
  std::int64_t event(const char* name) const { return outcome.events.at(name); }
};

// Requests at clocks, 32 B each. `until` is the clock at which it ends, if later than the last data.
Played play(const std::string& settings, const std::vector<std::tuple<std::int64_t, bool, std::int64_t>>& requests,
            std::int64_t until = 0, const std::vector<DramAsk>& asks = {}, const std::string& device = "lpddr4_3200") {
  DramCase c = dram_case(specimen(device), settings);
  for (const auto& [clock, write, address] : requests)
    c.traffic.requests.push_back({clock * kClock, write, address, 32});
  c.traffic.asks = asks;
  mem::dram::Engine first = c.engine();
  const std::int64_t end = drive_dram(first, c.traffic, DramDrive::kLeaps).end;
  c.traffic.tail = std::max<std::int64_t>(0, until * kClock - end);
  mem::dram::Engine engine = c.engine();
  Played r{drive_dram(engine, c.traffic, DramDrive::kSteps)};
  EXPECT_EQ(broken_promises(c.traffic, r.outcome, c.facts()), "");
  EXPECT_EQ(illegal_commands(r.outcome, c.sheets(), c.policy()), "");
  return r;
}

constexpr std::int64_t kRow = 8 * 2048;  // to the next row of the same bank

TEST(DramEngine, LatenciesOfClosedOpenAndWrongRows) {
  const Played r =
      play("{}", {{0, false, 0}, {200, false, 32}, {400, false, kRow}, {600, true, kRow}, {800, false, 2048}});
  EXPECT_EQ(r.commands(), "ACT 1, RD 30, RD 201, PRE 401, ACT 428, RD 457, WR 601, ACT 801, RD 830");
  EXPECT_EQ(r.done(0), 30 + 3 + 28 + 8);
  EXPECT_EQ(r.done(1), 201 + 39);
  EXPECT_EQ(r.done(3), 601 + 3 + 14 + 8);
  EXPECT_EQ(r.event("row_hits"), 2);
  EXPECT_EQ(r.event("row_misses"), 2);
  EXPECT_EQ(r.event("row_conflicts"), 1);
}

TEST(DramEngine, ClosedPagesCloseWithTheLastAccessToTheRow) {
  const Played r = play("{page_policy: closed}", {{0, false, 0}, {0, false, 32}, {400, true, 0}}, 600);
  EXPECT_EQ(r.commands(), "ACT 1, RD 30, RDA 38, ACT 401, WRA 430");
  // The device precharges by itself: tRAS after the activate, and write recovery after the data. Until then the row
  // counts as open.
  EXPECT_EQ(r.event("active_standby"), ((68 + 4 - 2) + (430 - 401 + 4 + 14 + 1 + 8 + 29 - 2)) * kClock);
}

TEST(DramEngine, ARowOutOfUseIsClosedAfterItsTimeOut) {
  const Played r =
      play("{page_policy: timeout, page_timeout: 60 ns}", {{0, false, 0}, {50, false, 32}, {300, false, 0}});
  EXPECT_EQ(r.commands(), "ACT 1, RD 30, RD 51, PRE 147, ACT 301, RD 330");  // 96 clocks after the last use
}

// Precharge and power-down 100 ns after the end of the data at clock 69; out for the refresh, and back.
TEST(DramEngine, ResidenciesOfOneRead) {
  const Played r = play("{power_down: {policy: idle, after: 100 ns, close_rows: true}}", {{0, false, 0}}, 8000);
  EXPECT_EQ(r.commands(), "ACT 1, RD 30, PREA 229, PDE 233, PDX 6246, REFab 6258, PDE 6262");
  EXPECT_EQ(r.event("active_standby"), (229 - 1 + 446) * kClock);  // tRFCab counts from last clock to last clock
  EXPECT_EQ(r.event("precharge_standby"), (1 + 233 - 229 + 6258 - 6246) * kClock);
  EXPECT_EQ(r.event("precharge_power_down"), (6246 - 233 + 8000 - 6258 - 446) * kClock);
  EXPECT_EQ(r.event("active_power_down"), 0);
  EXPECT_EQ(r.event("precharge"), 1);
}

TEST(DramEngine, PowerDownAsItIsLeavesRowsOpen) {
  const Played r = play("{power_down: {policy: idle, after: 100 ns}}", {{0, false, 0}, {2000, false, 32}}, 3000);
  EXPECT_EQ(r.commands(), "ACT 1, RD 30, PDE 229, PDX 2001, RD 2013, PDE 2212");
  EXPECT_EQ(r.event("active_power_down"), (2001 - 229 + 3000 - 2212) * kClock);
}

TEST(DramEngine, WakingTakesTheExitLatencies) {
  const std::string sleep =
      "{power_down: {policy: idle, after: 100 ns, close_rows: true}, "
      "self_refresh: {policy: idle, after: 2 us}}";
  const Played r = play(sleep, {{0, false, 0}, {1600, false, 0}, {60'000, false, 0}});
  EXPECT_EQ(r.done(0), 69);
  EXPECT_EQ(r.done(1) - 1600, 69 + 12);  // tXP
  // tXSR from SRX to REFab, tRFCab + 2 - 4 from the begin of REFab to that of ACT
  EXPECT_EQ(r.done(2) - 60'000, 69 + 460 + 448 - 2);
  EXPECT_EQ(r.event("refresh"), 1);
  EXPECT_EQ(r.event("self_refreshes"), 1);
}

TEST(DramEngine, SelfRefreshReplacesRefreshes) {
  const Played r = play("{self_refresh: {policy: idle, after: 10 us}}", {{0, false, 0}, {100'000, false, 0}}, 160'000);
  EXPECT_EQ(r.event("self_refreshes"), 2);
  EXPECT_EQ(r.event("refresh"), 2 + 2 + 1);  // before each, and one between them
  EXPECT_GT(r.event("self_refresh"), 120'000 * kClock);
}

// JESD209-4: at least one refresh between two stays in self-refresh, due or not.
TEST(DramEngine, ARefreshComesBetweenTwoStaysInSelfRefresh) {
  const Played r = play("{self_refresh: {policy: idle, after: 100 ns}}", {{0, false, 0}, {2000, false, 0}}, 3500);
  EXPECT_EQ(r.commands(),
            "ACT 1, RD 30, PREA 229, SRE 263, SRX 2001, REFab 2461, ACT 2907, RD 2936, PREA 3135, SRE 3169");
}

// A request while power-down gives way to self-refresh keeps the device up for as long as any other.
TEST(DramEngine, ARequestOnTheWayToSelfRefresh) {
  const std::string sleep =
      "{power_down: {policy: idle, after: 1 us, close_rows: true}, self_refresh: {policy: refresh}}";
  const Played quiet = play(sleep, {{0, false, 0}}, 9000);
  EXPECT_EQ(quiet.commands(), "ACT 1, RD 30, PREA 1669, PDE 1673, PDX 6246, SRE 6258");
  const Played late = play(sleep, {{0, false, 0}, {6250, false, 0}}, 9000);
  EXPECT_EQ(late.event("self_refreshes"), 0) << late.commands();
}

TEST(DramEngine, PostponedRefreshesWaitForRequests) {
  std::vector<std::tuple<std::int64_t, bool, std::int64_t>> stream;
  for (std::int64_t i = 0; i < 1500; ++i) stream.emplace_back(0, false, i % 64 * 32);
  const auto refreshes = [&](const char* settings) {
    std::vector<std::int64_t> at;
    const Played r = play(settings, stream, 13'000);
    for (const DramEvent& e : r.outcome.commands) {
      if (e.command == dram_command("REFab")) at.push_back(e.at / kClock);
    }
    return std::make_pair(at, r.done(1499));
  };
  const auto [now, done] = refreshes("{}");
  ASSERT_EQ(now.size(), 2u);
  EXPECT_LT(now[0], 6246 + 110);
  const auto [later, sooner] = refreshes("{refresh: {postpone: 2}}");
  ASSERT_EQ(later.size(), 2u);
  EXPECT_GT(later[0], sooner - 39);  // the last column command
  EXPECT_LT(sooner, done - 448);
}

// LPDDR3: 8 banks, tREFIpb 390 clocks of 1250 ps. In turn, and only the bank whose turn it is stands still.
TEST(DramEngine, BankRefreshesInTurn) {
  const Played r = play("{refresh: {mode: per_bank}}", {{0, false, 0}}, 20'000, {}, "lpddr3_1600");
  EXPECT_EQ(r.event("refresh"), 0);
  EXPECT_EQ(r.event("refresh_bank"), 20'000 / 2 / 390);
  EXPECT_EQ(r.event("precharge"), 1);  // the one row, when its bank's turn came
}

TEST(DramEngine, ThePowerManagerSendsItToSleepAndWakesIt) {
  using power::PowerState;
  const auto ask = [](std::int64_t clock, PowerState state) {
    return DramAsk{clock * kClock, false, static_cast<int>(state)};
  };
  const Played r =
      play("{}", {{0, false, 0}}, 12'000, {ask(100, PowerState::kRetention), ask(10'000, PowerState::kOn)});
  EXPECT_EQ(r.commands(), "ACT 1, RD 30, PREA 101, SRE 135, SRX 10001, REFab 10461");
  // Has no deep power-down: nothing happens.
  EXPECT_EQ(play("{}", {{0, false, 0}}, 1000, {ask(100, PowerState::kOff)}).commands(), "ACT 1, RD 30");
  const Played off = play("{}", {{0, false, 0}}, 4000, {ask(100, PowerState::kOff)}, "lpddr3_1600");
  EXPECT_EQ(off.outcome.commands.back().command, dram_command("DPDE"));
  EXPECT_GT(off.event("deep_power_down"), 3000 * kClock);
}

// f800: RL 14, tRCD 15 of 1250 ps, after tFC of 250 ns.
TEST(DramEngine, SetPointsChangeTheClock) {
  const DramAsk slow{100 * kClock, true, 1};
  const Played r = play("{}", {{0, false, 0}, {1000, false, 0}}, 0, {slow});
  ASSERT_EQ(r.outcome.switches.size(), 1u);
  const std::int64_t switched = (101 + 34) * kClock;  // PREA, tRPab
  EXPECT_EQ(r.outcome.switches[0].at, switched);
  const std::int64_t clocks = (1000 * kClock - switched) / 1250 + 1;  // arrival, in new clocks
  EXPECT_EQ(r.outcome.done[1], switched + (clocks + 15 + 3 + 14 + 8) * 1250);
  EXPECT_EQ(r.event("set_point_switches"), 1);
}

TEST(DramEngine, HotDevicesAreRefreshedMoreOften) {
  const auto refreshes = [](const char* celsius) {
    return play("{temperature: " + std::string(celsius) + " C}", {{0, false, 0}}, 60'000, {}, "lpddr4 by temperature")
        .event("refresh");
  };
  EXPECT_EQ(refreshes("20"), 60'000 / (4 * 6246));
  EXPECT_EQ(refreshes("60"), 60'000 / 6246);
  EXPECT_EQ(refreshes("95"), 60'000 / 3123);
  EXPECT_THROW(refreshes("120"), Error);
}

// At a quarter of the clock a burst takes longer than the time-out, but the device is never idle.
TEST(DramEngine, AStreamAtAQuarterOfTheClockIsNotTakenForIdleness) {
  DramCase c = dram_case(specimen("lpddr4_3200"), "{power_down: {policy: idle, after: 10 ns}}", Hertz(400'000'000));
  for (std::int64_t i = 0; i < 2000; ++i) c.traffic.requests.push_back({i * 15'000, i % 4 == 3, i * 32, 32});
  mem::dram::Engine engine = c.engine();
  EXPECT_EQ(drive_dram(engine, c.traffic, DramDrive::kSteps).events["power_downs"], 0);
}

// Rows that are opened ahead may get in each other's way at one clock and not at another. With exact delays and data in
// order that costs a later burst less than a row's cycle, seldom, and nothing on average when the clock is a fifth
// faster; between refreshes.
TEST(DramEngine, AFasterClockIsSeldomLaterAndNeverOnAverage) {
  std::int64_t bursts = 0, later = 0;
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    std::vector<DramRequest> requests;
    for (std::int64_t i = 0; i < 100; ++i) {
      requests.push_back(
          {i * (seed % 4) * 11'000, random() % 3 == 0, static_cast<std::int64_t>(random() % 4096) * 32, 32});
    }
    std::vector<Picoseconds> slower;
    for (const std::int64_t mhz : {400, 533, 800, 1066, 1333, 1600}) {
      DramCase c = dram_case(specimen("lpddr4_3200"), "{scheduler: fifo, rounding: exact}", Hertz(mhz * 1'000'000));
      c.traffic.requests = requests;
      mem::dram::Engine engine = c.engine();
      const DramOutcome outcome = drive_dram(engine, c.traffic, DramDrive::kLeaps);
      if (outcome.events.at("refresh") > 0) continue;
      std::int64_t sum = 0;
      for (std::size_t i = 0; i < slower.size(); ++i) {
        const std::int64_t by = outcome.done[i] - slower[i];
        EXPECT_LT(by, 60'000) << mhz << " MHz, seed " << seed;
        sum += by;
        later += by > 0;
        ++bursts;
      }
      EXPECT_LE(sum, 0) << mhz << " MHz, seed " << seed;
      slower = outcome.done;
    }
  }
  EXPECT_GT(bursts, 10'000);
  EXPECT_LT(later, bursts / 20) << "of " << bursts;
}

}  // namespace
}  // namespace subvolt::test
