// Do changes of the operating point take the time and the energy that the intent says, at the conditions in force?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/power/intent/point_change.h"
#include "sim/power/ledger/energy_model.h"
#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

PowerIntent intent_with(const std::string& transition, const std::string& clock = "") {
  std::string text = test::replaced(test::sample_intent_text(), "{voltage: 0.9 V, process: logic,",
                                    "{voltage: 0.9 V, process: logic, " + transition);
  if (!clock.empty()) text = test::replaced(text, "{voltage_domain: VDD_NPU,", "{voltage_domain: VDD_NPU, " + clock);
  return make_power_intent(config::load_text(text, "intent.yaml", "power"));
}

std::string fault_in(const std::string& transition) {
  try {
    intent_with(transition);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

class PointChange : public testing::Test {
 protected:
  OperatingPoint at(const PowerIntent& intent, const std::string& text) const {
    return resolve_operating_point(intent, technology_, text);
  }
  double seconds(const PowerIntent& intent, const std::string& from, const std::string& to) const {
    return change_time(intent, at(intent, from), at(intent, to)).si();
  }
  Technology technology_ = test::sample_technology();
};

TEST_F(PointChange, TheSlowestRailAndThenTheSlowestClock) {
  const PowerIntent intent = intent_with("transition: {time_per_volt: 100 us, settle: 3 us},", "relock: 20 us,");
  // VDD_NPU 0.9 to 0.5 V: 43 us; VDD_SRAM, which follows it down to 0.55 V, 0.35 V at the default 400 us/V.
  EXPECT_NEAR(seconds(intent, "nominal", "near_threshold"), 140e-6 + 20e-6, 1e-12);
  EXPECT_EQ(seconds(intent, "nominal", "near_threshold"), seconds(intent, "near_threshold", "nominal"));
  EXPECT_NEAR(seconds(intent, "0.9V,50MHz", "0.9V,100MHz"), 20e-6, 1e-12);  // no rail moves
  EXPECT_NEAR(seconds(intent, "VDD_NPU=0.9V,VDD_SRAM=0.9V,npu_clk=50MHz", "VDD_NPU=0.8V,VDD_SRAM=0.9V,npu_clk=50MHz"),
              13e-6, 1e-12);
  EXPECT_EQ(seconds(intent, "nominal", "nominal"), 0.0);
}

TEST_F(PointChange, ChargeIsPaidOnTheWayUp) {
  RailTransition rail;
  rail.capacitance = Capacitance::from_si(2e-6);
  const Voltage low = Voltage::from_si(0.5), high = Voltage::from_si(0.9);
  EXPECT_NEAR(change_energy(rail, low, high).si(), 0.5 * 2e-6 * (0.81 - 0.25), 1e-18);
  EXPECT_EQ(change_energy(rail, high, low), Energy());
  rail.energy = Energy::from_si(3e-9);
  EXPECT_EQ(change_energy(rail, high, low), Energy::from_si(3e-9));
  EXPECT_EQ(change_energy(rail, high, high), Energy());
}

TEST_F(PointChange, NumbersThatCostHaveASource) {
  EXPECT_THAT(fault_in("transition: {settle: 3 us},"), IsEmpty());
  EXPECT_THAT(fault_in("transition: {capacitance: 1 uF},"), HasSubstr("expected a `source` for capacitance"));
  EXPECT_THAT(fault_in("transition: {energy: 1 nJ},"), HasSubstr("expected a `source` for energy"));
  EXPECT_THAT(fault_in("transition: {energy: 1 nJ, capacitance: 1 uF, source: me},"), HasSubstr("remove one"));
  EXPECT_THAT(fault_in("transition: {energy: 1 nJ, source: me},"), IsEmpty());
}

// A run of one layer at each of two points, and 100 us between them.
struct Priced : PointChange {
  Priced() {
    record_ = test::sample_components();
    record_.operating_points = {"nominal", "slow"};
    for (auto& [clock, hertz] : record_.clock_domains) hertz.push_back(hertz.front());
    record_.clock_domains[0].second = {Hertz(200'000'000), Hertz(50'000'000)};
    record_.total_time = 300'000'000;
    for (std::int64_t e = 0; e < 3; ++e) {
      Epoch epoch;
      epoch.begin = e * 100'000'000;
      epoch.end = epoch.begin + 100'000'000;
      epoch.states.assign(4, PowerState::kOn);
      epoch.clock_cycles = {0, 0, 100, 0};
      epoch.events = {{6, 100'000'000}};
      record_.epochs.push_back(epoch);
    }
  }
  // From point `from` to the other one.
  Ledger run(std::int32_t from) {
    record_.epochs[0].operating_point = from;
    record_.epochs[1].settling_from = from;
    record_.epochs[1].operating_point = record_.epochs[2].operating_point = 1 - from;
    record_.epochs[1].point_changes = {{from, 1 - from, 1}};
    EXPECT_THAT(violations(record_), IsEmpty());
    Ledger ledger = price(record_, intent_, {at(intent_, "nominal"), at(intent_, "slow")}, sources_);
    EXPECT_THAT(violations(ledger, record_), IsEmpty());
    return ledger;
  }
  const Account* find(const Ledger& ledger, const std::string& name) const {
    for (const Account& a : ledger.accounts) {
      if (a.name == name) return &a;
    }
    return nullptr;
  }
  PowerIntent intent_ = test::sample_intent();
  PriceSources sources_ = test::sample_sources(technology_);
  ActivityRecord record_;
};

TEST_F(Priced, ARisingRailIsChargedThroughItsRegulator) {
  const Ledger ledger = run(1);
  const Account* rail = find(ledger, "VDD_NPU.transition@slow>nominal");
  ASSERT_NE(rail, nullptr);
  EXPECT_EQ(rail->count, 1);
  EXPECT_NEAR(rail->energy.si(), 0.5 * 4.7e-6 * (0.81 - 0.36), 1e-15);
  EXPECT_EQ(rail->cause, Cause::kTransition);
  EXPECT_THAT(rail->formula, HasSubstr("4.7 uF x ((0.9 V)^2 - (0.6 V)^2) / 2"));
  ASSERT_EQ(ledger.transitions.size(), 1U);
  const PointTransition& change = ledger.transitions.front();
  EXPECT_EQ(change.times, 1);
  EXPECT_NEAR(change.time.si(), 100e-6, 1e-15);
  // The buck of VDD_NPU, and VDD_SRAM without one; and what leaks meanwhile.
  const double charge = 0.5 * 4.7e-6 * (0.81 - 0.36) * (1.0 / 0.88 + 1.0);
  EXPECT_GT(change.energy.si(), charge);
  const Ledger back = run(0);
  EXPECT_NEAR(change.energy.si() - charge, back.transitions.front().energy.si(), 1e-12 * charge);
}

// A rail on its way counts as fully up: as long at 0.9 V as the time in which it is there and that of the change.
TEST_F(Priced, LeakageOfAChangeIsThatOfTheHigherVoltage) {
  for (const std::int32_t from : {0, 1}) {
    const Ledger ledger = run(from);
    EXPECT_EQ(find(ledger, "npu.array.leakage.ON@nominal")->count, 200'000'000) << from;
    EXPECT_EQ(find(ledger, "npu.array.leakage.ON@slow")->count, 100'000'000) << from;
    EXPECT_NEAR(ledger.idle.si(), 200e-6, 1e-15);
  }
}

// Its charge is drawn while the rail moves, however soon something else cuts the epoch.
TEST_F(Priced, ChargeIsSpreadOverTheChange) {
  Epoch rest = record_.epochs[1];
  record_.epochs[1].end = rest.begin + 1'000;
  record_.epochs[1].events = {{6, 1'000}};
  record_.epochs[1].clock_cycles = {0, 0, 0, 0};
  rest.begin += 1'000;
  rest.events = {{6, 99'999'000}};
  rest.settling_from = 1;
  record_.epochs.insert(record_.epochs.begin() + 2, rest);
  record_.epochs[0].operating_point = 1;
  record_.epochs[1].settling_from = 1;
  record_.epochs[1].point_changes = {{1, 0, 1}};
  ASSERT_THAT(violations(record_), IsEmpty());
  const Ledger ledger = price(record_, intent_, {at(intent_, "nominal"), at(intent_, "slow")}, sources_);
  EXPECT_THAT(violations(ledger, record_), IsEmpty());
  EXPECT_LT(ledger.trace[1].energy, 1e-3 * ledger.trace[2].energy);
}

}  // namespace
}  // namespace subvolt::power
