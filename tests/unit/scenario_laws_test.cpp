// Are the laws that scenarios rest on what their headers say: gaps, coverage in time, capacitors, random numbers?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sim/scenario/arrival/gap_law.h"
#include "sim/scenario/policy/idle_policy.h"
#include "sim/scenario/supply/capacitor.h"
#include "sim/scenario/value/exact_sum.h"
#include "sim/scenario/value/profile.h"
#include "sim/scenario/value/random.h"

namespace subvolt::scenario {
namespace {

// The integral of P(G > t) from t on, by trapezoids: what excess() must be.
double excess_by_steps(const GapLaw& law, double from, double to) {
  constexpr int kSteps = 2'000'000;
  const double step = (to - from) / kSteps;
  double sum = 0.5 * (law.longer_than(from) + law.longer_than(to));
  for (int i = 1; i < kSteps; ++i) sum += law.longer_than(from + step * i);
  return sum * step;
}

TEST(GapLaw, ExcessIsTheIntegralOfTheTail) {
  const Gaps laws[] = {exponential_gaps(2.0), weibull_gaps(1.5, 0.7), weibull_gaps(1.0, 2.5), pareto_gaps(0.5, 4.0)};
  for (const Gaps& law : laws) {
    for (const double t : {0.0, 0.3, 1.0, 4.0}) EXPECT_NEAR(law->excess(t), excess_by_steps(*law, t, 300.0), 2e-5) << t;
  }
}

TEST(GapLaw, SamplesAndWhatIsLeftOfThem) {
  const Gaps gaps = sampled_gaps({1.0, 4.0, 2.0, 9.0});
  EXPECT_DOUBLE_EQ(gaps->longer_than(2.0), 0.5);
  EXPECT_DOUBLE_EQ(gaps->excess(2.0), (2.0 + 7.0) / 4);
  EXPECT_DOUBLE_EQ(shortened(gaps, 1.0)->mean(), (3.0 + 1.0 + 8.0) / 3);
}

// Euler's method with small steps, which knows nothing of integrals over voltage.
double voltage_by_steps(double c, double v, const Flow& f, double t) {
  constexpr int kSteps = 4'000'000;
  const double step = t / kSteps;
  for (int i = 0; i < kSteps; ++i) {
    const double middle = v + 0.5 * step / c * (f.power_W / v - f.current_A - f.conductance_S * v);
    v += step / c * (f.power_W / middle - f.current_A - f.conductance_S * middle);
  }
  return v;
}

TEST(Capacitor, FollowsItsEquationUpAndDown) {
  struct Case {
    double c, from, t;
    Flow flow;
  };
  const Case cases[] = {{100e-6, 2.34, 1.0, {99.6e-6, 330e-9, 0.0}},
                        {1.0, 3.6, 50000.0, {-10e-6, 5e-6, 1e-6}},
                        {5e-3, 2.8, 10.0, {0.0, -3e-3, 1e-3}},
                        {1e-3, 3.0, 20.0, {5e-6, 0.0, 1e-4}},
                        {100e-6, 2.34, 0.05, {99.6e-6, 1e-3, 0.0}}};
  for (const Case& k : cases) {
    const double v = voltage_after(k.c, k.from, k.flow, k.t, 10.0);
    EXPECT_NEAR(v, voltage_by_steps(k.c, k.from, k.flow, k.t), 1e-7) << k.c;
    EXPECT_NEAR(time_to(k.c, k.from, v, k.flow), k.t, 1e-9 * k.t) << k.c;
  }
  EXPECT_TRUE(std::isinf(time_to(1e-3, 3.0, 6.0, {5e-6, 0.0, 1e-4})));  // it rests before
}

TEST(Profile, MeansAreThoseOfItsSteps) {
  const Nanoseconds hour = 3600 * kSecond;
  const Profile day = Profile::weekly({{0, 1.0}, {8 * hour, 5.0}, {20 * hour, 1.0}}, 0);  // on Monday alone
  EXPECT_DOUBLE_EQ(day.mean(0, kDay), 3.0);
  EXPECT_DOUBLE_EQ(day.mean(0, 3 * kWeek), (6 * 1.0 + 3.0) / 7);
  EXPECT_EQ(day.next_change(9 * hour), 20 * hour);
  EXPECT_EQ(day.next_change(21 * hour), kWeek + 8 * hour);
}

TEST(Random, IsTheSameEverywhere) {
  Random random(1, 2);
  EXPECT_EQ(random.bits(), Random(1, 2).bits());
  EXPECT_NE(random.bits(), Random(1, 3).bits());
  double sum = 0.0, squares = 0.0;
  for (int i = 0; i < 1'000'000; ++i) {
    const double u = random.uniform();
    sum += u;
    squares += u * u;
  }
  EXPECT_NEAR(sum / 1e6, 0.5, 1.5e-3);
  EXPECT_NEAR(squares / 1e6, 1.0 / 3, 1.5e-3);
}

TEST(ExactSum, KeepsWhatAPlainSumLoses) {
  ExactSum sum;
  for (int i = 0; i < 10'000'000; ++i) sum += 0.1;
  EXPECT_DOUBLE_EQ(sum.value(), 1e6);
}

IdleOptions options() {
  IdleOptions o;
  o.idle_W = 500e-6;
  o.states = {{"doze", 120e-6, 50e-6, 6e-9, 100e-6, 60e-9}, {"sleep", 5e-6, 1e-3, 2e-6, 5e-3, 40e-6}};
  return o;
}

TEST(IdlePolicy, MeanCostIsTheMeanOfCosts) {
  const IdleOptions o = options();
  Behaviour timeout;
  timeout.by_gap = {{0.0, {{0.01, 0}, {0.1, 1}}}};
  std::vector<double> gaps;
  for (int i = 1; i <= 5000; ++i) gaps.push_back(1e-4 * i);
  const Gaps law = sampled_gaps(gaps);
  for (const std::vector<Behaviour>& b : {std::vector<Behaviour>{timeout}, oracle(o)}) {
    double sum = 0.0;
    for (const double g : gaps) sum += cost_of(o, b.front(), g).energy_J;
    EXPECT_NEAR(mean_cost(o, b, *law).energy_J, sum / 5000, 1e-12);
  }
}

TEST(IdlePolicy, TheOracleIsTheLeastOfAllStates) {
  const IdleOptions o = options();
  const Behaviour best = oracle(o).front();
  for (double g = 1e-5; g < 10.0; g *= 1.07) {
    double least = o.idle_W * g;
    for (int s = 0; s < 2; ++s) {
      const RestState& state = o.states[static_cast<std::size_t>(s)];
      const double time = state.enter_s + state.exit_s;
      if (g >= time) least = std::min(least, state.enter_J + state.exit_J + state.power_W * (g - time));
    }
    EXPECT_NEAR(cost_of(o, best, g).energy_J, least, 1e-15 + 1e-9 * least) << g;
  }
}

}  // namespace
}  // namespace subvolt::scenario
