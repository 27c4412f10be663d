// How transistors of one chip differ, and what that does to paths and to the slowest of them.
//
// Two numbers say how a transistor differs from its neighbours: the standard deviation s_T of its threshold, and that
// of the voltage s_O that offsets the current below the threshold alone and fades above it, as BSIM4's Voff does
// (BSIM4.8 manual, section 1.2.4, m* = 1/2):
//     sigma(ln I) = |d ln I / d V_th| sqrt(s_T^2 + (o s_O)^2),   o = 1 / (1 + exp((V_gs - V_th) / (2 n phi)))
// The slope is that of the device's own current (transregional_model.h), where it works: supply, temperature and
// whatever else shifts its threshold. Pelgrom's law (JSSC 24(5) 1989), s = A / sqrt(W L), gives either from the area.
//
// A gate's delay goes with 1 / I, so it is lognormal. A path has L gates, half falling through pull-down, half rising
// through pull-up transistors, and wires that do not differ. With shares f of the typical delay, its mean and variance
// over the typical delay are
//     M = sum f_k exp(s_k^2 / 2) + f_wires,   Var = sum f_k^2 exp(s_k^2) (exp(s_k^2) - 1) / (L / 2)
// and it is taken as lognormal itself with these two (Fenton, IRE Trans. Comm. Systems 8(1) 1960). A chip waits for the
// slowest of N such paths, taken as independent: ln of its delay is below m + s z with probability Phi(z)^N.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/config/sourced/sourced.h"
#include "sim/power/technology/transregional_model.h"

namespace subvolt::power {

struct Mismatch {
  config::Sourced<Voltage> threshold;                         // s_T of a transistor of a gate on a path
  std::optional<config::Sourced<Voltage>> below_threshold;    // s_O
  std::optional<config::Sourced<Voltage>> pull_up_threshold;  // where p-channel transistors differ more
  std::optional<config::Sourced<Voltage>> pull_up_below_threshold;
  config::Sourced<double> path_gates;      // L, of the reference path
  config::Sourced<double> critical_paths;  // N, of a chip
  static const config::Schema<Mismatch>& schema();
};

struct MismatchSigmas {
  Voltage threshold, below_threshold;
};
MismatchSigmas pull_down_sigmas(const Mismatch& mismatch);
MismatchSigmas pull_up_sigmas(const Mismatch& mismatch);

// sigma(ln I) of one transistor at gate and drain on the supply, whose threshold lies `shift` higher.
double sigma_ln_current(const Transistor& transistor, const Condition& at, Voltage shift, const MismatchSigmas& sigmas);

// Delay of one path over that of a typical one: lognormal.
struct PathSpread {
  double mean_ln = 0.0;   // m
  double sigma_ln = 0.0;  // s
  // ln of the delay of a path that lies so many deviations above the mean one.
  double ln_delay(double deviations) const { return mean_ln + sigma_ln * deviations; }
};
PathSpread path_spread(const TransregionalModel& model, const Condition& at, const Mismatch& mismatch);
// Of so many gates, half of either kind, with these spreads of ln(delay) and shares of the typical delay.
struct GateSpread {
  double sigma_ln = 0.0, share = 0.0;
};
PathSpread path_spread(const GateSpread& falling, const GateSpread& rising, double gates);

// Of the slowest of so many paths: the delay over a typical path's that it stays below with probability p, and its
// mean, by quadrature to 1e-9.
double slowest_quantile(const PathSpread& path, double paths, double p);
double slowest_mean(const PathSpread& path, double paths);

}  // namespace subvolt::power
