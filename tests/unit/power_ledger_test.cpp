// Is peak power the highest window there is, and is a ledger that does not add up found out?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "sim/power/ledger/ledger.h"
#include "sim/units/literals.h"
#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

// Energy of [begin, end) by plain overlap.
double energy_in(const std::vector<TraceSegment>& trace, double begin, double end) {
  double sum = 0.0;
  for (const TraceSegment& s : trace) {
    const auto b = static_cast<double>(s.begin), e = static_cast<double>(s.end);
    const double overlap = std::min(end, e) - std::max(begin, b);
    if (overlap > 0.0) sum += s.energy.si() * overlap / (e - b);
  }
  return sum;
}

TEST(PeakPower, IsThatOfTheBestWindowAmongAllWindows) {
  std::mt19937 random(7);
  for (int round = 0; round < 100; ++round) {
    std::vector<TraceSegment> trace;
    std::int64_t now = 0;
    for (std::uint32_t n = 1 + random() % 12; n > 0; --n) {
      const std::int64_t length = 1 + random() % 40;
      trace.push_back({now, now + length, Energy::from_si(1e-12 * (random() % 1000))});
      now += length;
    }
    const std::int64_t window = 1 + random() % 100;
    // The run again and again.
    std::vector<TraceSegment> repeated;
    for (std::int64_t begin = 0; begin < now + window; begin += now) {
      for (const TraceSegment& s : trace) repeated.push_back({begin + s.begin, begin + s.end, s.energy});
    }
    double expected = 0.0;
    for (std::int64_t begin = 0; begin < now; ++begin) {
      const double joules = energy_in(repeated, static_cast<double>(begin), static_cast<double>(begin + window));
      expected = std::max(expected, joules / (static_cast<double>(window) * 1e-12));
    }
    EXPECT_NEAR(peak_power(trace, Time::from_si(static_cast<double>(window) * 1e-12)).si(), expected,
                1e-9 * expected + 1e-15);
  }
}

TEST(PeakPower, KnownTrace) {
  const std::vector<TraceSegment> trace{
      {0, 1'000'000, 1.0_pJ}, {1'000'000, 2'000'000, 4.0_pJ}, {2'000'000, 4'000'000, 2.0_pJ}};
  EXPECT_NEAR(peak_power(trace, 1.0_us).si(), 4e-6, 1e-15);
  EXPECT_NEAR(peak_power(trace, 2.0_us).si(), 2.5e-6, 1e-15);
  EXPECT_NEAR(peak_power(trace, 3.0_us).si(), 2e-6, 1e-15);             // 1, 4 and 1 pJ
  EXPECT_NEAR(peak_power(trace, 10.0_us).si(), 19e-12 / 10e-6, 1e-15);  // two runs and the best 2 us
  EXPECT_NEAR(peak_power(trace, 8.0_us).si(), 7e-12 / 4e-6, 1e-15);     // two runs
  EXPECT_NEAR(peak_power(trace, 0.5_us).si(), 4e-6, 1e-15);
  EXPECT_EQ(peak_power({}, 1.0_us), Power());
}

TEST(TraceRows, KeepEnergyAndHaveOneLength) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    std::vector<TraceSegment> trace;
    std::int64_t now = 0;
    double total = 0.0;
    for (std::uint32_t n = 1 + random() % 30; n > 0; --n) {
      const std::int64_t length = 1 + random() % 500'000'000;
      const double joules = 1e-12 * (random() % 1000);
      trace.push_back({now, now + length, Energy::from_si(joules)});
      now += length;
      total += joules;
    }
    const std::int64_t window = 1'000 + random() % 800'000'000;
    const auto rows = rows_of(trace, Time::from_si(static_cast<double>(window) * 1e-12));
    const std::int64_t width = rows.front().end;
    double sum = 0.0;
    std::int64_t reached = 0;
    for (const TraceSegment& row : rows) {
      EXPECT_EQ(row.begin, reached);
      const double expected = energy_in(trace, static_cast<double>(row.begin), static_cast<double>(row.end));
      EXPECT_NEAR(row.energy.si(), expected, 1e-12 * total + 1e-30);
      if (&row != &rows.back()) {
        EXPECT_EQ(row.end - row.begin, width);
      }
      EXPECT_LT(row.end - row.begin, 2 * width);
      reached = row.end;
      sum += row.energy.si();
    }
    EXPECT_EQ(reached, now);
    EXPECT_NEAR(sum, total, 1e-12 * total);
    EXPECT_LE(rows.size(), 10'000u);
    EXPECT_GE(width, std::min(window, std::min<std::int64_t>(now, 1'000'000)));
  }
}

TEST(TraceRows, FollowTheWindow) {
  const auto lengths = [](Picoseconds run, Time window) {
    const auto rows = rows_of({{0, run, 1.0_pJ}}, window);
    return std::make_pair(rows.size(), rows.front().end);
  };
  EXPECT_EQ(lengths(1'000'000'000, 5.0_us), std::make_pair(std::size_t{1000}, Picoseconds{1'000'000}));
  EXPECT_EQ(lengths(1'000'000'000, 100.0_us), std::make_pair(std::size_t{100}, Picoseconds{10'000'000}));
  EXPECT_EQ(lengths(50'000'000, 100.0_us), std::make_pair(std::size_t{50}, Picoseconds{1'000'000}));
  EXPECT_EQ(lengths(50'000'000, 0.1_us), std::make_pair(std::size_t{500}, Picoseconds{100'000}));
  EXPECT_EQ(lengths(1'000'000'000'000, 10.0_us), std::make_pair(std::size_t{10'000}, Picoseconds{100'000'000}));
  EXPECT_TRUE(rows_of({}, 1.0_us).empty());
}

struct LedgerPlant {
  const char* name;
  std::function<void(Ledger&)> plant;
  const char* sentence;
};
void PrintTo(const LedgerPlant& plant, std::ostream* out) { *out << plant.name; }

Ledger sample_ledger(const ActivityRecord& record) {
  const Technology technology = test::sample_technology();
  const PowerIntent intent = test::sample_intent();
  return price(record, intent, {resolve_operating_point(intent, technology, "slow")}, test::sample_sources(technology));
}

class PlantedLedger : public testing::TestWithParam<LedgerPlant> {};

TEST_P(PlantedLedger, IsFound) {
  const ActivityRecord record = test::random_record(11);
  Ledger ledger = sample_ledger(record);
  ASSERT_THAT(violations(ledger, record), IsEmpty());
  GetParam().plant(ledger);
  EXPECT_THAT(violations(ledger, record), Contains(HasSubstr(GetParam().sentence)));
}

void stop_leaking(Ledger& ledger, const std::string& component) {
  for (Account& a : ledger.accounts) {
    if (a.component_name == component &&
        (a.cause == Cause::kLeakage || a.cause == Cause::kRetention || a.cause == Cause::kBackground))
      a.energy = Energy();
  }
}

const LedgerPlant kLedgerPlants[] = {
    {"total", [](Ledger& l) { l.total *= 1.0 + 1e-11; }, "the accounts add up to"},
    {"account", [](Ledger& l) { l.accounts[0].energy *= 1.0 + 1e-11; }, "count x unit energy x scale is"},
    {"negative", [](Ledger& l) { l.accounts[0].energy = -l.accounts[0].energy; }, "no energy that can be spent"},
    {"nan", [](Ledger& l) { l.accounts[0].scale = 0.0 / l.estimated_share * 0.0 + std::nan(""); },
     "no energy that can be spent"},
    {"negative_count", [](Ledger& l) { l.accounts[0].count = -1; }, "no energy that can be spent"},
    {"posting", [](Ledger& l) { l.postings[0].energy *= 1.0 + 1e-9; }, "its postings add up to"},
    {"posting_count", [](Ledger& l) { ++l.postings[0].count; }, "its postings count"},
    {"negative_posting", [](Ledger& l) { l.postings[0].energy = -l.postings[0].energy; }, "a negative posting"},
    {"lost_posting", [](Ledger& l) { l.postings.erase(l.postings.begin()); }, "its postings add up to"},
    {"posting_nowhere", [](Ledger& l) { l.postings[0].account = 999; }, "no account 999"},
    {"no_source", [](Ledger& l) { l.accounts[3].source.clear(); }, "lacks a source"},
    {"no_formula", [](Ledger& l) { l.accounts[3].scale_formula.clear(); }, "does not explain itself"},
    {"trace_energy", [](Ledger& l) { l.trace[0].energy *= 1.001; }, "integral of the power trace"},
    {"trace_gap", [](Ledger& l) { l.trace[1].begin += Picoseconds(1); }, "gap or an overlap"},
    {"trace_short", [](Ledger& l) { l.trace.pop_back(); }, "the power trace ends at"},
    {"silent_component", [](Ledger& l) { stop_leaking(l, "cpu"); },
     "cpu is powered and made of something, but does not leak"},
    {"silent_domain", [](Ledger& l) { stop_leaking(l, "dram"); },
     "power domain PD_DRAM is powered, but nothing in it leaks"},
    {"share", [](Ledger& l) { l.estimated_share = 1.5; }, "the share of estimates is 1.5"},
};
INSTANTIATE_TEST_SUITE_P(All, PlantedLedger, testing::ValuesIn(kLedgerPlants),
                         [](const testing::TestParamInfo<LedgerPlant>& info) { return info.param.name; });

}  // namespace
}  // namespace subvolt::power
