// Do accounts, postings and trace of any possible record add up, and does a corner of one price scale as it must?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "sim/power/record/folded.h"
#include "sim/units/literals.h"
#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using testing::IsEmpty;

class EnergyConservation : public testing::Test {
 protected:
  Ledger run(const ActivityRecord& record, const std::vector<std::string>& texts) const {
    std::vector<OperatingPoint> points;
    for (const std::string& text : texts) points.push_back(resolve_operating_point(intent_, technology_, text));
    return price(record, intent_, points, sources_);
  }
  Technology technology_ = test::sample_technology();
  PowerIntent intent_ = test::sample_intent();
  PriceSources sources_ = test::sample_sources(technology_);
};

long double relative(long double a, long double b) { return b == 0 ? std::abs(a) : std::abs(a - b) / std::abs(b); }

TEST_F(EnergyConservation, PartsAddUpToTheTotal) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const bool two = seed % 3 == 0;
    const ActivityRecord record = test::random_record(seed, two ? 2 : 1);
    const Ledger ledger = two ? run(record, {"slow", "0.9V,50MHz"}) : run(record, {"slow"});
    ASSERT_THAT(violations(ledger, record), IsEmpty()) << seed;
    long double accounts = 0, postings = 0, trace = 0;
    for (const Account& a : ledger.accounts) accounts += a.energy.si();
    for (const Posting& p : ledger.postings) postings += p.energy.si();
    for (const TraceSegment& s : ledger.trace) trace += s.energy.si();
    EXPECT_LT(relative(accounts, ledger.total.si()), 1e-12L) << seed;
    EXPECT_LT(relative(postings, ledger.total.si()), 1e-12L) << seed;
    EXPECT_LT(relative(trace, ledger.total.si()), 1e-12L) << seed;
  }
}

TEST_F(EnergyConservation, EveryAccountExplainsItself) {
  const Ledger ledger = run(test::random_record(2, 2), {"slow", "0.9V,50MHz"});
  for (const Account& a : ledger.accounts) {
    EXPECT_FALSE(a.source.empty() || a.formula.empty() || a.scale_formula.empty() || a.count_unit.empty()) << a.name;
    EXPECT_EQ(a.energy.si(), static_cast<double>(a.count) * a.unit_energy.si() * a.scale) << a.name;
  }
}

TEST_F(EnergyConservation, LeakageCountsEveryPicosecondOnce) {
  const ActivityRecord record = test::random_record(8);
  std::map<std::string, std::int64_t> residency;
  for (const Account& a : run(record, {"slow"}).accounts) {
    if (a.name.find(".leakage.") != std::string::npos) residency[a.component_name] += a.count;
  }
  for (const char* component : {"npu.array", "npu.buffer", "cpu"})
    EXPECT_EQ(residency[component], record.total_time) << component;
}

// An operating point of its own, or half the time at each of two: where both are the same, so is the sum.
TEST_F(EnergyConservation, SplittingARunOverTwoEqualPointsChangesNothing) {
  ActivityRecord split = test::random_record(21, 2);
  ActivityRecord whole = split;
  whole.operating_points.resize(1);
  for (auto& [clock, frequencies] : whole.clock_domains) frequencies.resize(1);
  for (Epoch& epoch : whole.epochs) {
    epoch.operating_point = 0;
    epoch.settling_from = kSettled;
    epoch.point_changes.clear();
  }
  const double a = run(split, {"slow", "slow"}).total.si(), b = run(whole, {"slow"}).total.si();
  EXPECT_NEAR(a, b, 1e-12 * b);
}

TEST_F(EnergyConservation, CuttingAnEpochChangesNothing) {
  const ActivityRecord whole = test::random_record(22);
  ActivityRecord cut = whole;
  Epoch second = cut.epochs[0];
  cut.epochs[0].end = second.begin = second.end / 3;
  cut.epochs[0].clock_cycles.assign(4, 0);
  cut.epochs[0].events.clear();
  cut.epochs[0].others.clear();
  cut.epochs[0].transitions.clear();
  cut.epochs.insert(cut.epochs.begin() + 1, second);
  const double a = run(cut, {"slow"}).total.si(), b = run(whole, {"slow"}).total.si();
  EXPECT_NEAR(a, b, 1e-12 * b);
}

// All but when it was spent.
TEST_F(EnergyConservation, FoldingARecordChangesNoEnergy) {
  for (std::uint32_t seed = 30; seed < 50; ++seed) {
    const bool two = seed % 2 == 0;
    const std::vector<std::string> points =
        two ? std::vector<std::string>{"slow", "0.9V,50MHz"} : std::vector<std::string>{"slow"};
    const ActivityRecord whole = test::random_record(seed, two ? 2 : 1);
    ActivityRecord folded = whole;
    fold(folded);
    EXPECT_FALSE(folded.timeline);
    EXPECT_LE(folded.epochs.size(), whole.epochs.size());
    EXPECT_THAT(violations(folded), testing::IsEmpty());
    const Ledger a = run(whole, points), b = run(folded, points);
    EXPECT_THAT(violations(b, folded), testing::IsEmpty());
    EXPECT_TRUE(b.trace.empty());
    ASSERT_EQ(a.accounts.size(), b.accounts.size());
    for (std::size_t i = 0; i < a.accounts.size(); ++i) {
      EXPECT_EQ(a.accounts[i].name, b.accounts[i].name);
      EXPECT_EQ(a.accounts[i].count, b.accounts[i].count);
      EXPECT_EQ(a.accounts[i].energy, b.accounts[i].energy);
    }
    ASSERT_EQ(a.postings.size(), b.postings.size());
    for (std::size_t i = 0; i < a.postings.size(); ++i) EXPECT_EQ(a.postings[i].count, b.postings[i].count);
    // Rails of a random record take longer to charge than its epochs last.
    if (!two) {
      EXPECT_NEAR(a.idle_energy.si(), b.idle_energy.si(), 1e-12 * a.total.si());
    }
    const ActivityRecord copy = activity_record_from_json(to_json(folded), "copy.json");
    EXPECT_FALSE(copy.timeline);
    EXPECT_EQ(run(copy, points).total, b.total);
    ASSERT_EQ(a.transitions.size(), b.transitions.size());
    for (std::size_t i = 0; i < a.transitions.size(); ++i) {
      EXPECT_EQ(a.transitions[i].times, b.transitions[i].times);
      EXPECT_NEAR(a.transitions[i].time.si(), b.transitions[i].time.si(), 1e-15);
      EXPECT_NEAR(a.transitions[i].energy.si(), b.transitions[i].energy.si(), 1e-12 * a.total.si());
    }
    // What is folded cannot be folded further.
    ActivityRecord again = folded;
    fold(again);
    EXPECT_EQ(to_json(again), to_json(folded));
  }
}

TEST_F(EnergyConservation, PricingTwiceIsTheSameToTheBit) {
  const ActivityRecord record = test::random_record(23);
  const ActivityRecord copy = activity_record_from_json(to_json(record), "copy.json");
  const Ledger a = run(record, {"slow"}), b = run(copy, {"slow"});
  ASSERT_EQ(a.accounts.size(), b.accounts.size());
  for (std::size_t i = 0; i < a.accounts.size(); ++i) EXPECT_EQ(a.accounts[i].energy, b.accounts[i].energy);
  EXPECT_EQ(a.total, b.total);
}

}  // namespace
}  // namespace subvolt::power
