// Does a regulator lose what its data sheet says, and refuse what makes no sense?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/config/library.h"
#include "sim/config/loader.h"
#include "sim/power/intent/supply_tree.h"
#include "sim/units/literals.h"
#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;
using test::error_of;
using testing::HasSubstr;

Regulator part(const std::string& name) {
  return Regulator::schema().read(config::load(config::find("regulator", name), "regulator").section);
}

Current amperes(double a) { return Current::from_si(a); }

double efficiency(const Regulator& r, Current load, Voltage out, Voltage in) {
  const Power delivered = load * out;
  return delivered / (delivered + r.loss(delivered, out, in) + r.standing(out, in));
}

// Facts of data sheets, as published: TPS62740 e2e.ti.com 764103 (68 % at 3 uA, 3.6 to 1.8 V; it set the number);
// TPS63900 TI SLYY203B (more than 80 % from 1 uA on over six decades, peak 96 %); TPS62020 SLVS076C (peak 95 %);
// Raven-3 JSSC 51(4) 2016 (80 to 86 %).
TEST(Regulator, PartsAreWithinTenPointsOfTheirSheets) {
  EXPECT_NEAR(efficiency(part("tps62740"), amperes(3e-6), 1.8_V, 3.6_V), 0.68, 0.005);
  const Regulator boost = part("tps63900");
  double peak = 0.0;
  for (double load = 1e-6; load < 0.4; load *= 1.5) {
    const double eta = efficiency(boost, amperes(load), 3.3_V, 3.6_V);
    EXPECT_GT(eta, 0.80) << load;
    peak = std::max(peak, eta);
  }
  EXPECT_NEAR(peak, 0.96, 0.01);
  const Regulator larger = part("tps62020");
  peak = 0.0;
  for (double load = 1e-4; load < 0.6; load *= 1.2) {
    peak = std::max(peak, efficiency(larger, amperes(load), 1.8_V, 3.6_V));
  }
  EXPECT_NEAR(peak, 0.95, 0.01);
  const Regulator raven = part("raven3");
  for (const auto& [out, in] : {std::pair(0.86_V, 1.8_V), std::pair(0.48_V, 1.0_V), std::pair(1.14_V, 1.8_V)}) {
    EXPECT_NEAR(efficiency(raven, amperes(0.01), out, in), 0.83, 0.03) << out.si();
  }
}

// TPS62801, SLVSDD1F: 2.3 uA not switching, 2.5 uA without load, 8 mA in forced PWM.
TEST(Regulator, WithoutLoadItDrawsItsQuiescentCurrent) {
  Regulator buck = part("tps62801");
  EXPECT_NEAR((buck.standing(1.2_V, 3.6_V) / 3.6_V).si() / 2.5e-6, 1.0, 0.1);
  buck.power_save_below = Current();
  EXPECT_NEAR((buck.standing(1.2_V, 3.6_V) / 3.6_V).si(), 8e-3, 1e-5);
  EXPECT_NEAR((part("tps780").standing(1.2_V, 3.6_V) / 3.6_V).si(), 500e-9, 1e-12);
}

TEST(Regulator, SleepingAtAMicrowattDrawsNineAndMore) {
  const Regulator buck = part("tps62801");
  const Power asleep = Power::from_si(1e-6);
  EXPECT_GT(asleep + buck.loss(asleep, 0.8_V, 3.6_V) + buck.standing(0.8_V, 3.6_V), Power::from_si(9e-6));
}

TEST(Regulator, ATableIsLinearOverTheLogarithmOfLoadAndOverVoltage) {
  Regulator table;
  table.kind = RegulatorKind::kBuck;
  table.efficiencies = {{amperes(1e-6), 0.8_V, 0.5},
                        {amperes(1e-4), 0.8_V, 0.9},
                        {amperes(1e-6), 1.2_V, 0.7},
                        {amperes(1e-4), 1.2_V, 0.9}};
  EXPECT_NEAR(efficiency(table, amperes(1e-5), 0.8_V, 3.6_V), 0.7, 1e-12);
  EXPECT_NEAR(efficiency(table, amperes(1e-5), 1.2_V, 3.6_V), 0.8, 1e-12);
  const double lost = 1e-5 * 1.0 * (0.5 * (1 / 0.7 - 1) + 0.5 * (1 / 0.8 - 1));
  EXPECT_NEAR(efficiency(table, amperes(1e-5), 1.0_V, 3.6_V), 1e-5 / (1e-5 + lost), 1e-12);
  // Below the lowest row what is lost stays.
  EXPECT_NEAR(table.standing(0.8_V, 3.6_V).si(), 0.8e-6, 1e-18);
  EXPECT_NEAR(table.loss(Power::from_si(1e-7), 0.8_V, 3.6_V).si(), 0.0, 1e-18);
  // With a quiescent current it falls to that.
  table.quiescent_current = amperes(0.1e-6);
  EXPECT_NEAR(table.standing(0.8_V, 3.6_V).si(), 0.36e-6, 1e-18);
}

TEST(Regulator, ASwitchedCapacitorTakesTheSmallestRatioThatReaches) {
  const Regulator raven = part("raven3");
  EXPECT_DOUBLE_EQ(raven.efficiency_at(0.9_V, 1.8_V), 0.88);
  EXPECT_NEAR(raven.efficiency_at(0.91_V, 1.8_V), 0.88 * 0.91 / (1.8 * 0.6667), 1e-12);
  EXPECT_NEAR(raven.highest_output(1.8_V).si(), 1.2, 1e-3);
}

PowerIntent with(const std::string& regulator) {
  const std::string text = test::replaced(
      test::sample_intent_text(), "{kind: buck, efficiency: 0.88, source: buck sheet, quality: published}", regulator);
  return make_power_intent(config::load_text(text, "intent.yaml", "power"));
}

TEST(Regulator, MistakesAreLocatedAndTold) {
  const auto error = [](const std::string& regulator) { return error_of([&] { with(regulator); }); };
  EXPECT_THAT(error("{kind: buck, efficiency: 0.9, quiescent_current: 2 uA, source: s}"),
              AllOf(HasSubstr("intent.yaml:7:"), HasSubstr("needs its input voltage")));
  EXPECT_THAT(error("{kind: ldo, efficiency: 0.9, input: 3 V, resistance: 1 ohm, source: s}"),
              HasSubstr("resistance: is a key of kind buck"));
  EXPECT_THAT(error("{kind: switched_capacitor, efficiency: 0.9, input: 3 V, source: s}"), HasSubstr("needs ratios"));
  EXPECT_THAT(error("{kind: buck, efficiencies: [{load: 1 mA, efficiency: 0.5}, {load: 1.1 mA, efficiency: 0.9}], "
                    "source: s}"),
              HasSubstr("loses less than at the lower load"));
  EXPECT_THAT(error("{kind: buck, efficiencies: [{load: 1 mA, efficiency: 0.5}, {load: 0.5 mA, efficiency: 0.4}], "
                    "source: s}"),
              HasSubstr("rising order of load"));
  EXPECT_THAT(error("{part: tps62801, efficiency: 0.9}"), HasSubstr("the part says it: remove efficiency"));
  EXPECT_THAT(error("{part: tps6280}"), AllOf(HasSubstr("intent.yaml:7:"), HasSubstr("did you mean \"tps62801\"")));
  EXPECT_THAT(error("{part: tps780, from: VDDX}"), HasSubstr("there is no voltage domain \"VDDX\""));
  EXPECT_THAT(error("{part: tps780, from: VDD_NPU}"), HasSubstr("feeds itself"));
}

TEST(Regulator, APartBringsItsInputAndHowFastItMoves) {
  const PowerIntent intent = with("{part: raven3, input: 1.9 V}");
  const VoltageDomain& rail = *intent.find_voltage_domain("VDD_NPU");
  EXPECT_EQ(rail.regulator.input, 1.9_V);
  EXPECT_EQ(rail.transition.settle, Time::from_si(20e-9));
  EXPECT_EQ(rail.transition.time_per_volt, Time());
  ASSERT_EQ(intent.parts.size(), 1U);
  EXPECT_EQ(intent.parts[0].name, "raven3");
}

TEST(Regulator, ARailAboveWhatFeedsItIsRefused) {
  const PowerIntent intent = with("{part: tps780, from: VDD_AON}");
  const Technology technology = test::sample_technology();
  EXPECT_THAT(
      error_of([&] { resolve_operating_point(intent, technology, "nominal"); }),
      AllOf(HasSubstr("VDD_NPU: 0.9 V is above what its ldo makes of VDD_AON, 0.8 V"), HasSubstr("intent.yaml:7:")));
  EXPECT_NO_THROW(resolve_operating_point(intent, technology, "slow"));
}

}  // namespace
}  // namespace subvolt::power
