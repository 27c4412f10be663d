// Do bits fail as they were measured to, and does a code gain what follows from that?
#include <gtest/gtest.h>

#include <cmath>

#include "sim/power/technology/bit_failures.h"
#include "sim/power/technology/technology.h"
#include "sim/power/technology/variation/normal_distribution.h"
#include "sim/units/literals.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;

TEST(BitFailures, RatesThatAYieldTolerates) {
  // 1 - yield over the bits, where that is small.
  EXPECT_NEAR(tolerated_rate(4194304, 0.999) / 2.385e-10, 1.0, 1e-3);
  // Pairs in a word: words x 72 x 71 / 2 x p^2.
  EXPECT_NEAR(tolerated_rate_with_code(65536, 72, 0.999) / std::sqrt(1.0005e-3 / (65536 * 72.0 * 71.0 / 2.0)), 1.0,
              1e-3);
}

// KC705-B, Kintex-7 block RAM of 28 nm, 14,581,760 bits (B. Salami et al., MICRO 2018, data): faults by supply.
TEST(BitFailures, MeasuredRatesLieOnAStraightLineOfTheirQuantile) {
  const struct {
    double volts, faults;
  } rows[] = {{0.59, 2}, {0.58, 8}, {0.57, 26}, {0.56, 62}, {0.55, 252}, {0.54, 690}, {0.53, 2274}};
  const Voltage sigma = read_technology("lp28").sram().failure_sigma->value;
  double mean = 0.0;
  for (const auto& row : rows) mean += (normal_quantile(row.faults / 14581760.0) + row.volts / sigma.si()) / 7.0;
  for (const auto& row : rows) {
    EXPECT_NEAR(normal_quantile(row.faults / 14581760.0), mean - row.volts / sigma.si(), 0.1) << row.volts;
  }
  // 20 mV per decade, not 50.
  const auto rate = [&](double volts) { return 0.5 * std::erfc((volts / sigma.si() - mean) / std::sqrt(2.0)); };
  const double per_decade_mV = 1e3 * 0.06 / std::log10(rate(0.53) / rate(0.59));
  EXPECT_GT(per_decade_mV, 16.0);
  EXPECT_LT(per_decade_mV, 20.5);
}

TEST(BitFailures, ACodeGainsFiftyToSixtySixMillivolts) {
  EXPECT_GT(code_gain(30.6_mV), 50.0_mV);
  for (const char* name : {"lp28", "lp65"}) {
    const Technology t = read_technology(name);
    const Voltage gain = t.sram().minimum_voltage.value - t.sram().ecc_minimum_voltage->value;
    EXPECT_GT(gain, 50.0_mV) << name;
    EXPECT_LT(gain, 66.0_mV) << name;
  }
}

}  // namespace
}  // namespace subvolt::power
