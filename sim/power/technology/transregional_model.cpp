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

double log_drive(const TransregionalModel& model, Voltage v, Temperature t) {
  const TransregionalParameters& p = model.parameters();
  const Voltage spread = p.alpha * p.slope_factor * constants::thermal_voltage(t);
  const double relative_temperature = t.kelvin() / p.reference_temperature.kelvin();
  return p.alpha * log_softplus((v - model.threshold(v, t)) / spread) +
         (p.alpha - p.mobility_exponent) * std::log(relative_temperature);
}

double log_speed(const TransregionalModel& model, Voltage v, Temperature t) {
  return log_drive(model, v, t) - std::log(v.si());
}

double log_leakage_power(const TransregionalModel& model, Voltage v, Temperature t) {
  const TransregionalParameters& p = model.parameters();
  const Voltage phi = constants::thermal_voltage(t);
  return std::log(v.si()) + 2.0 * std::log(t.kelvin() / p.reference_temperature.kelvin()) -
         model.threshold(v, t) / (p.slope_factor * phi) + std::log(-std::expm1(-(v / phi)));
}

}  // namespace

Voltage TransregionalModel::threshold(Voltage v, Temperature t) const {
  const double warmer = t.kelvin() - p_.reference_temperature.kelvin();
  return p_.threshold - p_.dibl * v - Voltage::from_si(p_.threshold_slope_V_per_K * warmer);
}

double TransregionalModel::drive(Voltage v, Temperature t) const { return std::exp(log_drive(*this, v, t)); }

double TransregionalModel::speed_ratio(Voltage v, Temperature t, Voltage v_ref, Temperature t_ref) const {
  return std::exp(log_speed(*this, v, t) - log_speed(*this, v_ref, t_ref));
}

double TransregionalModel::leakage_power_ratio(Voltage v, Temperature t, Voltage v_ref, Temperature t_ref) const {
  return std::exp(log_leakage_power(*this, v, t) - log_leakage_power(*this, v_ref, t_ref));
}

}  // namespace subvolt::power
