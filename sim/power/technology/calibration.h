// A technology's parameters from somebody's own points: speed, energy and leakage over voltage and temperature.
//
// Speed is fitted as a device's is (transregional_fit.h), with everything sought that the model has, and expectations:
// what is usual of devices, or the values of a technology that the points are a part of, which a flavour, a process bin
// and another design move by little. So one point with a technology says how long the path is, three points without one
// say the curve. Power is
//
//     P(V, T, f) = C V^2 f + P_leak(V, T)
//
// with the leakage of the fitted transistor; C and P_leak at the reference minimise the relative errors, neither below
// zero. One point with power tells C alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/power/technology/device.h"

namespace subvolt::power {

struct MeasuredPoint {
  Condition at;
  Frequency frequency;
  std::optional<Power> power;
  bool fit = true;       // else it is only predicted
  std::size_t line = 0;  // of its file
};

// Power and frequency of a point against the model's; relative errors, model over point - 1.
struct PointResidual {
  MeasuredPoint point;
  Frequency frequency;
  double frequency_error = 0.0;
  std::optional<Power> power;
  double power_error = 0.0;
};

struct Calibration {
  TransregionalParameters parameters;
  Condition reference;  // the fitted point of the highest voltage, at the coldest temperature there
  Frequency reference_speed;
  std::optional<Capacitance> switched;  // C
  std::optional<Power> leakage;         // at the reference
  std::vector<FitRemark> at_wall, open;
  bool dynamic_only = false;  // leakage could not be told from switching
  std::vector<PointResidual> residuals;
  Frequency speed(const Condition& at) const;
  Power power_at(const Condition& at, Frequency f) const;
};

// Points with `fit` are fitted; `technology`: a device that they are of, or none, and then at least three voltages.
// Throws Error(kConfiguration) where they are too few.
Calibration calibrate(const std::vector<MeasuredPoint>& points, const Device* technology);

}  // namespace subvolt::power
