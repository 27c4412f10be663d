#include "sim/run/conditions/priced_run.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/power/intent/domain_devices.h"

namespace subvolt::run {
namespace {

const power::ActivityRecord& checked(const power::ActivityRecord& record, const power::PowerIntent& intent) {
  if (record.operating_points.size() != 1) {
    throw_configuration("the run has " + std::to_string(record.operating_points.size()) +
                        " operating points: other conditions are looked at for one");
  }
  if (intent.scaled_domain.empty() || intent.scaled_clock.empty()) {
    throw_configuration("power intent " + intent.name +
                        " names no scaled_domain and scaled_clock, whose voltages and f_max are looked at");
  }
  return record;
}

}  // namespace

PricedRun::PricedRun(const power::ActivityRecord& record, const DesignPoint& point)
    : record_(checked(record, point.intent)),
      technology_(point.technology),
      intent_(point.intent),
      sources_(power::price_sources(record.components, point.technology)),
      macros_(power::sram_macros(record.components)),
      recorded_(point.operating_points.front()),
      repricing_(record, intent_, recorded_, sources_) {}

void PricedRun::set(power::Corner corner, Temperature temperature) {
  intent_.corner = corner;
  intent_.temperature = temperature;
}

power::OperatingPoint PricedRun::at(Voltage voltage) const {
  power::OperatingPoint point = recorded_;
  static_cast<power::Conditions&>(point) =
      power::resolve_conditions(intent_, technology_, intent_.scaled_domain + "=" + to_text(voltage, 9));
  return point;
}

std::vector<ClockLimit> PricedRun::clock_limits(const power::OperatingPoint& point) const {
  const auto sram = power::sram_accesses(macros_, intent_, technology_, point);
  std::vector<ClockLimit> limits;
  for (const auto& [name, hertz] : record_.clock_domains) {
    const power::SpeedLimits devices =
        power::speed_limits(*intent_.find_clock_domain(name), intent_, technology_, point);
    limits.push_back({name, static_cast<double>(hertz.front()), devices.gates, devices.bits});
    for (const power::SramAccess& access : sram) {
      if (access.clock == name) limits.back().macros = std::min(limits.back().macros, access.fastest);
    }
  }
  return limits;
}

ConditionPrice PricedRun::under(const power::OperatingPoint& point) const {
  ConditionPrice result;
  result.room = std::numeric_limits<double>::infinity();
  for (const ClockLimit& clock : clock_limits(point)) {
    if (clock.name == intent_.scaled_clock) result.f_max = clock.fastest();
    const double room = clock.fastest().si() / clock.hertz;
    if (room >= result.room) continue;
    result.room = room;
    result.slowest_clock = clock.name;
  }
  // The precision of the fit, as where a clock is given.
  result.slower = result.room >= 1.0 - 1e-6 ? 1.0 : 1.0 / result.room;
  result.priced = price(point, result.slower);
  result.latency = Time::from_si(duration().si() * result.slower);
  return result;
}

std::optional<Voltage> PricedRun::hold(power::OperatingPoint& point, Frequency wanted) const {
  if (point.body_bias.empty() || !technology_.body_bias) return std::nullopt;
  constexpr double kStepsPerVolt = 100.0;
  const power::BodyBias& range = *technology_.body_bias;
  const auto steps = [&](Voltage v) { return static_cast<int>(std::floor(v.si() * kStepsPerVolt + 1e-9)); };
  const auto set = [&](int step) {
    const Voltage bias = Voltage::from_si(step / kStepsPerVolt);
    for (auto& [domain, own] : point.body_bias) own = bias;
    return bias;
  };
  const auto fast_enough = [&](int step) {
    set(step);
    for (const ClockLimit& clock : clock_limits(point)) {
      if (clock.name == intent_.scaled_clock) return clock.fastest() >= wanted * (1.0 - 1e-6);
    }
    return false;
  };
  int low = range.reverse ? -steps(range.reverse->value) : 0, high = steps(range.highest.value);
  while (low < high) {
    const int middle = low + (high - low) / 2;
    if (fast_enough(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return set(high);
}

}  // namespace subvolt::run
