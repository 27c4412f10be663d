// Does waking pay for what the rail has lost, and no more?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sim/power/ledger/meter.h"
#include "sim/power/record/folded.h"
#include "sim/units/literals.h"
#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;
using test::error_of;
using testing::HasSubstr;

class Recharge : public testing::Test {
 protected:
  Recharge() {
    record_.clock_domains[0].second[0] = Hertz(50'000'000);
    record_.layers.resize(1);
    record_.jobs.resize(1);
    record_.tasks.resize(1);
  }
  void wake(std::int32_t domain, PowerState from, Picoseconds slept, std::int64_t times = 1) {
    Epoch epoch;
    epoch.begin = record_.total_time;
    epoch.end = record_.total_time += 1'000'000;
    epoch.task = 0;
    epoch.states.assign(4, PowerState::kOn);
    epoch.clock_cycles.assign(4, 0);
    epoch.transitions = {{domain, from, PowerState::kWaking, times, slept}};
    record_.epochs.push_back(epoch);
  }
  Ledger run(const std::string& point = "slow") const {
    return price(record_, intent_, {resolve_operating_point(intent_, technology_, point)}, sources_);
  }
  static const Account* find(const Ledger& ledger, const std::string& name) {
    for (const Account& a : ledger.accounts) {
      if (a.name == name) return &a;
    }
    return nullptr;
  }
  // Of one wake-up over that of a whole recharge.
  double share(std::int32_t domain, const char* account, PowerState from, Picoseconds slept,
               const std::string& point = "slow") {
    const auto energy = [&](Picoseconds s) {
      record_.epochs.clear();
      record_.total_time = 0;
      wake(domain, from, s);
      return find(run(point), account)->energy;
    };
    return energy(slept) / energy(kSleepNotTold);
  }

  Technology technology_ = test::sample_technology();
  PowerIntent intent_ = test::sample_intent();
  PriceSources sources_ = test::sample_sources(technology_);
  ActivityRecord record_ = test::sample_components();
};

// Domain 3 of the record is the one of the array: 20,000 gates.
TEST_F(Recharge, IsWhatIsLostWithTheTimeConstantOfTheRail) {
  const double leak = technology_.logic().reference_leakage.si() * technology_.logic().leakage_scale({0.6_V, 25.0_C});
  const double tau = 1e-15 * (0.6 / 0.9) * (0.6 / 0.9) / leak;  // of each gate alike
  for (const std::int64_t ps : {std::int64_t{1'000}, std::int64_t{100'000}, std::int64_t{1'000'000}}) {
    const Picoseconds slept{ps};
    EXPECT_NEAR(share(3, "npu.array.wake", PowerState::kOff, slept),
                1.0 - std::exp(-1e-12 * static_cast<double>(ps) / tau), 1e-12);
  }
}

TEST_F(Recharge, IsNothingAfterNoTimeAndAllAfterLong) {
  for (const PowerState from : {PowerState::kOff, PowerState::kRetention}) {
    EXPECT_EQ(share(3, "npu.array.wake", from, Picoseconds(0)), 0.0);
  }
  EXPECT_DOUBLE_EQ(share(3, "npu.array.wake", PowerState::kOff, Picoseconds(1'000'000'000'000)), 1.0);
  double before = 0.0;
  for (std::int64_t ps = 1; ps < 1'000'000'000; ps *= 3) {
    const double now = share(1, "npu.buffer.wake", PowerState::kRetention, Picoseconds(ps));
    EXPECT_GE(now, before);
    before = now;
  }
}

TEST_F(Recharge, FromRetentionStopsAtWhatItKeeps) {
  // 3,000 gates, 400 flip-flops of 6 gates each, 524,288 bits; held at 0.25 and 0.4 V of 0.6 V.
  const double gates = 1e-15, bits = 0.05e-15 * 524'288;
  const double kept = 400 * 6 * gates * (1 - 0.25 / 0.6) + bits * (1 - 0.4 / 0.6);
  const double all = (kept + 600 * gates) / (3000 * gates + bits);
  EXPECT_NEAR(share(1, "npu.buffer.wake", PowerState::kRetention, Picoseconds(1'000'000'000'000)), all, 1e-12);
}

TEST_F(Recharge, ComesSoonerWhereItIsHot) {
  const double cool = share(3, "npu.array.wake", PowerState::kOff, Picoseconds(50'000));
  intent_.temperature = 85.0_C;
  EXPECT_GT(share(3, "npu.array.wake", PowerState::kOff, Picoseconds(50'000)), 2.0 * cool);
}

TEST_F(Recharge, OfSeveralSleepsIsOneLineThatAddsUp) {
  wake(3, PowerState::kOff, Picoseconds(20'000), 3);
  wake(3, PowerState::kOff, Picoseconds(1'000'000), 2);
  const Ledger whole = run();
  const Account& line = *find(whole, "npu.array.wake");
  EXPECT_EQ(line.count, 5);
  EXPECT_THAT(line.scale_formula, HasSubstr("mean over sleeps of 2 lengths"));
  const double small = share(3, "npu.array.wake", PowerState::kOff, Picoseconds(20'000));
  const double large = share(3, "npu.array.wake", PowerState::kOff, Picoseconds(1'000'000));
  EXPECT_NEAR(line.energy / line.unit_energy, (3 * small + 2 * large) * (0.6 / 0.9) * (0.6 / 0.9), 1e-12);
}

TEST_F(Recharge, OfAFoldedRecordAndOfAMeterIsTheSame) {
  for (int i = 0; i < 6; ++i) wake(3, PowerState::kOff, Picoseconds(i % 2 == 0 ? 20'000 : 64'000 << i));
  const Ledger whole = run();
  const std::vector<OperatingPoint> points{resolve_operating_point(intent_, technology_, "slow")};
  ActivityRecord head = record_;
  head.epochs.clear();
  Meter meter(head, intent_, points, sources_);
  for (const Epoch& epoch : record_.epochs) meter.take(epoch);
  const Metered metered = meter.finish(record_.total_time);
  Energy sum;
  for (const TraceSegment& segment : metered.trace) sum += segment.energy;
  EXPECT_NEAR(sum / whole.total, 1.0, 1e-12);
  fold(record_);
  ASSERT_EQ(record_.epochs.size(), 1U);
  EXPECT_EQ(record_.epochs[0].transitions.size(), 4U);
  EXPECT_EQ(run().total, whole.total);
  EXPECT_EQ(find(run(), "npu.array.wake")->energy, find(whole, "npu.array.wake")->energy);
}

TEST_F(Recharge, IsReadBackAndASleepWithoutWakingRefused) {
  wake(3, PowerState::kOff, Picoseconds(20'000));
  const std::string text = to_json(record_);
  EXPECT_THAT(text, HasSubstr("\"slept_ps\":[20000]"));
  EXPECT_EQ(to_json(activity_record_from_json(text, "record.json")), text);
  record_.epochs[0].transitions[0].to = PowerState::kRetention;
  EXPECT_THAT(error_of([&] { run(); }), HasSubstr("ends a sleep of 20000 ps"));
}

}  // namespace
}  // namespace subvolt::power
