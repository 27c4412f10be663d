#include "sim/power/intent/point_change.h"

#include <algorithm>
#include <cmath>

namespace subvolt::power {

Time change_time(const PowerIntent& intent, const OperatingPoint& from, const OperatingPoint& to) {
  Time rails, clocks;
  for (const VoltageDomain& rail : intent.voltage_domains) {
    const double volts = std::abs(to.voltage(rail.name).si() - from.voltage(rail.name).si());
    if (volts > 0.0) rails = std::max(rails, rail.transition.settle + volts * rail.transition.time_per_volt);
  }
  for (const ClockDomain& clock : intent.clock_domains) {
    if (from.frequency(clock.name) != to.frequency(clock.name)) clocks = std::max(clocks, clock.relock);
  }
  // Wells settle beside the rails.
  if (!(from.body_bias == to.body_bias)) rails = std::max({rails, from.bias_settle, to.bias_settle});
  return rails + clocks;
}

Energy change_energy(const RailTransition& transition, Voltage from, Voltage to) {
  if (from == to) return {};
  if (transition.energy) return *transition.energy;
  if (to < from) return {};
  return Energy::from_si(0.5 * transition.capacitance.si() * (to.si() * to.si() - from.si() * from.si()));
}

}  // namespace subvolt::power
