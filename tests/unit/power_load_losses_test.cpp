// Do regulators whose losses depend on load lose at the load of each task and power state, folded or not?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/power/ledger/cause_trace.h"
#include "sim/power/ledger/energy_model.h"
#include "sim/power/ledger/repricing.h"
#include "sim/power/record/folded.h"
#include "sim/units/literals.h"
#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;
using testing::IsEmpty;

class LoadLosses : public testing::Test {
 protected:
  LoadLosses() {
    record_.clock_domains[0].second[0] = 50'000'000;
    record_.layers.resize(1);
    record_.layers[0].name = "conv";
    record_.jobs.resize(1);
    record_.tasks.resize(1);
    // Busy, asleep for long, busy otherwise, asleep.
    add_epoch(0, 1'000'000, PowerState::kOn, 3'000'000);
    add_epoch(kNobody, 90'000'000, PowerState::kOff, 0);
    add_epoch(0, 3'000'000, PowerState::kOn, 20'000);
    add_epoch(kNobody, 10'000'000, PowerState::kOff, 0);
  }
  void add_epoch(int task, std::int64_t lasts_ps, PowerState state, std::int64_t macs) {
    Epoch epoch;
    epoch.begin_ps = record_.total_ps;
    epoch.end_ps = record_.total_ps += lasts_ps;
    epoch.task = task;
    epoch.states.assign(4, PowerState::kOn);
    for (std::size_t d = 0; d < epoch.states.size(); ++d) {
      if (record_.power_domains[d] == "PD_NPU") epoch.states[d] = state;
      if (record_.power_domains[d] == "PD_DRAM") epoch.states[d] = PowerState::kOff;  // nothing is counted of it
    }
    epoch.clock_cycles.assign(4, 0);
    if (macs > 0) epoch.events = {{0, macs}};
    record_.epochs.push_back(epoch);
  }
  static PowerIntent with(const std::string& regulator) {
    return make_power_intent(config::load_text(
        test::replaced(test::sample_intent_text(),
                       "{kind: buck, efficiency: 0.88, source: buck sheet, quality: published}", regulator),
        "intent.yaml", "power"));
  }
  std::vector<OperatingPoint> points(const PowerIntent& intent) const {
    return {resolve_operating_point(intent, technology_, "slow")};
  }
  Ledger run(const PowerIntent& intent, const ActivityRecord& record) const {
    return price(record, intent, points(intent), sources_);
  }
  static const Account& account(const Ledger& ledger, const std::string& name) {
    for (const Account& a : ledger.accounts) {
      if (a.name == name) return a;
    }
    ADD_FAILURE() << "no account " << name;
    static const Account kNone;
    return kNone;
  }
  // Delivered to VDD_NPU in epochs of a task.
  static Energy delivered(const Ledger& ledger, std::int32_t task) {
    Energy sum;
    for (const Posting& p : ledger.postings) {
      const Account& a = ledger.accounts[static_cast<std::size_t>(p.account)];
      if (a.voltage_domain == "VDD_NPU" && a.cause != Cause::kSupplyLoss && p.task == task) sum += p.energy;
    }
    return sum;
  }

  Technology technology_ = test::sample_technology();
  PriceSources sources_ = test::sample_sources(technology_);
  ActivityRecord record_ = test::sample_components();
  static constexpr const char* kBuck =
      "{kind: buck, efficiency: 0.9, input: 3.6 V, quiescent_current: 2.3 uA, resistance: 5 ohm, switching_current: "
      "8 mA, power_save_below: 250 mA, source: sheet, quality: published}";
};

TEST_F(LoadLosses, AreThoseOfEachLoadForItsTime) {
  const PowerIntent intent = with(kBuck);
  const Ledger ledger = run(intent, record_);
  EXPECT_THAT(violations(ledger, record_), IsEmpty());
  const Regulator& buck = intent.find_voltage_domain("VDD_NPU")->regulator;
  const Time busy = 4.0_us, asleep = 100.0_us;
  Energy lost;
  for (const auto& [task, time] : {std::pair(0, busy), std::pair(kNobody, asleep)}) {
    lost += buck.loss(delivered(ledger, task) / time, 0.6_V, 3.6_V) * time;
  }
  const Account& loss = account(ledger, "VDD_NPU.supply_loss");
  EXPECT_NEAR(loss.energy.si() / lost.si(), 1.0, 1e-12);
  // Not that of the mean over the run, which would be less: losses bend upwards.
  const Energy all = delivered(ledger, 0) + delivered(ledger, kNobody);
  EXPECT_LT((buck.loss(all / (busy + asleep), 0.6_V, 3.6_V) * (busy + asleep)).si(), 0.9 * lost.si());
  const Account& quiescent = account(ledger, "VDD_NPU.quiescent");
  EXPECT_EQ(quiescent.count, 104'000'000);
  EXPECT_EQ(quiescent.count_unit, "ps");
  EXPECT_NEAR(quiescent.energy.si(), 2.3e-6 * 3.6 * 104e-6, 1e-18);
}

TEST_F(LoadLosses, FoldedRecordsCostTheSame) {
  const PowerIntent intent = with(kBuck);
  const Ledger whole = run(intent, record_);
  ActivityRecord folded = record_;
  fold(folded);
  const Ledger sums = run(intent, folded);
  EXPECT_THAT(violations(sums, folded), IsEmpty());
  EXPECT_NEAR(sums.total / whole.total, 1.0, 1e-12);
  ASSERT_EQ(sums.accounts.size(), whole.accounts.size());
  for (std::size_t a = 0; a < sums.accounts.size(); ++a) {
    EXPECT_NEAR(sums.accounts[a].energy / whole.accounts[a].energy, 1.0, 1e-12) << whole.accounts[a].name;
  }
  const Repriced again = Repricing(record_, intent, points(intent).front(), sources_).at(points(intent).front(), 1.0);
  EXPECT_NEAR(again.total / whole.total, 1.0, 1e-12);
}

TEST_F(LoadLosses, TheTraceHasThemWhenTheyAreLost) {
  const PowerIntent intent = with(kBuck);
  const Ledger ledger = run(intent, record_);
  const CauseTrace trace = trace_by_cause(record_, intent, points(intent), sources_);
  ASSERT_EQ(trace.rows.size(), ledger.rows.size());
  Energy lost;
  for (const CauseTrace::Column& column : trace.columns) {
    if (column.component != "VDD_NPU" || column.cause != Cause::kSupplyLoss) continue;
    for (const Energy energy : column.energies) lost += energy;
  }
  const Energy expected = account(ledger, "VDD_NPU.supply_loss").energy + account(ledger, "VDD_NPU.quiescent").energy;
  EXPECT_NEAR(lost / expected, 1.0, 1e-12);
  for (std::size_t i = 0; i < trace.rows.size(); ++i) {
    EXPECT_NEAR(trace.rows[i].energy / ledger.rows[i].energy, 1.0, 1e-9) << i;
  }
}

// VDD_AON's 0.8 V feed an ldo: its losses are those of what the ldo draws, too.
TEST_F(LoadLosses, ARailThatFeedsAnotherDeliversWhatThatDraws) {
  const PowerIntent intent =
      with("{kind: ldo, efficiency: 0.99, quiescent_current: 1 uA, from: VDD_AON, source: sheet}");
  const Ledger ledger = run(intent, record_);
  EXPECT_THAT(violations(ledger, record_), IsEmpty());
  const Account &own = account(ledger, "VDD_NPU.supply_loss"), &feeder = account(ledger, "VDD_AON.supply_loss");
  EXPECT_NEAR(own.scale, 0.8 / (0.99 * 0.6) - 1.0, 1e-12);
  Energy on_feeder;
  for (const Account& a : ledger.accounts) {
    if (a.voltage_domain == "VDD_AON" && a.cause != Cause::kSupplyLoss) on_feeder += a.energy;
  }
  const Energy fed = own.unit_energy + own.energy + account(ledger, "VDD_NPU.quiescent").energy;
  EXPECT_NEAR(feeder.unit_energy / (on_feeder + fed), 1.0, 1e-12);
  EXPECT_NEAR(feeder.scale, 1.2 / (0.99 * 0.8) - 1.0, 1e-12);
}

}  // namespace
}  // namespace subvolt::power
