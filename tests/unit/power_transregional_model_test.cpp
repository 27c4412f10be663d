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
  EXPECT_NEAR(current, std::exp(p.dibl * 0.4 / (p.slope_factor * phi)), 1e-6 * current);
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
  start.threshold = Voltage();  // unknown yet, and of no influence
  const LeakageFit fit = fit_leakage(points, start, {0.8_V, 25.0_C});
  EXPECT_NEAR(fit.dibl, 0.08, 1e-9);
  EXPECT_NEAR(fit.reference.si(), 3e-9, 3e-18);
  EXPECT_LT(fit.worst_relative_error, 1e-9);
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
