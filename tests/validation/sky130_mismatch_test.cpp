// Do two numbers say sky130's spread of on currents from below the threshold to far above it?
//
// Single transistors of the ring of inverters, 150 samples each of sky130_fd_pr's mismatch parameters in ngspice 39.3,
// |Vgs| = |Vds| = supply, 25 C: sigma of ln of the on current, good to 6 %. The two numbers of each kind are fitted to these rows.
#include <gtest/gtest.h>

#include "sim/power/technology/technology.h"
#include "sim/units/literals.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;

struct MeasuredSpread {
  double volts, sigma;
};
const std::vector<MeasuredSpread> kPullDown{{0.4, 0.7768},  {0.6, 0.5755},  {0.8, 0.2347},
                                            {1.0, 0.08931}, {1.2, 0.05012}, {1.8, 0.02307}};
const std::vector<MeasuredSpread> kPullUp{{0.4, 0.7249}, {0.6, 0.3086},  {0.8, 0.249},
                                          {1.0, 0.1406}, {1.2, 0.07719}, {1.8, 0.03209}};

TEST(Sky130Mismatch, PullDownTransistorsWithinFifteenPercent) {
  const Technology t = read_technology("sky130");
  for (const MeasuredSpread& row : kPullDown) {
    const double sigma = sigma_ln_current(t.logic().model.parameters(), {Voltage::from_si(row.volts), 25.0_C},
                                          Voltage(), pull_down_sigmas(*t.process->mismatch));
    EXPECT_NEAR(sigma / row.sigma, 1.0, 0.15) << row.volts;
  }
}

// 0.4 V is left out: it spreads 2.4 times as far, with an offset that does not show at 0.6 V
// (docs/models/variation.md).
TEST(Sky130Mismatch, PullUpTransistorsWithinFifteenPercentButForOneRow) {
  const Technology t = read_technology("sky130");
  for (const MeasuredSpread& row : kPullUp) {
    const double sigma = sigma_ln_current(*t.logic().model.parameters().pull_up, {Voltage::from_si(row.volts), 25.0_C},
                                          Voltage(), pull_up_sigmas(*t.process->mismatch));
    EXPECT_NEAR(sigma / row.sigma, 1.0, row.volts == 0.4 ? 0.65 : 0.15) << row.volts;
  }
}

}  // namespace
}  // namespace subvolt::power
