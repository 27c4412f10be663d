#include "sim/run/conditions/condition_pricing.h"

#include <algorithm>
#include <limits>

#include "sim/power/technology/sram_access.h"

namespace subvolt::run {
namespace {

using power::PowerIntent;

// How fast a clock may be: what its rails' devices and the memories on it allow.
Frequency fastest(const power::ClockDomain& clock, const PowerIntent& intent, const power::Technology& technology,
                  const power::Conditions& conditions, const std::vector<power::SramAccess>& sram) {
  Frequency limit = power::f_max(clock, intent, technology, conditions);
  for (const power::SramAccess& access : sram) {
    if (access.clock == clock.name) limit = std::min(limit, access.fastest);
  }
  return limit;
}

const power::ActivityRecord& checked(const power::ActivityRecord& record, const PowerIntent& intent) {
  if (record.operating_points.size() != 1) {
    throw_configuration("the run has " + std::to_string(record.operating_points.size()) +
                        " operating points: conditions are looked at for one");
  }
  if (intent.scaled_domain.empty() || intent.scaled_clock.empty()) {
    throw_configuration("power intent " + intent.name +
                        " names no scaled_domain and scaled_clock, whose voltages and f_max are looked at");
  }
  return record;
}

}  // namespace

ConditionPricing::ConditionPricing(const power::ActivityRecord& record, const DesignPoint& point)
    : record_(checked(record, point.intent)),
      technology_(point.technology),
      intent_(point.intent),
      sources_(power::price_sources(record.components, point.technology)),
      macros_(power::sram_macros(record.components)),
      repricing_(record, intent_, point.operating_points.front(), sources_),
      recorded_(point.operating_points.front()) {}

ConditionPrice ConditionPricing::at(power::Corner corner, Voltage voltage, Temperature temperature) {
  intent_.corner = corner;
  intent_.temperature = temperature;
  power::OperatingPoint point = recorded_;
  static_cast<power::Conditions&>(point) =
      power::resolve_conditions(intent_, technology_, intent_.scaled_domain + "=" + to_text(voltage, 9));
  const auto sram = power::sram_accesses(macros_, intent_, technology_, point);
  ConditionPrice result;
  result.room = std::numeric_limits<double>::infinity();
  for (const auto& [name, hertz] : record_.clock_domains) {
    const power::ClockDomain& clock = *intent_.find_clock_domain(name);
    const Frequency limit = fastest(clock, intent_, technology_, point, sram);
    if (name == intent_.scaled_clock) result.f_max = limit;
    const double room = limit.si() / static_cast<double>(hertz.front());
    if (room >= result.room) continue;
    result.room = room;
    result.slowest_clock = name;
  }
  // The precision of the fit, as where a clock is given.
  result.slower = result.room >= 1.0 - 1e-6 ? 1.0 : 1.0 / result.room;
  result.priced = repricing_.at(point, result.slower);
  result.latency = Time::from_si(static_cast<double>(record_.total_ps) * 1e-12 * result.slower);
  return result;
}

}  // namespace subvolt::run
