// One continuous current model from sub- to super-threshold, for delay and leakage.
//
// Current of a transistor (EKV interpolation with the exponent freed for velocity saturation), u = (V_gs - V_th) /
// (alpha n phi), phi = kT/q:
//     I(V_gs; V, T) = I_0(u, T) [ ln(1 + exp u) ]^alpha
//     V_th(V, T)    = V_t0 - sigma V - kappa (T - T_ref) + shift
//     I_0(u, T)     = I_0,ref (T/T_ref)^(2 - m - (2 - alpha) L(u)),   L(u) = 1 / (1 + exp -u)
// which tends to exp((V_gs - V_th) / (n phi)) below threshold and to the alpha-power law above it. With
// alpha = 2 it is Enz, Krummenacher and Vittoz, "An analytical MOS transistor model valid in all regions",
// AICSP 8 (1995); alpha < 2 is Sakurai and Newton, JSSC 25(2) (1990). The specific current goes with mobility ~ T^-m
// and phi^2 below threshold, (T/T_ref)^(2 - m) together; far above it the overdrive is no longer counted in phi, which
// takes away phi^alpha, so that the current falls with mobility alone. L passes from one to the other.
//
// Delay is charge over current, half of it falling edges through pull-down transistors, half rising ones through
// pull-up transistors, and a part w that follows no transistor (wires, series resistance). With d(V, T) = V / I(V; V,
// T) over the same at the reference condition and u the share of the pull-up there:
//     1 / f(V, T) = (1 / f_ref) { (1 - w) [(1 - u) d_down + u d_up] + w }
// A device without a pull-up of its own has two alike.
//
// Leakage is the same transistor's current at V_gs = 0, and a part through gates and junctions that hardly knows
// temperature (g, its share at the reference condition):
//     P(V, T) = P_ref { (1 - g) V I(0; V, T) (1 - exp(-V/phi)) / [same at reference] + g (V/V_ref) exp((V - V_ref)/v) }
#pragma once

#include <optional>
#include <vector>

#include "sim/power/technology/condition.h"

namespace subvolt::power {

// e-folding voltage v of the current through gates. Estimate: direct tunnelling through 1.5 to 2.5 nm of oxide grows
// about two decades per volt between 0.5 and 1.2 V (S.-H. Lo et al., IEEE EDL 18(5) 1997, figure 4; read second hand).
inline constexpr Voltage kGateLeakageSlope = Voltage::from_si(0.2);

struct Transistor {
  double slope_factor = 1.4;              // n, subthreshold swing / (kT/q ln 10)
  double alpha = 1.5;                     // velocity saturation exponent
  Voltage threshold;                      // V_t0 at V_ds = 0 and T_ref
  double dibl = 0.0;                      // sigma, V/V
  double threshold_slope_V_per_K = 1e-3;  // kappa
  Temperature reference_temperature;
  // m, mobility ~ (T/T_ref)^-m. Estimate: phonon scattering alone gives 1.5 (Sze, Physics of Semiconductor
  // Devices, ch. 1), surface scattering in an inversion layer weakens it.
  double mobility_exponent = 1.2;

  // V_th at a drain voltage of `at` and its temperature, without its shift.
  Voltage threshold_at(const Condition& at) const;
  // ln(I(gate; V, T) / I_0,ref) with the threshold raised by `shift`; no drain factor (1 - exp(-V/phi)).
  double log_current(Voltage gate, const Condition& at, Voltage shift = Voltage()) const;
};

struct TransregionalParameters : Transistor {         // the pull-down transistor, and what else a device has
  std::optional<Transistor> pull_up;                  // absent: as the pull-down
  double pull_up_share = 0.5;                         // u, of the transistors' delay
  double wire_share = 0.0;                            // w, of the whole delay
  double gate_share = 0.0;                            // g, of the leakage
  Voltage reference_voltage = Voltage::from_si(1.0);  // where, with reference_temperature, the shares hold
};

class TransregionalModel {
 public:
  TransregionalModel() = default;
  explicit TransregionalModel(TransregionalParameters p) : p_(std::move(p)) {}
  const TransregionalParameters& parameters() const { return p_; }
  Voltage threshold(const Condition& at) const { return p_.threshold_at(at); }
  // I(V; V, T) / I_0,ref of the pull-down: dimensionless.
  double drive(const Condition& at) const;
  // 1 / f over that at the reference condition.
  double relative_delay(const Condition& at) const;
  // What it is made of: falling edges, rising edges, and what follows no transistor. They sum to relative_delay().
  struct DelayParts {
    double pull_down = 0.0, pull_up = 0.0, wires = 0.0;
  };
  DelayParts delay_parts(const Condition& at) const;
  // f(V, T) / f(V_ref, T_ref).
  double speed_ratio(const Condition& at, const Condition& reference) const {
    return relative_delay(reference) / relative_delay(at);
  }
  // V I_off at (V, T) over the same at (V_ref, T_ref).
  double leakage_power_ratio(const Condition& at, const Condition& reference) const {
    return relative_leakage(at) / relative_leakage(reference);
  }
  // P over that at the reference condition.
  double relative_leakage(const Condition& at) const;
  // Voltage at which heat changes the speed least, between 0.2 V and `highest`: 85 C are as fast as 25 C there. Absent:
  // heat makes it faster, or slower, at all of them.
  std::optional<Voltage> zero_temperature_voltage(Voltage highest) const;

 private:
  Condition reference() const { return {p_.reference_voltage, p_.reference_temperature}; }
  // Of edges through one kind of transistor, over the same at the reference.
  double over_reference(const Transistor& t, const Condition& at, Voltage shift, double weaker) const;

  TransregionalParameters p_;
};

}  // namespace subvolt::power
