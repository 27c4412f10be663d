// Is the temperature found at which a chip gives off what it draws, and is it said where there is none?
#include <gtest/gtest.h>

#include <cmath>

#include "sim/config/library.h"
#include "sim/power/thermal/self_heating.h"
#include "sim/units/literals.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;

constexpr Temperature kHighest = Temperature::from_celsius(150.0);

// So much without leakage, and what doubles every 20 K from 25 C on.
std::function<Power(Temperature)> chip(double dynamic_W, double leakage_W) {
  return [=](Temperature t) { return Power::from_si(dynamic_W + leakage_W * std::exp2((t.celsius() - 25.0) / 20.0)); };
}

TEST(HeatBalance, GivesOffWhatItDraws) {
  for (const double theta : {1.0, 30.0, 80.0}) {
    for (const double leakage : {0.0, 0.01, 0.02}) {
      const auto power = chip(0.4, leakage);
      const HeatBalance b = heat_balance(power, theta, 25.0_C, kHighest);
      ASSERT_TRUE(b.settles) << theta << " " << leakage;
      EXPECT_NEAR(b.junction.kelvin(), 298.15 + theta * power(b.junction).si(), 1e-6);
      EXPECT_LT(b.gain, 1.0);
    }
  }
}

// P x theta: 50 mW at 50 K/W are 2.5 K, 0.5 W at 40 K/W 20 K.
TEST(HeatBalance, WithoutLeakageIsPowerTimesResistance) {
  EXPECT_NEAR(heat_balance(chip(0.05, 0.0), 50.0, 25.0_C, kHighest).junction.celsius(), 27.5, 1e-6);
  EXPECT_NEAR(heat_balance(chip(0.5, 0.0), 40.0, 25.0_C, kHighest).junction.celsius(), 45.0, 1e-6);
}

// theta dP/dT = 1 is the end: with leakage alone, theta P ln2 / 20 K = 1 and T = T_a + theta P, so that T is 20 K / ln
// 2 above ambient, and theta P_25 exp(1) 2^0 ... = 20 K / ln 2.
TEST(HeatBalance, RunsAwayWhereTheFeedbackReachesOne) {
  const double edge_W = 20.0 / std::log(2.0) / std::exp(1.0) / 40.0;
  EXPECT_TRUE(heat_balance(chip(0.0, 0.999 * edge_W), 40.0, 25.0_C, kHighest).settles);
  const HeatBalance gone = heat_balance(chip(0.0, 1.001 * edge_W), 40.0, 25.0_C, kHighest);
  EXPECT_FALSE(gone.settles);
  EXPECT_GE(gone.gain, 1.0);
}

TEST(HeatBalance, BeyondWhereModelsHoldItDoesNotSettle) {
  const HeatBalance hot = heat_balance(chip(5.0, 0.0), 40.0, 25.0_C, kHighest);
  EXPECT_FALSE(hot.settles);
  EXPECT_EQ(hot.junction, kHighest);
}

ThermalStage stage(double resistance, Time time_constant) {
  ThermalStage s;
  s.resistance_K_per_W.value = resistance;
  s.time_constant.value = time_constant;
  return s;
}

// A square wave of period T, on for half of it, through one stage: in its steady state the rise swings between
// R P / (1 + exp(T / 2 tau)) and the rest of R P.
TEST(TemperatureSwing, OfASquareWaveIsThatOfTheClosedForm) {
  Package package;
  package.stages = {stage(40.0, 1.0_ms)};
  const std::int64_t half_ps = 1'000'000'000;
  const std::vector<TraceSegment> trace{{0, half_ps, Energy::from_si(0.5e-3)}, {half_ps, 2 * half_ps, Energy()}};
  const Swing swing = temperature_swing(trace, package, 25.0_C);
  const double low = 20.0 / (1.0 + std::exp(1.0));
  EXPECT_NEAR(swing.lowest.celsius(), 25.0 + low, 1e-9);
  EXPECT_NEAR(swing.highest.celsius(), 45.0 - low, 1e-9);
}

TEST(TemperatureSwing, SlowStagesSeeTheMean) {
  Package package;
  package.stages = {stage(10.0, 20.0_ms), stage(30.0, Time::from_si(20.0))};
  const std::vector<TraceSegment> trace{{0, 1'000'000, Energy::from_si(1e-6)}, {1'000'000, 2'000'000, Energy()}};
  const Swing swing = temperature_swing(trace, package, 25.0_C);
  EXPECT_NEAR(swing.lowest.celsius(), 45.0, 1e-2);
  EXPECT_NEAR(swing.highest.celsius(), 45.0, 1e-2);
  EXPECT_LT(swing.lowest, swing.highest);
}

// Data sheets, from memory: QFN of 5 to 7 mm 25 to 40 K/W, WLCSP 45 to 80, 81 balls on 8 mm about 57; die to package 5
// to 50 ms, board 5 to 60 s.
TEST(Package, ShippedOnesLieWhereSuchPackagesDo) {
  const struct {
    const char* name;
    double lowest, highest;
  } rows[] = {{"qfn48", 25, 40}, {"wlcsp", 45, 80}, {"bga81", 50, 64}};
  EXPECT_EQ(config::shipped("package").size(), std::size(rows));
  for (const auto& row : rows) {
    const Package package = read_package(row.name);
    EXPECT_GE(package.resistance_K_per_W(), row.lowest) << row.name;
    EXPECT_LE(package.resistance_K_per_W(), row.highest) << row.name;
    EXPECT_GE(package.stages.front().time_constant.value, 5.0_ms) << row.name;
    EXPECT_LE(package.stages.front().time_constant.value, 50.0_ms) << row.name;
  }
}

}  // namespace
}  // namespace subvolt::power
