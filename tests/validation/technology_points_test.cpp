// Do the fitted technologies predict silicon that they were not fitted to? Points of other chips enter as ratios of
// their own frequencies, because every chip has its own critical path.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/power/intent/power_intent.h"
#include "sim/power/ledger/energy_model.h"
#include "sim/power/technology/technology.h"

namespace subvolt::power {
namespace {

const std::vector<std::string>& shipped_technologies() {
  static const std::vector<std::string> names{"lp28", "lp65"};
  return names;
}

double frequency_ratio(const TransregionalModel& model, double high_V, double low_V, Temperature t) {
  return model.speed_ratio({Voltage::from_si(high_V), t}, {Voltage::from_si(low_V), t});
}

// Prices at another voltage, in picojoules.
double picojoules(const Technology& t, const std::string& key, double volts) {
  return t.prices.find(key)->energy->si() * 1e12 *
         Technology::switching_scale(Voltage::from_si(volts), t.reference_voltage);
}

TEST(TechnologyPoints, FitPassesThroughItsOwnPoints) {
  for (const std::string& name : shipped_technologies()) {
    const Technology t = read_technology(name);
    EXPECT_LT(t.logic().worst_speed_error, 0.02) << name;
    EXPECT_LT(t.sram().worst_speed_error, 0.02) << name;
    for (const CurvePoint& p : t.logic().speed) {
      EXPECT_NEAR(t.logic().f_max({p.voltage, t.reference_temperature}).si() / p.frequency->si(), 1.0, 0.02)
          << name << " at " << p.voltage.si() << " V";
    }
  }
}

// Which fitted parameters would no device have?
TEST(TechnologyPoints, FittedParametersLieInside) {
  for (const std::string& name : shipped_technologies()) {
    const TransregionalParameters p = read_technology(name).logic().model.parameters();
    EXPECT_GT(p.threshold.si(), 0.2) << name;  // the fit's limits are 0.15 and 0.7 V, 1 and 2
    EXPECT_LT(p.threshold.si(), 0.6) << name;
    EXPECT_GT(p.alpha, 1.1) << name;
    EXPECT_LT(p.alpha, 1.95) << name;
  }
}

// Claremont, 32 nm (S. Jain et al., ISSCC 2012): 915 MHz at 1.2 V and 60 MHz at 0.45 V. The fit uses its 0.28 V.
TEST(TechnologyPoints, PredictsClaremontAtNominalVoltage) {
  const Technology t = read_technology("lp28");
  EXPECT_NEAR(frequency_ratio(t.logic().model, 1.2, 0.45, t.reference_temperature) / (915.0 / 60.0), 1.0, 0.12);
}

// VLIW DSP, 28 nm FDSOI with 2 V of forward body bias (R. Wilson et al., ISSCC 2014): 460 MHz at 397 mV, 2.6 GHz at
// 1.3 V. Body bias lowers the threshold by about 85 mV/V.
TEST(TechnologyPoints, PredictsBodyBiasedDsp) {
  const Technology t = read_technology("lp28");
  TransregionalParameters p = t.logic().model.parameters();
  p.threshold = p.threshold - Voltage::from_si(2.0 * 0.085);
  const double predicted = frequency_ratio(TransregionalModel(p), 1.3, 0.397, t.reference_temperature);
  EXPECT_NEAR(predicted / (2600.0 / 460.0), 1.0, 0.15);
  // The comparison means something: without the bias the ratio is far off.
  EXPECT_GT(frequency_ratio(t.logic().model, 1.3, 0.397, t.reference_temperature) / (2600.0 / 460.0), 2.0);
}

// Compute-in-memory microprocessor, 65 nm (H. Jia et al., JSSC 55(9) 2020, Table II): 0.874 TOPS at 0.85 V and
// 2.185 TOPS at 1.2 V with the same work per cycle.
TEST(TechnologyPoints, PredictsMicroprocessorIn65nm) {
  const Technology t = read_technology("lp65");
  EXPECT_NEAR(frequency_ratio(t.logic().model, 1.2, 0.85, t.reference_temperature) / (2.185 / 0.874), 1.0, 0.15);
}

// YodaNN, 65 nm (R. Andri et al., TCAD 37(1) 2018), post-layout with standard-cell memories: 1510 GOp/s at 1.2 V;
// 61.2 TOp/s/W x 0.895 mW = 54.8 GOp/s at 0.6 V. Its cells are slower near threshold than those of CNNP, on which
// lp65 rests: the gap that docs/validation.md states.
TEST(TechnologyPoints, OverestimatesYodaNearThresholdAsDocumented) {
  const Technology t = read_technology("lp65");
  const double gap = frequency_ratio(t.logic().model, 1.2, 0.6, t.reference_temperature) / (1510.0 / 54.8) - 1.0;
  EXPECT_NEAR(gap, -0.69, 0.02);
}

// Colonnade, 65 nm digital compute-in-memory (H. Kim et al., JSSC 56(7) 2021), 8 x 8 bit, 100 MHz: measured pJ per
// multiply-accumulate. A bare price times V^2 against a whole macro: the right size, not more.
TEST(TechnologyPoints, MacEnergyIsOfTheSizeOfColonnade) {
  const Technology t = read_technology("lp65");
  const struct { double volts, measured_pJ; } rows[] = {{0.6, 0.2920}, {0.7, 0.7254}, {0.8, 1.1697}};
  for (const auto& row : rows) {
    const double ratio = picojoules(t, "mac.int8", row.volts) / row.measured_pJ;
    EXPECT_GT(ratio, 0.5) << row.volts << " V";
    EXPECT_LT(ratio, 1.6) << row.volts << " V";
  }
}

// A 16 x 16 array at full use, weight stationary, per cycle: 256 multiply-accumulates, each latching an input byte
// and a 4-byte partial sum; 80 clocked flip-flops per element; 16 input bytes read, 16 partial sums read and written
// in 32-byte words.
double array_picojoules_per_mac(const Technology& t, double volts) {
  const auto sram = [&](const char* price, double capacity_B, double word_B) {
    const EventDeclaration event{"x", price, Cause::kSwitching, "", {{"capacity_B", capacity_B}, {"word_B", word_B}}};
    return unit_energies(event, t.prices, t.reference_voltage).front().energy.si() * 1e12 *
           Technology::switching_scale(Voltage::from_si(volts), t.reference_voltage);
  };
  const double element = picojoules(t, "mac.int8", volts) + 5.0 * picojoules(t, "pe.register_byte", volts) +
                         80.0 * picojoules(t, "logic.clock_pin", volts);
  const double buffers =
      2.0 * sram("sram.read", 16384, 8) + 2.0 * sram("sram.read", 16384, 32) + 2.0 * sram("sram.write", 16384, 32);
  return element + buffers / 256.0;
}

TEST(TechnologyPoints, ArrayEfficiencyIsThatOfPublishedAccelerators) {
  // 28 nm, 0.8 V: 1 to 5 TOPS/W without DRAM is what int8 accelerators of that node report.
  const double lp28 = 2.0 / array_picojoules_per_mac(read_technology("lp28"), 0.8);
  EXPECT_GT(lp28, 1.0);
  EXPECT_LT(lp28, 5.5);
  // Origami, 65 nm (L. Cavigelli, L. Benini, TCSVT 27(11) 2017): 803 GOp/s/W at 0.8 V with 12-bit operands; energy
  // taken as proportional to the operand width.
  const double lp65 = 2.0 / (array_picojoules_per_mac(read_technology("lp65"), 0.8) * 12.0 / 8.0);
  EXPECT_NEAR(lp65 / 0.803, 1.0, 0.35);
}

// Leakage times time against switching: a minimum between the limits, near threshold.
TEST(TechnologyPoints, MinimumEnergyPointEmergesNearThreshold) {
  for (const std::string& name : shipped_technologies()) {
    const Technology t = read_technology(name);
    const Temperature at = t.reference_temperature;
    // Per gate and cycle: 12 flip-flops per 100 gates, a third of them clocked, and as much again for data.
    const double switching = 2.0 * 0.04 * t.prices.find("logic.clock_pin")->energy->si();
    const auto energy = [&](double volts) {
      const Voltage v = Voltage::from_si(volts);
      return switching * Technology::switching_scale(v, t.reference_voltage) +
             t.logic().reference_leakage.si() * t.logic().leakage_scale({v, at}) / t.logic().f_max({v, at}).si();
    };
    double best = 0.25;
    int minima = 0;
    for (int mV = 260; mV < 1200; mV += 5) {
      const double v = mV * 1e-3;
      if (energy(v) < energy(best)) best = v;
      if (energy(v) < energy(v - 0.005) && energy(v) <= energy(v + 0.005)) ++minima;
    }
    EXPECT_EQ(minima, 1) << name;
    EXPECT_GT(best, 0.33) << name;
    EXPECT_LT(best, 0.55) << name;
    EXPECT_GT(energy(1.0) / energy(best), 3.0) << name;
  }
}

// Every voltage that one may ask for is fast enough for the fixed clock of the always-on part, with either technology.
TEST(TechnologyPoints, IntentOf65nmServesBothTechnologies) {
  const PowerIntent intent = read_power_intent("edge_npu_lp65");
  for (const std::string& name : shipped_technologies()) {
    const Technology t = read_technology(name);
    for (const char* point : {"nominal", "near_threshold", "0.35V", "0.5V", "0.8V,100MHz", "1.1V,100MHz"}) {
      EXPECT_NO_THROW(resolve_operating_point(intent, t, point)) << name << " " << point;
    }
  }
}

TEST(TechnologyPoints, ShippedPricesAreTheSame) {
  EXPECT_THAT(read_technology("lp28").prices.keys(),
              ::testing::UnorderedElementsAreArray(read_technology("lp65").prices.keys()));
}

}  // namespace
}  // namespace subvolt::power
