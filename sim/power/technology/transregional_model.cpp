#include "sim/power/technology/transregional_model.h"

#include <cmath>

#include "sim/units/constants.h"
#include "sim/units/literals.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;

// ln(ln(1 + e^u)) without overflow above threshold or loss of digits below it.
double log_softplus(double u) {
  if (u < -40.0) return u;  // ln(1 + e^u) is e^u to the last bit
  return std::log(u > 0.0 ? u + std::log1p(std::exp(-u)) : std::log1p(std::exp(u)));
}

double logistic(double u) { return u < 0.0 ? std::exp(u) / (1.0 + std::exp(u)) : 1.0 / (1.0 + std::exp(-u)); }

// Of the kind of one transistor: ln of its delay, and of its leakage power at V_gs = 0.
double log_delay(const Transistor& t, const Condition& at, Voltage shift, double weaker) {
  return std::log(at.voltage.si()) - t.log_current(at.voltage, at, shift) + weaker;
}

double log_leakage(const Transistor& t, const Condition& at, Voltage shift, double weaker) {
  const Voltage phi = constants::thermal_voltage(at.temperature);
  return std::log(at.voltage.si()) + t.log_current(Voltage(), at, shift) - weaker +
         std::log(-std::expm1(-(at.voltage / phi)));
}

}  // namespace

Voltage Transistor::threshold_at(const Condition& at) const {
  const double warmer = at.temperature.kelvin() - reference_temperature.kelvin();
  return threshold - dibl * at.voltage - Voltage::from_si(threshold_slope_V_per_K * warmer);
}

double Transistor::log_current(Voltage gate, const Condition& at, Voltage shift) const {
  const Voltage spread = alpha * slope_factor * constants::thermal_voltage(at.temperature);
  const double u = (gate - threshold_at(at) - shift) / spread;
  const double relative_temperature = at.temperature.kelvin() / reference_temperature.kelvin();
  const double exponent = 2.0 - mobility_exponent - (2.0 - alpha) * logistic(u);
  return alpha * log_softplus(u) + exponent * std::log(relative_temperature);
}

double TransregionalModel::drive(const Condition& at) const {
  return std::exp(p_.log_current(at.voltage, at, at.shift.pull_down) - at.shift.weaker_pull_down);
}

double TransregionalModel::over_reference(const Transistor& t, const Condition& at, Voltage shift,
                                          double weaker) const {
  return std::exp(log_delay(t, at, shift, weaker) - log_delay(t, reference(), Voltage(), 0.0));
}

double TransregionalModel::relative_delay(const Condition& at) const {
  const double down = over_reference(p_, at, at.shift.pull_down, at.shift.weaker_pull_down);
  const bool alike =
      !p_.pull_up && at.shift.pull_up == at.shift.pull_down && at.shift.weaker_pull_up == at.shift.weaker_pull_down;
  if (alike) return (1.0 - p_.wire_share) * down + p_.wire_share;
  const double rising = over_reference(p_.pull_up ? *p_.pull_up : p_, at, at.shift.pull_up, at.shift.weaker_pull_up);
  return (1.0 - p_.wire_share) * ((1.0 - p_.pull_up_share) * down + p_.pull_up_share * rising) + p_.wire_share;
}

TransregionalModel::DelayParts TransregionalModel::delay_parts(const Condition& at) const {
  const Transistor& up = p_.pull_up ? *p_.pull_up : p_;
  const double transistors = 1.0 - p_.wire_share;
  return {
      transistors * (1.0 - p_.pull_up_share) * over_reference(p_, at, at.shift.pull_down, at.shift.weaker_pull_down),
      transistors * p_.pull_up_share * over_reference(up, at, at.shift.pull_up, at.shift.weaker_pull_up),
      p_.wire_share};
}

double TransregionalModel::relative_leakage(const Condition& at) const {
  // Of all gates, half leak through transistors of either kind; what the pull-up of its own loses is not known apart
  // from the pull-down's.
  const double at_reference = log_leakage(p_, reference(), Voltage(), 0.0);
  const auto part = [&](Voltage shift, double weaker) {
    return std::exp(log_leakage(p_, at, shift, weaker) - at_reference);
  };
  const double down = part(at.shift.pull_down, at.shift.weaker_pull_down);
  const bool alike = at.shift.pull_up == at.shift.pull_down && at.shift.weaker_pull_up == at.shift.weaker_pull_down;
  const double channels = alike ? down : 0.5 * (down + part(at.shift.pull_up, at.shift.weaker_pull_up));
  if (p_.gate_share == 0.0) return channels;
  const double gates =
      at.voltage / p_.reference_voltage * std::exp((at.voltage - p_.reference_voltage) / kGateLeakageSlope);
  return (1.0 - p_.gate_share) * channels + p_.gate_share * gates;
}

std::optional<Voltage> TransregionalModel::zero_temperature_voltage(Voltage highest) const {
  const auto gain = [&](Voltage v) { return relative_delay({v, 25.0_C}) / relative_delay({v, 85.0_C}) - 1.0; };
  Voltage low = 0.2_V, high = highest;
  if (!(gain(low) > 0.0) || !(gain(high) < 0.0)) return std::nullopt;
  while (high - low > 1e-4_V) {
    const Voltage middle = 0.5 * (low + high);
    (gain(middle) > 0.0 ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace subvolt::power
