#include "sim/power/thermal/self_heating.h"

#include <algorithm>
#include <cmath>

#include "sim/units/picoseconds.h"

namespace subvolt::power {
namespace {

constexpr double kTolerance_K = 1e-7;
constexpr double kProbe_K = 0.01;  // over which the slope is taken: leakage bends over tens of kelvin
constexpr int kMostSteps = 200;

}  // namespace

HeatBalance heat_balance(const std::function<Power(Temperature)>& power_at, double resistance_K_per_W,
                         Temperature ambient, Temperature highest) {
  HeatBalance balance;
  const auto look_at = [&](Temperature junction) {
    balance.junction = junction;
    balance.power = power_at(junction);
    const Power beyond = power_at(Temperature::from_kelvin(junction.kelvin() + kProbe_K));
    balance.power_slope_W_per_K = (beyond.si() - balance.power.si()) / kProbe_K;
    balance.gain = resistance_K_per_W * balance.power_slope_W_per_K;
  };
  double at = ambient.kelvin();
  for (balance.steps = 1; balance.steps <= kMostSteps; ++balance.steps) {
    look_at(Temperature::from_kelvin(at));
    const double excess = ambient.kelvin() + resistance_K_per_W * balance.power.si() - at;
    if (balance.gain >= 1.0 && excess > kTolerance_K) return balance;
    const double step = balance.gain < 1.0 ? excess / (1.0 - balance.gain) : 0.0;
    if (std::abs(step) <= kTolerance_K) {
      balance.settles = balance.gain < 1.0;
      return balance;
    }
    at += step;
    if (at > highest.kelvin()) {
      // Beyond: only if it is still heating there does it not settle below.
      const double there = ambient.kelvin() + resistance_K_per_W * power_at(highest).si() - highest.kelvin();
      if (there > 0.0 || balance.junction.kelvin() >= highest.kelvin()) {
        look_at(highest);
        return balance;
      }
      at = highest.kelvin();
    }
  }
  return balance;
}

Swing temperature_swing(const std::vector<TraceSegment>& trace, const Package& package, Temperature ambient) {
  Swing swing;
  swing.lowest = swing.highest = ambient;
  if (trace.empty()) return swing;
  const auto seconds = [](std::int64_t ps) { return static_cast<double>(ps) * kPicosecond.si(); };
  const double period = seconds(trace.back().end_ps - trace.front().begin_ps);
  // Of each stage, the rise in kelvin with which a run ends as it begins.
  const auto step = [&](double rise, const ThermalStage& stage, const TraceSegment& segment) {
    const double lasts = seconds(segment.end_ps - segment.begin_ps);
    const double settled = stage.resistance_K_per_W.value * segment.energy.si() / lasts;
    return settled + (rise - settled) * std::exp(-lasts / stage.time_constant.value.si());
  };
  std::vector<double> rises;
  for (const ThermalStage& stage : package.stages) {
    double from_zero = 0.0;
    for (const TraceSegment& segment : trace) from_zero = step(from_zero, stage, segment);
    rises.push_back(from_zero / -std::expm1(-period / stage.time_constant.value.si()));
  }
  const auto now = [&] {
    double rise = 0.0;
    for (const double r : rises) rise += r;
    return Temperature::from_kelvin(ambient.kelvin() + rise);
  };
  swing.lowest = swing.highest = now();
  for (const TraceSegment& segment : trace) {
    for (std::size_t s = 0; s < rises.size(); ++s) rises[s] = step(rises[s], package.stages[s], segment);
    const Temperature t = now();
    swing.at_ends.push_back(t);
    if (t < swing.lowest) swing.lowest = t;
    if (swing.highest < t) swing.highest = t;
  }
  return swing;
}

}  // namespace subvolt::power
