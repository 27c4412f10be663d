// Does the current model behave as transistors do, from sub- to super-threshold?
#include <gtest/gtest.h>

#include <cmath>

#include "sim/power/technology/transregional_fit.h"
#include "sim/units/constants.h"
#include "sim/units/literals.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;

constexpr Voltage volts(double v) { return Voltage::from_si(v); }

TransregionalParameters parameters() {
  TransregionalParameters p;
  p.slope_factor = 1.4;
  p.alpha = 1.4;
  p.threshold = 0.45_V;
  p.dibl = 0.08;
  p.threshold_slope_V_per_K = 0.8e-3;
  p.reference_temperature = 25.0_C;
  p.mobility_exponent = 1.2;
  return p;
}

TEST(TransregionalModel, IsOneAtTheReferencePoint) {
  const TransregionalModel model(parameters());
  EXPECT_DOUBLE_EQ(model.speed_ratio({0.8_V, 25.0_C}, {0.8_V, 25.0_C}), 1.0);
  EXPECT_DOUBLE_EQ(model.leakage_power_ratio({0.8_V, 25.0_C}, {0.8_V, 25.0_C}), 1.0);
}

TEST(TransregionalModel, IsExponentialFarBelowThreshold) {
  TransregionalParameters p = parameters();
  p.dibl = 0.0;
  const TransregionalModel model(p);
  const double decade_V = std::log(10.0) * p.slope_factor * constants::thermal_voltage(25.0_C).si();
  EXPECT_NEAR(model.drive({volts(0.05 + decade_V), 25.0_C}) / model.drive({0.05_V, 25.0_C}), 10.0, 0.05);
}

TEST(TransregionalModel, IsTheAlphaPowerLawFarAboveThreshold) {
  TransregionalParameters p = parameters();
  p.dibl = 0.0;
  const TransregionalModel model(p);
  const double expected = std::pow((3.0 - 0.45) / (2.0 - 0.45), p.alpha);
  EXPECT_NEAR(model.drive({3.0_V, 25.0_C}) / model.drive({2.0_V, 25.0_C}), expected, 1e-6 * expected);
}

TEST(TransregionalModel, HasNoKinkAnywhere) {
  const TransregionalModel model(parameters());
  double previous_slope = 1e9;
  for (double v = 0.05; v < 1.4; v += 0.001) {
    const double slope = std::log(model.drive({volts(v + 0.001), 25.0_C}) / model.drive({volts(v), 25.0_C}));
    EXPECT_GT(slope, 0.0) << v;
    EXPECT_LT(slope, previous_slope + 1e-9) << "log I bends upwards at " << v;
    previous_slope = slope;
  }
}

TEST(TransregionalModel, SpeedAndLeakageRiseWithVoltage) {
  const TransregionalModel model(parameters());
  for (const double celsius : {-40.0, 25.0, 125.0}) {
    const auto t = Temperature::from_celsius(celsius);
    for (double v = 0.2; v < 1.3; v += 0.01) {
      EXPECT_GT(model.speed_ratio({volts(v + 0.01), t}, {0.8_V, 25.0_C}),
                model.speed_ratio({volts(v), t}, {0.8_V, 25.0_C}))
          << v;
      EXPECT_GT(model.leakage_power_ratio({volts(v + 0.01), t}, {0.8_V, 25.0_C}),
                model.leakage_power_ratio({volts(v), t}, {0.8_V, 25.0_C}))
          << v;
    }
  }
}

// Temperature inversion: near threshold heat lowers the barrier, far above it only takes mobility.
TEST(TransregionalModel, HeatSpeedsUpNearThresholdAndSlowsDownAboveIt) {
  const TransregionalModel model(parameters());
  EXPECT_GT(model.drive({0.4_V, 85.0_C}), model.drive({0.4_V, 25.0_C}));
  EXPECT_LT(model.drive({1.3_V, 85.0_C}), model.drive({1.3_V, 25.0_C}));
}

TEST(TransregionalModel, LeakageGrowsManifoldWithHeat) {
  const TransregionalModel model(parameters());
  const double ratio = model.leakage_power_ratio({0.8_V, 125.0_C}, {0.8_V, 25.0_C});
  EXPECT_GT(ratio, 10.0);
  EXPECT_LT(ratio, 300.0);
}

TEST(TransregionalModel, DiblAloneMakesLeakageCurrentRise) {
  TransregionalParameters p = parameters();
  const double phi = constants::thermal_voltage(25.0_C).si();
  const TransregionalModel model(p);
  // Power is V x I; well above kT/q the drain factor is 1.
  const double current = model.leakage_power_ratio({0.9_V, 25.0_C}, {0.5_V, 25.0_C}) * 0.5 / 0.9;
  // The lower threshold is still so far from zero that the current is exponential to a percent.
  EXPECT_NEAR(current, std::exp(p.dibl * 0.4 / (p.slope_factor * phi)), 0.01 * current);
}

// Without gate voltage it is the same transistor: heat does the same to leakage and to the current of the drive there.
TEST(TransregionalModel, LeakageIsTheDriveWithoutGateVoltage) {
  const TransregionalModel model(parameters());
  for (const double v : {0.3, 0.6, 0.9}) {
    const Condition cold{volts(v), Temperature::from_celsius(-40.0)}, hot{volts(v), 125.0_C};
    const double on = model.parameters().log_current(Voltage(), hot) - model.parameters().log_current(Voltage(), cold);
    const auto drain = [&](const Condition& at) {
      return -std::expm1(-(at.voltage / constants::thermal_voltage(at.temperature)));
    };
    const double off = std::log(model.leakage_power_ratio(hot, cold) * drain(cold) / drain(hot));
    EXPECT_NEAR(std::exp(on - off), 1.0, 1e-6) << v;
  }
}

// Mobility and kT/q squared, and the barrier: (T/T_ref)^(2 - m) exp(-V_th/n (1/phi - 1/phi_ref)).
TEST(TransregionalModel, LeakagePrefactorIsThatOfADiffusionCurrent) {
  TransregionalParameters p = parameters();
  p.threshold = 0.7_V;  // far enough for the exponential to be all
  p.dibl = 0.0;
  p.threshold_slope_V_per_K = 0.0;
  const TransregionalModel model(p);
  const double phi_25 = constants::thermal_voltage(25.0_C).si(), phi_85 = constants::thermal_voltage(85.0_C).si();
  const double expected = std::pow(358.15 / 298.15, 2.0 - 1.2) * std::exp(-0.7 / 1.4 * (1.0 / phi_85 - 1.0 / phi_25));
  EXPECT_NEAR(model.leakage_power_ratio({0.8_V, 85.0_C}, {0.8_V, 25.0_C}) / expected, 1.0, 2e-3);
}

TEST(TransregionalModel, WhatFlowsThroughGatesGrowsWithVoltageAndHardlyKnowsHeat) {
  TransregionalParameters p = parameters();
  p.reference_voltage = 0.8_V;
  p.gate_share = 0.999;
  const TransregionalModel gates(p);
  EXPECT_NEAR(gates.leakage_power_ratio({0.8_V, 85.0_C}, {0.8_V, 25.0_C}), 1.0, 0.03);
  const double current = gates.leakage_power_ratio({1.0_V, 25.0_C}, {0.6_V, 25.0_C}) * 0.6 / 1.0;
  EXPECT_NEAR(current, std::exp(0.4 / 0.2), 0.02 * current);
  p.gate_share = 0.85;
  const double all = TransregionalModel(p).leakage_power_ratio({0.8_V, 85.0_C}, {0.8_V, 25.0_C});
  p.gate_share = 0.0;
  const double channels = TransregionalModel(p).leakage_power_ratio({0.8_V, 85.0_C}, {0.8_V, 25.0_C});
  EXPECT_NEAR(all, 0.85 + 0.15 * channels, 1e-9);
}

// The one knob: whatever raises a threshold is a transistor with that threshold.
TEST(TransregionalModel, AShiftIsAnotherThreshold) {
  TransregionalParameters p = parameters();
  const TransregionalModel typical(p);
  p.threshold += 60.0_mV;
  const TransregionalModel shifted(p);
  const Condition reference{0.8_V, 25.0_C};
  for (const double v : {0.3, 0.5, 0.8, 1.1}) {
    const Condition at{volts(v), 85.0_C}, moved{volts(v), 85.0_C, ThresholdShift::of(60.0_mV)};
    EXPECT_NEAR(typical.drive(moved) / shifted.drive(at), 1.0, 1e-12) << v;
    EXPECT_NEAR(
        typical.speed_ratio(moved, {0.8_V, 25.0_C, ThresholdShift::of(60.0_mV)}) / shifted.speed_ratio(at, reference),
        1.0, 1e-12)
        << v;
    EXPECT_LT(typical.relative_leakage(moved), typical.relative_leakage(at)) << v;
    EXPECT_GT(typical.relative_delay(moved), typical.relative_delay(at)) << v;
  }
}

TEST(TransregionalModel, OneKindOfTransistorSlowTheOtherFastIsSlowerThanBothTypical) {
  const TransregionalModel model(parameters());
  const Condition at{0.5_V, 25.0_C}, skewed{0.5_V, 25.0_C, {40.0_mV, -40.0_mV, 0.0, 0.0}};
  EXPECT_GT(model.relative_delay(skewed), model.relative_delay(at));
  EXPECT_GT(model.relative_leakage(skewed), model.relative_leakage(at));
  EXPECT_LT(model.relative_delay(skewed), model.relative_delay({0.5_V, 25.0_C, ThresholdShift::of(40.0_mV)}));
}

TEST(TransregionalModel, WiresDoNotFollowTheTransistor) {
  TransregionalParameters p = parameters();
  p.reference_voltage = 0.8_V;
  const TransregionalModel bare(p);
  p.wire_share = 0.4;
  const TransregionalModel wired(p);
  const Condition reference{0.8_V, 25.0_C};
  EXPECT_NEAR(wired.relative_delay({1.1_V, 25.0_C}), 0.6 * bare.relative_delay({1.1_V, 25.0_C}) + 0.4, 1e-12);
  EXPECT_LT(wired.speed_ratio({1.1_V, 25.0_C}, reference), bare.speed_ratio({1.1_V, 25.0_C}, reference));
  EXPECT_GT(wired.speed_ratio({0.4_V, 25.0_C}, reference), bare.speed_ratio({0.4_V, 25.0_C}, reference));
}

TEST(TransregionalModel, HeatChangesNothingAtOneVoltage) {
  const TransregionalModel model(parameters());
  const auto neutral = model.zero_temperature_voltage(1.4_V);
  ASSERT_TRUE(neutral);
  EXPECT_NEAR(model.relative_delay({*neutral, 85.0_C}) / model.relative_delay({*neutral, 25.0_C}), 1.0, 1e-3);
  EXPECT_FALSE(model.zero_temperature_voltage(0.5_V));  // faster in the heat at all of them
}

TEST(TransregionalFit, AWallIsToldWithTheWorstError) {
  // Speed in proportion to the voltage: no transistor bends so little.
  const SpeedFit fit = fit_speed({{0.5_V, 500.0_MHz}, {0.7_V, 700.0_MHz}, {0.9_V, 900.0_MHz}, {1.1_V, 1100.0_MHz}},
                                 parameters(), {0.8_V, 25.0_C});
  ASSERT_FALSE(fit.at_wall.empty());
  EXPECT_GT(fit.worst_relative_error, 0.0);
  EXPECT_TRUE(fit_speed({{0.4_V, 50.0_MHz}, {0.6_V, 300.0_MHz}, {0.9_V, 900.0_MHz}}, parameters(), {0.8_V, 25.0_C})
                  .at_wall.empty());
}

TEST(TransregionalFit, FindsWiresAndSlopeWherePointsTellThem) {
  TransregionalParameters truth = parameters();
  truth.slope_factor = 1.6;
  truth.wire_share = 0.3;
  truth.reference_voltage = 1.1_V;
  const TransregionalModel model(truth);
  std::vector<SpeedPoint> points;
  for (int mV = 250; mV <= 1100; mV += 50) {
    const Condition at{volts(1e-3 * mV), 25.0_C};
    points.push_back({at.voltage, 500.0_MHz / model.relative_delay(at)});
  }
  SpeedUnknowns unknowns;
  unknowns.slope_factor = unknowns.wire_share = true;
  const SpeedFit fit = fit_speed(points, parameters(), {1.1_V, 25.0_C}, unknowns);
  EXPECT_NEAR(fit.parameters.slope_factor, 1.6, 0.03);
  EXPECT_NEAR(fit.parameters.wire_share, 0.3, 0.03);
  EXPECT_LT(fit.worst_relative_error, 0.01);
}

TEST(TransregionalFit, FindsTheParametersThatMadeThePoints) {
  TransregionalParameters truth = parameters();
  truth.threshold = 0.43_V;
  truth.alpha = 1.37;
  const TransregionalModel model(truth);
  std::vector<SpeedPoint> points;
  for (const double v : {0.35, 0.45, 0.55, 0.7, 0.9}) {
    points.push_back({volts(v), 500.0_MHz * model.speed_ratio({volts(v), 25.0_C}, {0.8_V, 25.0_C})});
  }
  TransregionalParameters start = parameters();
  start.threshold = Voltage();
  start.alpha = 1.0;
  const SpeedFit fit = fit_speed(points, start, {0.8_V, 25.0_C});
  EXPECT_NEAR(fit.parameters.threshold.si(), 0.43, 1e-3);
  EXPECT_NEAR(fit.parameters.alpha, 1.37, 1e-2);
  EXPECT_NEAR(fit.scale.si(), 500e6, 500e6 * 1e-3);
  EXPECT_LT(fit.worst_relative_error, 1e-3);
}

TEST(TransregionalFit, ReportsHowFarItIsFromPointsItCannotMeet) {
  const std::vector<SpeedPoint> points{{0.4_V, 10.0_MHz}, {0.6_V, 500.0_MHz}, {0.8_V, 510.0_MHz}, {1.0_V, 2000.0_MHz}};
  const SpeedFit fit = fit_speed(points, parameters(), {0.8_V, 25.0_C});
  EXPECT_GT(fit.worst_relative_error, 0.2);
}

TEST(TransregionalFit, FindsDiblAndLevelOfLeakage) {
  const TransregionalModel model(parameters());
  std::vector<LeakagePoint> points;
  for (const double v : {0.4, 0.6, 1.0}) {
    points.push_back({volts(v), 3.0_nW * model.leakage_power_ratio({volts(v), 25.0_C}, {0.8_V, 25.0_C})});
  }
  TransregionalParameters start = parameters();
  start.dibl = 0.0;
  const LeakageFit fit = fit_leakage(points, start, {0.8_V, 25.0_C});
  EXPECT_NEAR(fit.dibl, 0.08, 1e-6);
  EXPECT_NEAR(fit.reference.si(), 3e-9, 3e-15);
  EXPECT_LT(fit.worst_relative_error, 1e-6);
}

TEST(TransregionalFit, LeakageThatFallsTooFastKeepsDiblAtZero) {
  const LeakageFit fit = fit_leakage({{0.5_V, 1.0_nW}, {1.0_V, 1.1_nW}}, parameters(), {0.8_V, 25.0_C});
  EXPECT_EQ(fit.dibl, 0.0);
  EXPECT_GT(fit.worst_relative_error, 0.1);
}

TEST(TransregionalFit, ASingleLeakagePointIsMetAndKeepsTheGivenDibl) {
  const LeakageFit fit = fit_leakage({{0.7_V, 1.0_nW}}, parameters(), {0.8_V, 25.0_C});
  EXPECT_EQ(fit.dibl, parameters().dibl);
  EXPECT_LT(fit.worst_relative_error, 1e-12);
  EXPECT_GT(fit.reference.si(), 1e-9);
}

}  // namespace
}  // namespace subvolt::power
