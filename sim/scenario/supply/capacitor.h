// A capacitor that a harvester charges and the system empties.
//
// With power P in from converters, current I out and a conductance G of leakage,
//
//   C V' = P / V - I - G V
//
// of which the time from one voltage to another is an integral, taken to rounding (Gauss and Legendre, on pieces in
// which the right side changes by half at most). Without I and G it is C (V^2 - V_0^2) / 2 = P t.
#pragma once

#include <optional>
#include <string>

#include "sim/config/schema.h"
#include "sim/scenario/value/clock.h"

namespace subvolt::scenario {

struct Capacitor {
  Capacitance capacitance;
  std::optional<Voltage> initial;  // `maximum` when absent
  Voltage maximum;
  Voltage turn_off, turn_on;  // of what it feeds
  Current leakage;
  std::optional<Resistance> leakage_resistance;
  Resistance resistance;  // in series
  Time supervised_every;  // its voltage is looked at so often; 0: always
  std::string source;
  static const config::Schema<Capacitor>& schema();
};

// What flows at a moment.
struct Flow {
  double power_W = 0.0;        // in, less what is drawn at constant power
  double current_A = 0.0;      // out
  double conductance_S = 0.0;  // out
};

// Voltage after `t` seconds, from 0 to `maximum`.
double voltage_after(double capacitance_F, double from_V, const Flow& flow, double t, double maximum_V);
// Seconds until `to` is reached; infinite when it never is.
double time_to(double capacitance_F, double from_V, double to_V, const Flow& flow);

}  // namespace subvolt::scenario
