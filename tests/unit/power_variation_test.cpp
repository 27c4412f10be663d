// Is the spread within a chip what its equations say, and is the closed form what drawing each path gives?
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/power/technology/technology.h"
#include "sim/power/technology/variation/drawing.h"
#include "sim/power/technology/variation/normal_distribution.h"
#include "sim/units/literals.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;

TEST(NormalDistribution, QuantilesInvertTheDistribution) {
  EXPECT_NEAR(normal_quantile(0.5), 0.0, 1e-15);
  EXPECT_NEAR(normal_quantile(0.841344746068543), 1.0, 1e-12);
  EXPECT_NEAR(normal_quantile(9.865876450376981e-10), -6.0, 1e-12);
  for (double p = 1e-300; p < 0.9; p *= 3.7) EXPECT_NEAR(normal_cdf(normal_quantile(p)) / p, 1.0, 1e-11) << p;
  for (double p = 1e-12; p < 0.5; p *= 1.9) EXPECT_NEAR(normal_quantile(1.0 - p), -normal_quantile(p), 1e-3) << p;
}

TEST(NormalDistribution, TheLargestOfMany) {
  // Phi^-1(0.99865^(1/N)), N = 50, 1000, 10000: order statistics.
  EXPECT_NEAR(largest_quantile(50, 0.99865), 4.04, 0.01);
  EXPECT_NEAR(largest_quantile(1000, 0.99865), 4.69, 0.01);
  EXPECT_NEAR(largest_quantile(10000, 0.99865), 5.14, 0.01);
  EXPECT_NEAR(largest_quantile(1, 0.3), normal_quantile(0.3), 1e-14);
}

TEST(Drawing, IsOfTheNumberAndNotOfTheOrder) {
  // As every compiler and machine must: integers up to the last step.
  EXPECT_EQ(uniform(0, 0, 0), uniform(0, 0, 0));
  EXPECT_NE(uniform(0, 0, 0), uniform(1, 0, 0));
  EXPECT_NE(uniform(0, 0, 1), uniform(0, 1, 0));
  constexpr int kDraws = 1000000;
  double mean = 0.0, square = 0.0, neighbours = 0.0, streams = 0.0, last = 0.5;
  for (int i = 0; i < kDraws; ++i) {
    const double u = uniform(7, 0, static_cast<std::uint64_t>(i)) - 0.5;
    mean += u / kDraws;
    square += u * u / kDraws;
    neighbours += u * (last - 0.5) / kDraws;
    streams += u * (uniform(7, 1, static_cast<std::uint64_t>(i)) - 0.5) / kDraws;
    last = u + 0.5;
  }
  EXPECT_NEAR(mean, 0.0, 1.5e-3);  // five deviations
  EXPECT_NEAR(square, 1.0 / 12.0, 5e-4);
  EXPECT_NEAR(neighbours, 0.0, 5e-4);
  EXPECT_NEAR(streams, 0.0, 5e-4);
}

struct Drawn {
  double mean, three_sigma;
};

// 10^5 chips of so many paths, each drawn.
Drawn slowest_of_drawn(const PathSpread& path, int paths) {
  constexpr int kChips = 100000;
  std::vector<double> slowest;
  std::uint64_t index = 0;
  for (int chip = 0; chip < kChips; ++chip) {
    double largest = 0.0;
    for (int i = 0; i < paths; ++i) largest = std::max(largest, uniform(14, 0, index++));
    slowest.push_back(std::exp(path.ln_delay(normal_quantile(largest))));
  }
  std::sort(slowest.begin(), slowest.end());
  double mean = 0.0;
  for (const double d : slowest) mean += d / kChips;
  return {mean, slowest[static_cast<std::size_t>(kChips * normal_cdf(3.0))]};
}

TEST(SlowestPath, DrawnChipsHaveTheMeanAndThreeSigmaOfTheClosedForm) {
  // lp28's spread at 0.8 V and close to its threshold.
  const Technology t = read_technology("lp28");
  for (const Voltage v : {0.45_V, 0.8_V}) {
    const PathSpread path = path_spread(t.logic().model, {v, 25.0_C}, *t.process->mismatch);
    for (const int paths : {1, 50, 1000}) {
      const Drawn drawn = slowest_of_drawn(path, paths);
      EXPECT_NEAR(drawn.mean / slowest_mean(path, paths), 1.0, 0.01) << v.si() << " V, " << paths;
      EXPECT_NEAR(drawn.three_sigma / slowest_quantile(path, paths, normal_cdf(3.0)), 1.0, 0.01)
          << v.si() << " V, " << paths;
    }
  }
}

TEST(SlowestPath, HasTheMeansOfOrderStatistics) {
  // Of N equal normal paths, in deviations: 2.25, 3.24, 3.85. A tiny spread makes the lognormal one normal.
  const PathSpread path{0.0, 1e-6};
  EXPECT_NEAR((slowest_mean(path, 50) - 1.0) / 1e-6, 2.25, 0.01);
  EXPECT_NEAR((slowest_mean(path, 1000) - 1.0) / 1e-6, 3.24, 0.01);
  EXPECT_NEAR((slowest_mean(path, 10000) - 1.0) / 1e-6, 3.85, 0.01);
}

TEST(Path, OfDrawnGatesHasTheSpreadOfTheClosedForm) {
  constexpr int kGates = 30, kPaths = 100000;
  for (const double sigma : {0.1, 0.3}) {
    const GateSpread falling{sigma, 0.45}, rising{1.3 * sigma, 0.35};
    const PathSpread path = path_spread(falling, rising, kGates);
    std::vector<double> delays;
    std::uint64_t index = 0;
    for (int i = 0; i < kPaths; ++i) {
      double delay = 0.2;  // wires
      for (int gate = 0; gate < kGates; ++gate) {
        const GateSpread& kind = gate % 2 == 0 ? falling : rising;
        delay += kind.share / (kGates / 2) * std::exp(kind.sigma_ln * normal_quantile(uniform(3, 0, index++)));
      }
      delays.push_back(delay);
    }
    std::sort(delays.begin(), delays.end());
    for (const double z : {-2.0, 0.0, 2.0, 3.0}) {
      const double drawn = delays[static_cast<std::size_t>(kPaths * normal_cdf(z))];
      EXPECT_NEAR(drawn / std::exp(path.ln_delay(z)), 1.0, 0.01) << sigma << " at " << z;
    }
  }
}

TEST(Path, AveragesOverItsGates) {
  const Technology t = read_technology("lp65");
  Mismatch mismatch = *t.process->mismatch;
  const auto spread = [&](double gates) {
    mismatch.path_gates.value = gates;
    return path_spread(t.logic().model, {1.2_V, 25.0_C}, mismatch).sigma_ln;
  };
  EXPECT_NEAR(spread(20) / spread(80), 2.0, 0.01);
}

TEST(Mismatch, WeighsMoreNearThreshold) {
  for (const char* name : {"fd22", "lp28", "lp40", "lp65", "sky130"}) {
    const Technology t = read_technology(name);
    double last = 2.0;
    for (Voltage v = t.logic().minimum_voltage.value; v < t.logic().maximum_voltage.value; v += 50.0_mV) {
      const double sigma = sigma_ln_current(t.logic().model.parameters(), {v, 25.0_C}, Voltage(),
                                            pull_down_sigmas(*t.process->mismatch));
      EXPECT_LT(sigma, last) << name << " " << v.si();
      last = sigma;
    }
  }
}

}  // namespace
}  // namespace subvolt::power
