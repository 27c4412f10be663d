// How prices follow their supply: by the square, or along a curve.
#include "sim/power/price/voltage_law.h"

#include <gtest/gtest.h>

#include "sim/config/error.h"

namespace subvolt::power {
namespace {

const VoltageCurve kCurve{{Voltage::from_si(0.6), 0.25}, {Voltage::from_si(0.7), 0.65}, {Voltage::from_si(0.8), 1.0}};

double factor(double v) { return voltage_scale(kCurve, Voltage::from_si(v), Voltage::from_si(0.8)).factor; }

TEST(VoltageLaw, IsTheSquareWithoutACurve) {
  const VoltageScale half = voltage_scale({}, Voltage::from_si(0.4), Voltage::from_si(0.8));
  EXPECT_DOUBLE_EQ(half.factor, 0.25);
  EXPECT_EQ(half.formula, "(0.4 V / 0.8 V)^2");
}

TEST(VoltageLaw, MeetsThePointsOfACurveAndIsLinearBetweenThem) {
  EXPECT_DOUBLE_EQ(factor(0.6), 0.25);
  EXPECT_DOUBLE_EQ(factor(0.7), 0.65);
  EXPECT_DOUBLE_EQ(factor(0.8), 1.0);
  EXPECT_NEAR(factor(0.625), 0.35, 1e-12);
  EXPECT_NEAR(factor(0.775), 0.9125, 1e-12);
  EXPECT_EQ(voltage_scale(kCurve, Voltage::from_si(0.7), Voltage()).formula,
            "0.65 at 0.7 V, measured from 0.6 V to 0.8 V");
}

TEST(VoltageLaw, EndsWhereTheCurveEnds) {
  EXPECT_TRUE(covers(kCurve, Voltage::from_si(0.6)));
  EXPECT_TRUE(covers(kCurve, Voltage::from_si(0.8)));
  EXPECT_FALSE(covers(kCurve, Voltage::from_si(0.59)));
  EXPECT_FALSE(covers(kCurve, Voltage::from_si(0.81)));
  EXPECT_THROW(factor(0.59), Error);
  EXPECT_THROW(factor(0.81), Error);
}

}  // namespace
}  // namespace subvolt::power
