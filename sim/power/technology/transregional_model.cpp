#include "sim/power/technology/transregional_model.h"

#include <cmath>

#include "sim/units/constants.h"

namespace subvolt::power {
namespace {

// ln(ln(1 + e^u)) without overflow above threshold or loss of digits below it.
double log_softplus(double u) {
  if (u < -40.0) return u;  // ln(1 + e^u) is e^u to the last bit
  return std::log(u > 0.0 ? u + std::log1p(std::exp(-u)) : std::log1p(std::exp(u)));
}

double log_drive(const TransregionalModel& model, const Condition& at) {
  const TransregionalParameters& p = model.parameters();
  const Voltage spread = p.alpha * p.slope_factor * constants::thermal_voltage(at.temperature);
  const double relative_temperature = at.temperature.kelvin() / p.reference_temperature.kelvin();
  return p.alpha * log_softplus((at.voltage - model.threshold(at)) / spread) +
         (p.alpha - p.mobility_exponent) * std::log(relative_temperature);
}

double log_speed(const TransregionalModel& model, const Condition& at) {
  return log_drive(model, at) - std::log(at.voltage.si());
}

double log_leakage_power(const TransregionalModel& model, const Condition& at) {
  const TransregionalParameters& p = model.parameters();
  const Voltage phi = constants::thermal_voltage(at.temperature);
  return std::log(at.voltage.si()) + 2.0 * std::log(at.temperature.kelvin() / p.reference_temperature.kelvin()) -
         model.threshold(at) / (p.slope_factor * phi) + std::log(-std::expm1(-(at.voltage / phi)));
}

}  // namespace

Voltage TransregionalModel::threshold(const Condition& at) const {
  const double warmer = at.temperature.kelvin() - p_.reference_temperature.kelvin();
  return p_.threshold - p_.dibl * at.voltage - Voltage::from_si(p_.threshold_slope_V_per_K * warmer);
}

double TransregionalModel::drive(const Condition& at) const { return std::exp(log_drive(*this, at)); }

double TransregionalModel::speed_ratio(const Condition& at, const Condition& reference) const {
  return std::exp(log_speed(*this, at) - log_speed(*this, reference));
}

double TransregionalModel::leakage_power_ratio(const Condition& at, const Condition& reference) const {
  return std::exp(log_leakage_power(*this, at) - log_leakage_power(*this, reference));
}

}  // namespace subvolt::power
