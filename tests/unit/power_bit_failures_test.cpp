// Do bits fail as they were measured to, and does a code gain what follows from that?
#include <gtest/gtest.h>

#include <cmath>

#include "sim/power/technology/bit_failures.h"
#include "sim/power/technology/technology.h"
#include "sim/power/technology/variation/cell_failures.h"
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

TEST(CellFailures, LinesPassThroughTheLimitsOfTheDevice) {
  const Device cells = read_technology("lp28").sram();
  for (const auto operation : {CellOperation::kRead, CellOperation::kWrite, CellOperation::kHold}) {
    const FailureLine line = *failure_line(cells, operation);
    EXPECT_NEAR(line.rate(line.half), 0.5, 1e-12);
    EXPECT_NEAR(line.voltage_of(line.rate(0.5_V)).si(), 0.5, 1e-9);
  }
  const CellArray usual{kMinimumHolds_bits};
  EXPECT_NEAR(lowest_access_voltage(cells, usual, kMinimumHolds_yield).si(), cells.minimum_voltage.value.si(), 1e-9);
  EXPECT_NEAR(lowest_hold_voltage(cells, usual, kMinimumHolds_yield).si(), cells.retention_voltage.value.si(), 1e-9);
}

TEST(CellFailures, WhatAMemoryNeedsFollowsFromItsSizeItsYieldAndItsProtection) {
  const Device cells = read_technology("lp28").sram();
  const auto needs = [&](CellArray array, double yield) { return lowest_access_voltage(cells, array, yield); };
  const CellArray small{16 * 1024 * 8}, large{kMinimumHolds_bits};
  EXPECT_LT(needs(small, 0.999), needs(large, 0.999));
  EXPECT_LT(needs(large, 0.9), needs(large, 0.999));
  CellArray coded = large, spare = large;
  coded.protection = Protection::kSecded;
  spare.protection = Protection::kRowRedundancy;
  const Voltage gained = needs(large, 0.999) - needs(coded, 0.999);
  EXPECT_NEAR((gained - code_gain(cells.failure_sigma->value)).si(), 0.0, 1e-9);
  EXPECT_GT(gained, 50.0_mV);
  EXPECT_LT(gained, 66.0_mV);
  EXPECT_LT(needs(spare, 0.999), needs(large, 0.999));
  spare.spare_rows = 0;
  EXPECT_NEAR(needs(spare, 0.999).si(), needs(large, 0.999).si(), 1e-6);
  spare.spare_rows = 1;
  spare.bits = spare.bank_rows * spare.row_bits;  // one bank, two bad rows of 513: rows^2 / 2 x (256 p)^2 = 1e-3
  EXPECT_NEAR(tolerated_rate(spare, 0.999) / (std::sqrt(2e-3 / (513.0 * 512.0)) / 256.0), 1.0, 0.05);
}

TEST(CellFailures, OperationsThatAreKnownApartHaveTheirOwnLines) {
  Device cells = read_technology("lp28").sram();
  cells.failures.emplace();
  cells.failures->write.emplace();
  cells.failures->write->value = 0.4_V;
  EXPECT_NEAR(failure_line(cells, CellOperation::kWrite)->rate(0.4_V), 0.5, 1e-12);
  EXPECT_LT(failure_line(cells, CellOperation::kRead)->rate(0.4_V), 0.5);
  const CellArray usual{kMinimumHolds_bits};
  EXPECT_GT(lowest_access_voltage(cells, usual, 0.999), cells.minimum_voltage.value);
  cells.failure_sigma.reset();
  EXPECT_FALSE(failure_line(cells, CellOperation::kRead));
}

TEST(CellFailures, ACodeLeavesWordsWithTwoWrongBits) {
  EXPECT_DOUBLE_EQ(expected_flips(1e9, 1e-4, false), 1e5);
  // Of a wrong bit's 71 neighbours one is wrong, too: 71 p.
  EXPECT_NEAR(expected_flips(1e9, 1e-4, true) / (1e5 * 71e-4), 1.0, 0.01);
}

}  // namespace
}  // namespace subvolt::power
