#include "sim/run/corners.h"

#include <algorithm>

#include "sim/run/conditions/priced_run.h"

namespace subvolt::run {
namespace {

void judge(CornerResult& result, const Budgets& budgets) {
  const auto miss = [&](bool missed, Budget budget) {
    if (missed) result.missed.push_back(budget);
  };
  miss(budgets.latency && result.latency > *budgets.latency, Budget::kLatency);
  miss(budgets.energy && result.energy > *budgets.energy, Budget::kEnergy);
  miss(budgets.leakage && result.leakage > *budgets.leakage, Budget::kLeakage);
  miss(budgets.f_max && result.f_max < *budgets.f_max, Budget::kFMax);
}

void fill(CornerResult& result, const PricedRun& run, const std::optional<Frequency>& held) {
  power::OperatingPoint point = run.at(result.voltage);
  if (held) result.bias = run.hold(point, *held);
  const ConditionPrice price = run.under(point);
  result.f_max = price.f_max;
  result.slowest_clock = price.slowest_clock;
  result.room = price.room;
  result.latency = price.latency;
  result.energy = price.priced.total;
  result.leakage = price.priced.leakage / price.latency;
  result.costliest = price.priced.costliest;
  result.costliest_component = price.priced.costliest_component;
  result.costliest_share = price.priced.costliest_share;
}

CornerResult result_at(PricedRun& run, power::Corner corner, Voltage voltage, Temperature temperature,
                       const std::optional<Frequency>& held) {
  CornerResult result;
  result.corner = corner;
  result.voltage = voltage;
  result.temperature = temperature;
  run.set(corner, temperature);
  try {
    fill(result, run, held);
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::kConfiguration) throw;
    result.why_not = e.what();
  }
  return result;
}

}  // namespace

std::vector<CornerResult> corner_matrix(const power::ActivityRecord& record, const DesignPoint& point,
                                        const CornerRequest& request) {
  PricedRun run(record, point);
  for (const power::Corner corner : request.corners) {
    if (corner != power::Corner::kTt && !point.technology.process) {
      throw_configuration("technology " + point.technology.name + " has no corners but tt: give it `process`");
    }
  }
  const auto& domains = point.intent.power_domains;
  const auto driven = [](const power::PowerDomain& domain) { return domain.body_bias != Voltage(); };
  if (request.held && std::none_of(domains.begin(), domains.end(), driven)) {
    throw_configuration("no power domain of " + point.intent.name +
                        " has a body_bias that could hold a frequency: give one where it is to start from, such as "
                        "--set power.power_domains.NAME.body_bias=0.5V");
  }
  std::vector<CornerResult> results;
  for (const power::Corner corner : request.corners) {
    for (const Voltage voltage : request.voltages) {
      for (const Temperature temperature : request.temperatures) {
        results.push_back(result_at(run, corner, voltage, temperature, request.held));
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
