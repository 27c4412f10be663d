// What stands between the battery, or another rail, and a rail, and what it loses on the way.
//
// With I = P / V_out, the current that the rail draws, power at the input is
//
//   ideal                P
//   buck                 P / efficiency + R I^2 + V_in I_sw min(1, I / I_save) + V_in I_q
//   ldo                  V_in I / efficiency + V_in I_q
//   switched_capacitor   n V_in I / efficiency + V_in I_q,  n: the smallest of `ratios` with n V_in >= V_out
//   buck with a table    P / efficiency(I, V_out)
//
// I_q flows without load; R are switches, coil and their drivers' share; I_sw is what the converter draws unloaded
// while it switches at full frequency (gates and nodes charged once a period, f_sw Q), and I_save the load below which
// it skips pulses, so that only as many of these periods pass as the load needs (power save, pulse frequency
// modulation: R. W. Erickson and D. Maksimovic, "Fundamentals of Power Electronics", ch. 4 on losses; 0: it never
// skips, forced PWM). Of a switched capacitor the output is a resistance below n V_in (M. Seeman and S. Sanders,
// "Analysis and optimization of switched-capacitor DC-DC converters", IEEE TPEL 23(2) 2008), so that V_out / (n V_in)
// is lost as in an ldo; `efficiency` is what bottom plates and gates take, with a frequency that follows the load.
//
// Between rows of a table, efficiency is linear over the logarithm of load and over voltage; above the highest row it
// is that row's. Below the lowest the loss falls in proportion to load to V_in I_q, or stays as it is without I_q.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/config/sourced/quality.h"
#include "sim/units/quantity.h"

namespace subvolt::power {

enum class RegulatorKind { kIdeal, kBuck, kLdo, kSwitchedCapacitor };

struct EfficiencyPoint {
  Current load;
  std::optional<Voltage> output;  // of all rows or of none
  double efficiency = 1.0;
  static const config::Schema<EfficiencyPoint>& schema();
};

struct Regulator {
  RegulatorKind kind = RegulatorKind::kIdeal;
  std::string part;         // configs/regulators/NAME.yaml, from which all but the input comes
  double efficiency = 1.0;  // of a buck at any load; of an ldo, current efficiency on top of V_out / V_in
  Voltage input;            // at which it is fed
  std::string from;         // or the rail that feeds it
  Current quiescent_current;
  Resistance resistance;
  Current switching_current;
  Current power_save_below;
  std::vector<double> ratios;
  std::vector<EfficiencyPoint> efficiencies;
  bool on_chip = false;                       // its loss heats the chip
  std::optional<Time> time_per_volt, settle;  // of a rail that does not say how it moves
  std::string source;
  config::Quality quality = config::Quality::kEstimated;
  static const config::Schema<Regulator>& schema();

  // Drawn at the input without load.
  Power standing(Voltage output, Voltage in) const;
  // What is lost beyond that when `delivered` is drawn from the output.
  Power loss(Power delivered, Voltage output, Voltage in) const;
  // Whether the loss is other than a constant share of what is delivered.
  bool depends_on_load() const;
  // The same, of one that does not: delivered over drawn.
  double efficiency_at(Voltage output, Voltage in) const;
  // Of a switched capacitor: what the ratio in use makes of `in`.
  Voltage unloaded_output(Voltage output, Voltage in) const { return ratio_for(output, in) * in; }
  // The highest voltage that it makes of `in`; infinite for converters that can raise it.
  Voltage highest_output(Voltage in) const;

 private:
  double ratio_for(Voltage output, Voltage in) const;
  Power loss_by_table(Current load, Voltage output) const;
};

// `regulator` with what its part's document says; `node`: where the intent has it. Adds the document's name and hash.
// Throws Error(kConfiguration), located.
struct PartDocument {
  std::string name, sha256;
};
std::optional<PartDocument> take_part(Regulator& regulator, const config::Node& node);

}  // namespace subvolt::power

namespace subvolt::config {
template <>
struct EnumNames<power::RegulatorKind> {
  static const std::vector<std::pair<power::RegulatorKind, std::string>>& names();
};
}  // namespace subvolt::config
