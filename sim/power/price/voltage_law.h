// How a price follows its supply: with the square of the voltage, as the charge of a capacitance does, or along a
// measured curve where silicon does otherwise.
#pragma once

#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/units/quantity.h"

namespace subvolt::power {

// A point of a measured curve: `factor` times the price at `voltage`.
struct VoltageFactor {
  Voltage voltage;
  double factor = 1.0;
  static const config::Schema<VoltageFactor>& schema();
};
using VoltageCurve = std::vector<VoltageFactor>;  // rising in voltage, two points or more; none: V^2

bool covers(const VoltageCurve& curve, Voltage v);
// What the schema of one point cannot tell, of a curve that `node` states: that it has points enough, and that they
// rise.
void check_curve(const VoltageCurve& curve, const config::Node& node, config::Diagnostics& d);

struct VoltageScale {
  double factor = 1.0;
  std::string formula;  // "(0.5 V / 0.9 V)^2"
};
// Of a price that holds at `reference`, on a rail of `v`. Linear between the points of a curve.
// Throws Error(kInternal) when the curve does not cover `v`: rail_faults() finds it before anything is simulated.
VoltageScale voltage_scale(const VoltageCurve& curve, Voltage v, Voltage reference);

}  // namespace subvolt::power
