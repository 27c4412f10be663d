#include "sim/run/corners.h"

#include <algorithm>
#include <limits>

#include "sim/power/ledger/repricing.h"
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

void check(const power::ActivityRecord& record, const PowerIntent& intent) {
  if (record.operating_points.size() != 1) {
    throw_configuration("the run has " + std::to_string(record.operating_points.size()) +
                        " operating points: corners are looked at for one");
  }
  if (intent.scaled_domain.empty() || intent.scaled_clock.empty()) {
    throw_configuration("power intent " + intent.name +
                        " names no scaled_domain and scaled_clock, whose voltages and f_max are looked at");
  }
}

void judge(CornerResult& result, const Budgets& budgets) {
  const auto miss = [&](bool missed, Budget budget) {
    if (missed) result.missed.push_back(budget);
  };
  miss(budgets.latency && result.latency > *budgets.latency, Budget::kLatency);
  miss(budgets.energy && result.energy > *budgets.energy, Budget::kEnergy);
  miss(budgets.leakage && result.leakage > *budgets.leakage, Budget::kLeakage);
  miss(budgets.f_max && result.f_max < *budgets.f_max, Budget::kFMax);
}

class Matrix {
 public:
  Matrix(const power::ActivityRecord& record, const DesignPoint& point)
      : record_(record),
        technology_(point.technology),
        intent_(point.intent),
        sources_(power::price_sources(record.components, point.technology)),
        macros_(power::sram_macros(record.components)),
        repricing_(record, intent_, point.operating_points.front(), sources_),
        recorded_(point.operating_points.front()) {}

  CornerResult at(power::Corner corner, Voltage voltage, Temperature temperature) {
    CornerResult result;
    result.corner = corner;
    result.voltage = voltage;
    result.temperature = temperature;
    intent_.corner = corner;
    intent_.temperature = temperature;
    try {
      fill(result);
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::kConfiguration) throw;
      result.why_not = e.what();
    }
    return result;
  }

 private:
  void fill(CornerResult& result) {
    power::OperatingPoint point = recorded_;
    static_cast<power::Conditions&>(point) =
        power::resolve_conditions(intent_, technology_, intent_.scaled_domain + "=" + to_text(result.voltage, 9));
    const auto sram = power::sram_accesses(macros_, intent_, technology_, point);
    result.room = std::numeric_limits<double>::infinity();
    for (const auto& [name, frequencies] : record_.clock_domains) {
      const power::ClockDomain& clock = *intent_.find_clock_domain(name);
      const Frequency limit = fastest(clock, intent_, technology_, point, sram);
      if (name == intent_.scaled_clock) result.f_max = limit;
      const double room = limit.si() / as_frequency(frequencies.front()).si();
      if (room >= result.room) continue;
      result.room = room;
      result.slowest_clock = name;
    }
    // The precision of the fit, as where a clock is given.
    const double slower = result.room >= 1.0 - 1e-6 ? 1.0 : 1.0 / result.room;
    const power::Repriced priced = repricing_.at(point, slower);
    const double run_s = in_seconds(record_.total_time);
    result.latency = Time::from_si(run_s * slower);
    result.energy = priced.total;
    result.leakage = priced.leakage / result.latency;
    result.costliest = priced.costliest;
    result.costliest_component = priced.costliest_component;
    result.costliest_share = priced.costliest_share;
  }

  const power::ActivityRecord& record_;
  const power::Technology& technology_;
  PowerIntent intent_;
  power::PriceSources sources_;
  std::vector<power::SramMacro> macros_;
  power::Repricing repricing_;
  power::OperatingPoint recorded_;
};

}  // namespace

std::vector<CornerResult> corner_matrix(const power::ActivityRecord& record, const DesignPoint& point,
                                        const CornerRequest& request) {
  check(record, point.intent);
  for (const power::Corner corner : request.corners) {
    if (corner != power::Corner::kTt && !point.technology.process) {
      throw_configuration("technology " + point.technology.name + " has no corners but tt: give it `process`");
    }
  }
  Matrix matrix(record, point);
  std::vector<CornerResult> results;
  for (const power::Corner corner : request.corners) {
    for (const Voltage voltage : request.voltages) {
      for (const Temperature temperature : request.temperatures) {
        results.push_back(matrix.at(corner, voltage, temperature));
        if (results.back().why_not.empty()) judge(results.back(), request.budgets);
      }
    }
  }
  return results;
}

}  // namespace subvolt::run

namespace subvolt::config {

const std::vector<std::pair<run::Budget, std::string>>& EnumNames<run::Budget>::names() {
  using run::Budget;
  static const std::vector<std::pair<Budget, std::string>> names{{Budget::kLatency, "latency"},
                                                                 {Budget::kEnergy, "energy"},
                                                                 {Budget::kLeakage, "leakage"},
                                                                 {Budget::kFMax, "f_max"}};
  return names;
}

}  // namespace subvolt::config
