// Parameters of the current model from points.
#pragma once

#include <string>
#include <vector>

#include "sim/power/technology/transregional_model.h"

namespace subvolt::power {

struct SpeedPoint {
  Voltage voltage;
  Frequency frequency;
  std::optional<Temperature> temperature{};  // absent: the reference's
};
struct LeakagePoint {
  Voltage voltage;
  Power power;
};
// On currents of either kind of transistor, at gate and drain on the supply.
struct CurrentPoint {
  Voltage voltage;
  double pull_down_A = 0.0, pull_up_A = 0.0;
};

// What is known of a parameter before its points are seen: a normal distribution.
struct Expected {
  double mean = 0.0, deviation = 0.0;
};

// What is usual of devices. Slope factor: 1.15 of FD-SOI to 2 of weakly controlled channels; stacks and two kinds of
// transistors in a path widen the curve. Wires: a quarter of a path's delay is in them (R. Ho et al., Proc. IEEE 89(4)
// 2001; estimate). Threshold's slope: 0.4 mV/K of thin films to 1.5 of thick oxides. Mobility: see Transistor. All
// spreads are estimates.
struct Expectations {
  Expected threshold{0.5, 0.5};
  Expected alpha{1.4, 0.3};
  Expected slope_factor{1.4, 0.403};
  Expected wire_share{0.3, 0.2};  // of the delay at the highest point
  Expected threshold_slope_V_per_K{0.9e-3, 0.4e-3};
  Expected mobility_exponent{1.2, 0.3};
};

// Which parameters of the speed are sought beside threshold, alpha and the scale.
struct SpeedUnknowns {
  bool slope_factor = false;
  bool wire_share = false;
  bool temperature = false;  // threshold's slope and mobility's exponent: points of several temperatures
  bool any() const { return slope_factor || wire_share || temperature; }
};

// A parameter of a fit about which something is to be said.
struct FitRemark {
  std::string parameter;
  double value = 0.0;
  double lowest = 0.0, highest = 0.0;  // its walls
};

// Least squares on ln f. Sought are threshold (0.05 to 1.6 V), alpha (1 to 2.2) and the scale, and what `unknowns`
// says: the slope factor (1 to 3), the share of wires at the reference (0 to 0.9), the dependence on temperature.
// Everything else is kept. Without `unknowns` at least three points, which are all that counts. With them expectations
// count, too, so that three points do, or one where they are those of a technology; a point counts 3.5 % (steps of 12.5
// mV, in which supplies are set, are that at 0.7 to 1.3 V).
struct SpeedFit {
  TransregionalParameters parameters;
  Frequency scale;                  // f at the reference of the fitted curve
  double worst_relative_error = 0;  // over the points
  std::vector<FitRemark> at_wall;   // parameters that ended there: the points want another kind of curve
  std::vector<FitRemark> open;  // those of which the points tell little: what is left open of the usual spread, > 70 %
};
SpeedFit fit_speed(const std::vector<SpeedPoint>& points, TransregionalParameters start, const Condition& reference,
                   SpeedUnknowns unknowns = {}, const Expectations& expectations = {});

// Both transistors of `start` from their on currents; then the scale alone from the speed.
SpeedFit fit_pair(const std::vector<CurrentPoint>& currents, const std::vector<SpeedPoint>& points,
                  TransregionalParameters start, const Condition& reference, SpeedUnknowns of_pull_down,
                  SpeedUnknowns of_pull_up);

// DIBL, not below zero, from leakage power against voltage, of a transistor whose threshold is known; a single point
// keeps the DIBL of `parameters`. `gate_share` is that of the last point.
struct LeakageFit {
  double dibl = 0.0;
  double gate_share = 0.0;          // at the reference
  Power reference;                  // at the reference of the fitted curve
  double worst_relative_error = 0;  // over the points
};
LeakageFit fit_leakage(const std::vector<LeakagePoint>& points, const TransregionalParameters& parameters,
                       const Condition& reference, double gate_share = 0.0);

}  // namespace subvolt::power
