// Does a chip price its own events as its fitted constants say, in the place of all other prices, and is what does not
// fit refused?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sim/power/ledger/energy_model.h"
#include "sim/units/literals.h"
#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;
using test::error_of;
using test::replaced;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kFit =
    "{rows: four rows of a paper, mean: 0.01, worst: 0.03, leave_one_out_mean: 0.02, leave_one_out_worst: 0.05}";

// Of npu.array and npu.buffer; cpu and dram stay bottom-up.
std::string chip_text() {
  const std::string fitted = "source: fitted somewhere, quality: fitted, uncertainty: 0.1, fit: " + std::string(kFit);
  return R"(  chip_modes:
    rail: VDD_NPU
    modes:
      idle: {powers: [{voltage: 0.6 V, power: 2 mW}, {voltage: 0.7 V, power: 4 mW}], source: bench, quality: measured}
      sleep: {powers: [{voltage: 0.6 V, power: 0.1 mW}], wake_up: 20 us, wake_up_power: 1 mW, source: bench}
  fitted:
    elements: ["npu.*"]
    rail: VDD_NPU
    above_idle: true
    terms:
      mac: {energy: 1 pJ, voltage: 0.8 V, events: {npu.array.mac_int8: 0.5}, )" +
         fitted + R"(}
      stalled: {powers: [{voltage: 0.6 V, power: 1 mW}, {voltage: 0.7 V, power: 3 mW}], events: {npu.array.stall_cycles: 2}, cause: leakage, points: ["slo*"], )" +
         fitted + R"(}
    phases:
      work: {cycles: [npu.array.stall_cycles], events: [npu.array.mac_int8]}
)";
}

PowerIntent intent_of(const std::string& chip) {
  return make_power_intent(config::load_text(test::sample_intent_text() + chip, "chip.yaml", "power"));
}

class FittedEnergies : public testing::Test {
 protected:
  FittedEnergies() {
    record_.clock_domains[0].second[0] = Hertz(50'000'000);
    record_.layers.resize(1);
    record_.jobs.resize(1);
    record_.tasks.resize(1);
    Epoch epoch;
    epoch.end = record_.total_time = 1'000'000;
    epoch.task = 0;
    epoch.states.assign(4, PowerState::kOn);
    epoch.clock_cycles.assign(4, 40);
    epoch.events = {{0, 1000}, {1, 10}, {6, 1'000'000}};  // the last: DRAM stands by
    record_.epochs.push_back(epoch);
  }
  Ledger run(const PowerIntent& intent, const std::string& point = "slow") const {
    return price(record_, intent, {resolve_operating_point(intent, technology_, point)}, sources_);
  }
  static Account account(const Ledger& ledger, const std::string& name) {
    for (const Account& a : ledger.accounts) {
      if (a.name == name) return a;
    }
    ADD_FAILURE() << "no account " << name;
    return {};
  }

  Technology technology_ = test::sample_technology();
  PriceSources sources_ = test::sample_sources(technology_);
  ActivityRecord record_ = test::sample_components();
};

TEST_F(FittedEnergies, AnEventCostsItsWeightTimesTheConstantAtItsVoltage) {
  const Account a = account(run(intent_of(chip_text())), "npu.array.mac_int8.mac");
  EXPECT_EQ(a.count, 1000);
  EXPECT_DOUBLE_EQ(a.energy.si(), 1000 * 0.5 * 1e-12 * std::pow(0.6 / 0.8, 2));
  EXPECT_EQ(a.quality, config::Quality::kFitted);
  ASSERT_TRUE(a.fitted);
  EXPECT_EQ(a.fitted->uncertainty, 0.1);
  EXPECT_EQ(a.fitted->fit.leave_one_out_worst, 0.05);
  EXPECT_EQ(a.phase, "work");
}

TEST_F(FittedEnergies, APowerIsDrawnInTheCyclesThatAreCountedAndGoesExponentially) {
  const PowerIntent intent = intent_of(chip_text());
  EXPECT_DOUBLE_EQ(account(run(intent), "npu.array.stall_cycles.stalled").energy.si(), 10 * 2 * 1e-3 / 50e6);
  const Account between = account(run(intent, "slow,VDD_NPU=0.65V"), "npu.array.stall_cycles.stalled");
  EXPECT_NEAR(between.energy.si(), 10 * 2 * std::sqrt(3.0) * 1e-3 / 50e6, 1e-18);
}

TEST_F(FittedEnergies, NothingElseIsPricedOfWhatTheyCoverAndTheIdleChipIsDrawnBesides) {
  const Ledger ledger = run(intent_of(chip_text()));
  for (const Account& a : ledger.accounts) {
    if (a.component_name.rfind("npu.", 0) != 0) continue;
    EXPECT_EQ(a.quality, config::Quality::kFitted) << a.name;
    EXPECT_NE(a.cause, Cause::kClockTree) << a.name;
  }
  EXPECT_DOUBLE_EQ(account(ledger, "idle").energy.si(), 2e-3 * 1e-6);
  ASSERT_TRUE(ledger.idle_mode);
  EXPECT_DOUBLE_EQ(ledger.idle_mode->si(), 2e-3 * 1e-6);
  EXPECT_THAT(violations(ledger, record_), IsEmpty());
  EXPECT_GT(ledger.fitted_share, 0.0);
  EXPECT_GT(account(ledger, "cpu.leakage.ON").energy, Energy()) << "what they do not cover is bottom-up";
}

TEST_F(FittedEnergies, RegulatorsLoseNothingOfWhatWasMeasuredBeforeThem) {
  const PowerIntent intent = intent_of(chip_text());
  for (const Account& a : run(intent).accounts) EXPECT_NE(a.name, "VDD_NPU.supply_loss");
}

TEST_F(FittedEnergies, ATermIsDrawnAtItsOperatingPointsOnly) {
  const PowerIntent intent = intent_of(replaced(chip_text(), "slo*", "near_threshold"));
  for (const Account& a : run(intent).accounts) EXPECT_NE(a.name, "npu.array.stall_cycles.stalled");
}

TEST_F(FittedEnergies, WhatDoesNotFitTheSocIsToldWithItsPlace) {
  const auto refused = [&](const std::string& from, const std::string& to, const std::string& point = "slow") {
    return error_of([&] { run(intent_of(replaced(chip_text(), from, to)), point); });
  };
  EXPECT_THAT(
      refused("{npu.array.mac_int8: 0.5}", "{npu.array.mac_int: 0.5}"),
      AllOf(HasSubstr("chip.yaml:"), HasSubstr("no event \"npu.array.mac_int\""), HasSubstr("npu.array.mac_int8")));
  EXPECT_THAT(refused("{npu.array.mac_int8: 0.5}", "{cpu.cycle: 0.5}"), HasSubstr("add \"cpu\" there"));
  EXPECT_THAT(refused("0.5", "0.5", "VDD_NPU=0.9V"), HasSubstr("of which these powers tell nothing"));
}

TEST_F(FittedEnergies, AConstantThatDoesNotSayHowItWasFittedIsRefused) {
  const auto refused = [](const std::string& from, const std::string& to) {
    return error_of([&] { intent_of(replaced(chip_text(), from, to)); });
  };
  EXPECT_THAT(refused(", fit: " + std::string(kFit), ""), HasSubstr("a fitted number says how: add `fit: {rows:"));
  EXPECT_THAT(refused("uncertainty: 0.1, ", ""), HasSubstr("add `uncertainty: ...`"));
  EXPECT_THAT(refused("energy: 1 pJ, voltage: 0.8 V, ", ""), HasSubstr("either `energy` per event or `powers`"));
  EXPECT_THAT(refused("mac_int8: 0.5", "mac_int8: -0.5"), HasSubstr("expected a weight above 0"));
  EXPECT_THAT(refused("events: [npu.array.mac_int8]", "events: [npu.array.stall_cycles]"), HasSubstr("is named twice"));
  EXPECT_THAT(refused("      idle: {", "      idling: {"), HasSubstr("there is no mode idle"));
  EXPECT_THAT(refused("power: 4 mW", "power: 1 mW"), HasSubstr("no less power"));
  EXPECT_THAT(refused("source: bench, quality: measured", "source: bench, quality: fitted"),
              HasSubstr("expected measured, published or estimated"));
}

TEST_F(FittedEnergies, ANumberThatIsRestatedIsNoLongerFitted) {
  const config::Override set = config::Override::parse("power.fitted.terms.mac.energy=2 pJ");
  const PowerIntent intent =
      make_power_intent(config::load_text(test::sample_intent_text() + chip_text(), "chip.yaml", "power", {set}));
  const Account a = account(run(intent), "npu.array.mac_int8.mac");
  EXPECT_EQ(a.quality, config::Quality::kEstimated);
  EXPECT_FALSE(a.fitted);
}

}  // namespace
}  // namespace subvolt::power
