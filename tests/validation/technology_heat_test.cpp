// Does heat do to leakage and speed what it does to products?
#include <gtest/gtest.h>

#include <cmath>

#include "sim/power/technology/calibration.h"
#include "sim/power/technology/technology.h"
#include "sim/units/constants.h"
#include "sim/units/literals.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;

double growth(const Device& device, Temperature to) {
  return device.leakage_scale({device.reference.voltage, to}) /
         device.leakage_scale({device.reference.voltage, 25.0_C});
}

// Thermal models of products of 28 and 22 nm (Mali template of RK3399 and RK356x, ts = <32000 4700 (-80) 2>): 8.3 from
// 25 to 85 C, 25 to 125 C, doubling per 20 K.
TEST(TechnologyHeat, LeakageOf28nmGrowsAsThermalModelsOfProductsDo) {
  const Technology t = read_technology("lp28");
  for (const Device* device : {&t.logic(), &t.sram()}) {
    EXPECT_GT(growth(*device, 85.0_C), 6.0) << device->name;
    EXPECT_LT(growth(*device, 85.0_C), 11.0) << device->name;
    EXPECT_GT(growth(*device, 125.0_C), 20.0) << device->name;
    EXPECT_LT(growth(*device, 125.0_C), 35.0) << device->name;
  }
}

// CACTI 7, 65 nm lstp, 64 KiB at 300 K: 9.1 of 10.72 uW through gates; what is left grows by 31 from 25 to 85 C.
TEST(TechnologyHeat, GatesKeepLeakageOf65nmSramFromGrowing) {
  EXPECT_NEAR(growth(read_technology("lp65").sram(), 85.0_C) / 5.6, 1.0, 0.05);
}

// lp28: libraries of 28 nm change sides between 0.75 and 0.95 V; 65 nm low power between 0.9 and 1.2 V.
TEST(TechnologyHeat, SpeedDoesNotKnowHeatAtOneVoltage) {
  const struct {
    const char* name;
    double lowest, highest;
  } rows[] = {{"lp28", 0.75, 0.95}, {"lp65", 0.9, 1.2}};
  for (const auto& row : rows) {
    const Technology t = read_technology(row.name);
    const auto neutral = t.logic().model.zero_temperature_voltage(t.logic().maximum_voltage.value);
    ASSERT_TRUE(neutral) << row.name;
    EXPECT_GT(neutral->si(), row.lowest) << row.name;
    EXPECT_LT(neutral->si(), row.highest) << row.name;
  }
}

// Behind a switch the current is the switch's, whose threshold lies higher: it grows by exp(dV / n (1/phi - 1/phi'))
// more in the heat, of lp28's logic 22 times from 25 to 85 C, and with voltage as what it feeds.
TEST(TechnologyHeat, WhatIsLeftBehindASwitchGrowsAsTheSwitchDoes) {
  const Technology lp28 = read_technology("lp28");
  const auto behind = [](const Technology& t, const Condition& at) {
    return t.logic().leakage_scale_behind(t.switch_shift(), at);
  };
  const Condition hot{0.8_V, 85.0_C};
  EXPECT_NEAR(behind(lp28, hot), 22.0, 1.0);
  for (const char* name : {"lp28", "lp65"}) {
    const Technology t = read_technology(name);
    const Voltage v = t.reference_voltage;
    EXPECT_GT(t.switch_shift(), 0.1_V) << name;
    EXPECT_NEAR(behind(t, {v, 25.0_C}), 1.0, 1e-12) << name;  // where off_leakage_fraction is known
    const double slope = t.logic().model.parameters().slope_factor;
    const double more = std::exp(t.switch_shift() / slope *
                                 (1.0 / constants::thermal_voltage(25.0_C) - 1.0 / constants::thermal_voltage(85.0_C)));
    EXPECT_NEAR(behind(t, {v, 85.0_C}) / t.logic().leakage_scale({v, 85.0_C}) / more, 1.0, 0.03) << name;
    EXPECT_NEAR(behind(t, {0.6 * v, 25.0_C}) / t.logic().leakage_scale({0.6 * v, 25.0_C}), 1.0, 0.03) << name;
    EXPECT_DOUBLE_EQ(t.logic().leakage_scale_behind(Voltage(), {v, 85.0_C}), t.logic().leakage_scale({v, 85.0_C}));
  }
}

// Mr. Wolf (40 nm LP, A. Pullini et al., JSSC 54(7) 2019; second hand): 72 uW in deep sleep, 108 uW with 512 KiB kept.
TEST(TechnologySleep, BitsOf28nmAndWhatIsNeverOffAreMrWolfAsleep) {
  const Technology t = read_technology("lp28");
  const double bits_W = 512.0 * 1024 * 8 * t.sram().reference_leakage.si();
  const double floor_W = t.prices.find("power_manager.always_on")->power->si();
  EXPECT_NEAR(bits_W, 36e-6, 0.1 * 36e-6);
  EXPECT_NEAR(floor_W, 72e-6, 0.1 * 72e-6);
  EXPECT_NEAR(bits_W + floor_W, 108e-6, 0.05 * 108e-6);
}

// GAP9's cluster, 22 nm: 240 MHz at 0.65 V (MLPerf Tiny v1.0) and 370 MHz at 0.8 V (product). Of a block of that
// technology one point tells the other; energy goes with the square of the voltage.
TEST(TechnologyTransfer, OnePointOfA22nmBlockTellsAnother) {
  const Technology t = read_technology("fd22");
  MeasuredPoint known, other;
  known.at = {0.65_V, 25.0_C};
  known.frequency = 240.0_MHz;
  known.power = 30.0_mW;
  other.at = {0.8_V, 25.0_C};
  other.frequency = 370.0_MHz;
  other.fit = false;
  const Calibration c = calibrate({known, other}, &t.logic());
  EXPECT_LT(std::abs(c.residuals[1].frequency_error), 0.10);
  const double dynamic = c.switched->si() * 0.8 * 0.8 / (30e-3 / 240e6);
  EXPECT_NEAR(dynamic / ((0.8 / 0.65) * (0.8 / 0.65)), 1.0, 0.03);
}

}  // namespace
}  // namespace subvolt::power
