// One continuous current model from sub- to super-threshold, for delay and leakage.
//
// Drive current (EKV interpolation with the exponent freed for velocity saturation):
//     I_on(V, T)  = I_0 [ ln(1 + exp((V - V_th(V, T)) / (alpha n kT/q))) ]^alpha
//     V_th(V, T)  = V_t0 - sigma V - kappa (T - T_ref)
//     I_0(T)      = I_0,ref (T/T_ref)^(alpha - m)
// which tends to exp((V - V_th) / (n kT/q)) below threshold and to the alpha-power law above it. With
// alpha = 2 it is Enz, Krummenacher and Vittoz, "An analytical MOS transistor model valid in all regions",
// AICSP 8 (1995); alpha < 2 is Sakurai and Newton, JSSC 25(2) (1990). I_0 is the specific current, mobility
// ~ T^-m times (kT/q)^alpha, so that the current far above threshold falls with mobility alone.
// Delay is charge over current, so
//     f_max(V, T) = k I_on(V, T) / V
// Leakage at V_gs = 0, with drain-induced barrier lowering:
//     I_off(V, T) = I_off,ref (T/T_ref)^2 exp([V_th(V_ref, T_ref)/ (n phi_ref)] - [V_th(V, T) / (n phi)])
//                   (1 - exp(-V / phi)) / (1 - exp(-V_ref / phi_ref))
#pragma once

#include <vector>

#include "sim/power/technology/condition.h"

namespace subvolt::power {

struct TransregionalParameters {
  double slope_factor = 1.4;              // n, subthreshold swing / (kT/q ln 10)
  double alpha = 1.5;                     // velocity saturation exponent
  Voltage threshold;                      // V_t0 at V_ds = 0 and T_ref
  double dibl = 0.0;                      // sigma, V/V
  double threshold_slope_V_per_K = 1e-3;  // kappa
  Temperature reference_temperature;
  // m, mobility ~ (T/T_ref)^-m. Estimate: phonon scattering alone gives 1.5 (Sze, Physics of Semiconductor
  // Devices, ch. 1), surface scattering in an inversion layer weakens it.
  double mobility_exponent = 1.2;
};

class TransregionalModel {
 public:
  TransregionalModel() = default;
  explicit TransregionalModel(TransregionalParameters p) : p_(p) {}
  const TransregionalParameters& parameters() const { return p_; }
  Voltage threshold(const Condition& at) const;
  // I_on(V, T) / I_0,ref: dimensionless.
  double drive(const Condition& at) const;
  // f(V, T) / f(V_ref, T_ref).
  double speed_ratio(const Condition& at, const Condition& reference) const;
  // V I_off at (V, T) over the same at (V_ref, T_ref).
  double leakage_power_ratio(const Condition& at, const Condition& reference) const;

 private:
  TransregionalParameters p_;
};

struct SpeedPoint {
  Voltage voltage;
  Frequency frequency;
};
struct LeakagePoint {
  Voltage voltage;
  Power power;
};

// Points are taken at the temperature of `reference`.
//
// Least squares on log f: threshold (0.15 to 0.7 V) and alpha (1 to 2) are fitted, everything else kept. At
// least three points.
struct SpeedFit {
  TransregionalParameters parameters;
  Frequency scale;                  // f at the reference of the fitted curve
  double worst_relative_error = 0;  // over the points
};
SpeedFit fit_speed(const std::vector<SpeedPoint>& points, TransregionalParameters start, const Condition& reference);

// DIBL, not below zero, from leakage power against voltage: the logarithm of the leakage current is linear in
// V with slope sigma / (n kT/q), whatever the threshold, so it can be fitted before the speed. A single point
// keeps the DIBL of `parameters`.
struct LeakageFit {
  double dibl = 0.0;
  Power reference;                  // at the reference of the fitted curve
  double worst_relative_error = 0;  // over the points
};
LeakageFit fit_leakage(const std::vector<LeakagePoint>& points, const TransregionalParameters& parameters,
                       const Condition& reference);

}  // namespace subvolt::power
