// Is peak power the highest window there is, and is a ledger that does not add up found out?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "sim/power/ledger.h"
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
    const auto b = static_cast<double>(s.begin_ps), e = static_cast<double>(s.end_ps);
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
    const std::int64_t window = 1 + random() % 60;
    const std::int64_t width = std::min(window, now);
    double best = 0.0;
    for (std::int64_t begin = 0; begin + width <= now; ++begin) {
      best = std::max(best, energy_in(trace, static_cast<double>(begin), static_cast<double>(begin + width)));
    }
    const double expected = best / (static_cast<double>(width) * 1e-12);
    EXPECT_NEAR(peak_power(trace, Time::from_si(static_cast<double>(window) * 1e-12)).si(), expected,
                1e-9 * expected + 1e-15);
  }
}

TEST(PeakPower, KnownTrace) {
  const std::vector<TraceSegment> trace{
      {0, 1'000'000, 1.0_pJ}, {1'000'000, 2'000'000, 4.0_pJ}, {2'000'000, 4'000'000, 2.0_pJ}};
  EXPECT_NEAR(peak_power(trace, 1.0_us).si(), 4e-6, 1e-15);
  EXPECT_NEAR(peak_power(trace, 2.0_us).si(), 2.5e-6, 1e-15);
  EXPECT_NEAR(peak_power(trace, 10.0_us).si(), 7e-12 / 4e-6, 1e-15);  // the whole run is shorter
  EXPECT_NEAR(peak_power(trace, 0.5_us).si(), 4e-6, 1e-15);
  EXPECT_EQ(peak_power({}, 1.0_us), Power());
}

struct Plant {
  const char* name;
  std::function<void(Ledger&)> plant;
  const char* sentence;
};
void PrintTo(const Plant& plant, std::ostream* out) { *out << plant.name; }

Ledger sample_ledger(const ActivityRecord& record) {
  const Technology technology = test::sample_technology();
  const PowerIntent intent = test::sample_intent();
  return price(record, intent, {resolve_operating_point(intent, technology, "slow")}, test::sample_sources(technology));
}

class PlantedLedger : public testing::TestWithParam<Plant> {};

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

const Plant kPlants[] = {
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
    {"trace_gap", [](Ledger& l) { ++l.trace[1].begin_ps; }, "gap or an overlap"},
    {"trace_short", [](Ledger& l) { l.trace.pop_back(); }, "the power trace ends at"},
    {"silent_component", [](Ledger& l) { stop_leaking(l, "cpu"); },
     "cpu is powered and made of something, but does not leak"},
    {"silent_domain", [](Ledger& l) { stop_leaking(l, "dram"); },
     "power domain PD_DRAM is powered, but nothing in it leaks"},
    {"share", [](Ledger& l) { l.estimated_share = 1.5; }, "the share of estimates is 1.5"},
};
INSTANTIATE_TEST_SUITE_P(All, PlantedLedger, testing::ValuesIn(kPlants),
                         [](const testing::TestParamInfo<Plant>& info) { return info.param.name; });

}  // namespace
}  // namespace subvolt::power
