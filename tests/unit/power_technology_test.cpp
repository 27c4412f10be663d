// Is a technology read with all its rules, and does its fitted physics meet its points?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sim/power/technology/technology.h"
#include "sim/units/literals.h"
#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;
using test::error_of;
using test::replaced;
using testing::HasSubstr;

Technology read(const std::string& text) { return make_technology(config::load_text(text, "t.yaml", "technology")); }

// The error of a sample in which one piece of text is replaced.
std::string error_with(const std::string& from, const std::string& to) {
  return error_of([&] { read(replaced(test::sample_technology_text(), from, to)); });
}

TEST(Technology, FittedCurvesMeetTheirPoints) {
  const Technology t = test::sample_technology();
  for (const CurvePoint& point : t.logic().speed) {
    const double f = t.logic().f_max({point.voltage, t.reference_temperature}).si();
    EXPECT_NEAR(f, point.frequency->si(), 0.15 * point.frequency->si()) << point.voltage.si();
    EXPECT_LE(std::abs(f / point.frequency->si() - 1.0), t.logic().worst_speed_error * (1.0 + 1e-9));
  }
  for (const CurvePoint& point : t.logic().leakage) {
    const double p =
        (t.logic().reference_leakage * t.logic().leakage_scale({point.voltage, t.reference_temperature})).si();
    EXPECT_NEAR(p, point.power->si(), 1e-9 * point.power->si());
  }
  EXPECT_LT(t.logic().worst_speed_error, 0.15);
  EXPECT_LT(t.sram().worst_speed_error, 0.15);
  EXPECT_LT(t.sram().worst_leakage_error, 1e-9);
}

TEST(Technology, LogicAndSramHaveTheirOwnCurves) {
  const Technology t = test::sample_technology();
  EXPECT_NE(t.logic().f_max({0.6_V, 25.0_C}), t.sram().f_max({0.6_V, 25.0_C}));
  EXPECT_NE(t.logic().leakage_scale({0.6_V, 25.0_C}), t.sram().leakage_scale({0.6_V, 25.0_C}));
}

TEST(Technology, SwitchingScalesWithTheSquareOfVoltage) {
  EXPECT_DOUBLE_EQ(Technology::switching_scale(0.45_V, 0.9_V), 0.25);
}

TEST(Technology, FitIsTheSameEachTime) {
  const Technology a = test::sample_technology(), b = test::sample_technology();
  EXPECT_EQ(a.logic().f_max({0.437_V, 31.0_C}), b.logic().f_max({0.437_V, 31.0_C}));
  EXPECT_EQ(a.logic().reference_leakage, b.logic().reference_leakage);
}

TEST(Technology, RefusesCurvesThatNoCircuitHas) {
  EXPECT_THAT(error_with("frequency: 120 MHz", "frequency: 20 MHz"), HasSubstr("expected frequency to rise"));
  EXPECT_THAT(error_with("voltage: 0.5 V, frequency", "voltage: 0.4 V, frequency"), HasSubstr("rising in voltage"));
  EXPECT_THAT(error_with("power: 6 nW", "power: 1 nW"), HasSubstr("expected power to rise"));
  EXPECT_THAT(error_with("frequency: 120 MHz", "power: 1 nW"), HasSubstr("voltage and frequency"));
  EXPECT_THAT(error_with("        - {voltage: 0.75 V, frequency: 450 MHz, source: SRAM chip}\n", ""),
              HasSubstr("at least 3 points, got 2"));
  EXPECT_THAT(error_with("      dibl: {value: 0.12, source: made up for tests}\n", ""),
              HasSubstr("add points or dibl"));
}

TEST(Technology, RefusesNumbersOutOfRange) {
  EXPECT_THAT(error_with("{value: 1.4, source", "{value: 0.9, source"), HasSubstr("expected a value from 1 to 3"));
  EXPECT_THAT(error_with("{value: 0.04, source", "{value: 1.04, source"), HasSubstr("expected a value from 0 to 1"));
  EXPECT_THAT(error_with("value: 1.1 V", "value: 0.2 V"), HasSubstr("more than the minimum"));
  EXPECT_THAT(error_with("value: 0.25 V", "value: 0.35 V"), HasSubstr("at least the retention voltage"));
  EXPECT_THAT(error_with("{value: 1 fJ", "{value: -1 fJ"), HasSubstr("expected an energy from 0 J"));
  EXPECT_THAT(error_with("reference_voltage: 0.9 V", "reference_voltage: 0 V"),
              HasSubstr("expected a value from 50 mV to 10 V"));
}

TEST(Technology, EachNumberNeedsItsSource) {
  EXPECT_THAT(error_with(", source: logic chip A", ""), HasSubstr("source"));
  EXPECT_THAT(error_with("source: switch paper", "source: \"\""), HasSubstr("expected a source"));
}

TEST(Technology, ErrorsAreLocated) {
  const std::string message = error_with("{value: 0.04, source", "{value: 1.04, source");
  EXPECT_THAT(message, HasSubstr("t.yaml:"));
  EXPECT_THAT(message, HasSubstr("technology.off_leakage_fraction.value"));
}

}  // namespace
}  // namespace subvolt::power
