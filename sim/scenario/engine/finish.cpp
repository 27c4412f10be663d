#include "sim/scenario/engine/finish.h"

#include <algorithm>
#include <cmath>

namespace subvolt::scenario {
namespace {

// By rail: what leaves the source for each joule that is drawn there.
std::vector<double> source_factors(const Model& model, const RailSums& rails) {
  std::vector<double> factors(model.rails.size(), 1.0);
  for (std::size_t r = 1; r < model.rails.size(); ++r) {
    const double delivered = rails.delivered_J[r].value();
    const double own = delivered > 0.0 ? rails.input_J[r].value() / delivered : 1.0;
    factors[r] = own * factors[static_cast<std::size_t>(model.rails[r].feeder)];
  }
  return factors;
}

void add_verdicts(const Model& model, Outcome& outcome) {
  const Budget& budget = model.scenario.budget;
  const auto at_most = [&](const char* name, double limit, double value) {
    outcome.budget.push_back({name, limit, value, !(value > limit)});
  };
  if (budget.average_power) at_most("average_power", budget.average_power->si(), outcome.average_power_W());
  if (budget.peak_power) at_most("peak_power", budget.peak_power->si(), outcome.peak_power_W);
  if (budget.lifetime) {
    const double life = outcome.lifetime_s;
    outcome.budget.push_back(
        {"lifetime", budget.lifetime->si(), life, std::isnan(life) || life >= budget.lifetime->si()});
  }
  const auto of_events = [&](const char* name, double limit) {
    outcome.budget.push_back({name, limit, kUnknown, true, false});
  };
  if (budget.latency && !outcome.follows_events) {
    of_events("latency", budget.latency->si());
  } else if (budget.latency) {
    double worst = 0.0;
    for (const StageOutcome& stage : outcome.stages) {
      if (!std::isnan(stage.latency.max_s)) worst = std::max(worst, stage.latency.max_s);
    }
    at_most("latency", budget.latency->si(), worst);
  }
  if (budget.missed && !outcome.follows_events) {
    of_events("missed", budget.missed->value);
  } else if (budget.missed) {
    double arrivals = 0.0, missed = 0.0;
    for (const SourceOutcome& source : outcome.sources) arrivals += source.arrivals;
    for (const StageOutcome& stage : outcome.stages) {
      missed += stage.late;
      for (const auto& [reason, n] : stage.lost) missed += n;
    }
    for (const auto& [reason, n] : outcome.lost) missed += n;
    at_most("missed", budget.missed->value, arrivals > 0.0 ? missed / arrivals : 0.0);
  }
  if (budget.energy_neutral) {
    const double margin = outcome.supply.margin;
    outcome.budget.push_back({"energy_neutral", 1.0, margin, margin >= 1.0});
  }
}

}  // namespace

Outcome begin_outcome(const Model& model, const char* mode) {
  Outcome outcome;
  outcome.name = model.scenario.name;
  outcome.title = model.scenario.title;
  outcome.mode = mode;
  outcome.duration_s = seconds(model.duration);
  outcome.design = model.design;
  for (const ModelStage& stage : model.stages) {
    StageOutcome one;
    one.name = stage.name;
    one.busy_s = seconds(stage.start_to_end());
    if (stage.frequency_Hz > 0.0) {
      one.frequency_Hz = stage.frequency_Hz;
      one.race_pays_above_W = stage.race_pays_above_W;
    }
    outcome.stages.push_back(one);
  }
  for (const ModelDevice& device : model.devices) {
    DeviceOutcome one;
    one.name = device.name;
    for (const ModelState& state : device.states) one.residency_s.emplace_back(state.name, 0.0);
    if (device.initial < 0 || model.scenario.supply.capacitor) one.residency_s.emplace_back("off", 0.0);
    for (const RestState& rest : device.idle.states) {
      one.rests.push_back({rest.name, rest.power_W, break_even_s(device.idle, rest)});
    }
    outcome.devices.push_back(one);
  }
  for (const ModelSource& source : model.sources) outcome.sources.push_back({source.name, 0.0});
  for (const Rail& rail : model.rails) outcome.rail_names.push_back(rail.name);
  outcome.supply.kind = model.rails.front().name;
  return outcome;
}

void finish(const Model& model, const Accounts& accounts, const RailSums& rails, Outcome& outcome) {
  const double duration = outcome.duration_s;
  const std::vector<double> factors = source_factors(model, rails);
  outcome.accounts = accounts.all();
  double sum = 0.0;
  for (const Account& account : accounts.all()) {
    const double source_J = account.energy_J.value() * factors[static_cast<std::size_t>(account.rail)] +
                            account.charge_C.value() * model.source_V;
    outcome.account_source_J.push_back(source_J);
    sum += source_J;
    if (account.stage >= 0) {
      StageOutcome& stage = outcome.stages[static_cast<std::size_t>(account.stage)];
      stage.rail_J += account.energy_J.value();
      stage.charge_C += account.charge_C.value();
      stage.source_J += source_J;
    } else {
      DeviceOutcome& device = outcome.devices[static_cast<std::size_t>(account.device)];
      device.rest_J += account.energy_J.value() + account.charge_C.value() * model.source_V;
      device.source_J += source_J;
    }
  }
  const RailTree tree(model);
  double rail_J = 0.0;
  for (std::size_t r = 1; r < model.rails.size(); ++r) {
    RailOutcome rail;
    rail.name = model.rails[r].name;
    rail.delivered_J = rails.delivered_J[r].value();
    rail.lost_J = rails.input_J[r].value() - rails.delivered_J[r].value();
    rail.quiescent_J = tree.quiescent_W(r) * rails.on_s.value();
    // Fed by another rail, it stands in what that one delivers.
    if (model.rails[r].feeder == 0) sum += rail.quiescent_J;
    if (model.rails[r].feeder != 0) sum += rail.quiescent_J * factors[static_cast<std::size_t>(model.rails[r].feeder)];
    outcome.rails.push_back(rail);
  }
  for (const Account& account : accounts.all()) {
    if (account.rail > 0) rail_J += account.energy_J.value();
  }
  const double left = outcome.supply.power_J + outcome.supply.charge_C * model.source_V;
  outcome.conservation = left > 0.0 ? std::fabs(left - sum) / left : 0.0;
  outcome.source_power_W = left / duration;
  outcome.rail_power_W = model.rails.size() > 1 ? rail_J / duration : outcome.source_power_W;
  if (model.scenario.supply.capacitor) {
    // A storage counts energy, the harvester's own included.
    const auto& harvest = model.scenario.supply.harvest;
    if (harvest) {
      outcome.source_power_W +=
          harvest->quiescent.si() * harvest->quiescent_at.value_or(Voltage::from_si(model.source_V)).si();
    }
  }
  outcome.metered_at_rails = model.scenario.supply.battery && model.rails.size() > 1;
  double idle = 0.0, least = 0.0;
  for (const DeviceOutcome& device : outcome.devices) {
    idle += device.idle_J;
    least += device.oracle_J;
  }
  if (idle > 0.0) outcome.oracle_gap = least > 0.0 ? idle / least - 1.0 : 0.0;
  SupplyOutcome& supply = outcome.supply;
  const double needed = outcome.source_power_W * duration + supply.leaked_J;
  if (!std::isnan(supply.harvested_J) && needed > 0.0) supply.margin = supply.harvested_J / needed;
  add_verdicts(model, outcome);
}

void add_truth(const Model& model, const std::vector<Reach>& reach, Outcome& outcome) {
  for (std::size_t s = 0; s < model.stages.size(); ++s) {
    const ModelStage& stage = model.stages[s];
    const Reach& r = reach[s];
    StageOutcome& one = outcome.stages[s];
    if (stage.label >= 0) {
      const double passes = r.true_passes + r.false_passes;
      one.looks = true;
      one.precision = passes > 0.0 ? r.true_passes / passes : kUnknown;
      one.recall = r.activations_true > 0.0 ? r.true_passes / r.activations_true : kUnknown;
      one.recall_of_source = r.positives > 0.0 ? r.true_passes / r.positives : kUnknown;
      const double arrivals = outcome.sources[static_cast<std::size_t>(stage.source)].arrivals;
      one.false_alarms_per_h = r.false_passes * arrivals / outcome.duration_s * 3600.0;
    }
    // What one pass costs behind it, from the source: the filter pays while own < (1 - p) of that.
    double behind = 0.0, passes = r.passes;
    std::vector<int> open = stage.children;
    while (!open.empty()) {
      const auto c = static_cast<std::size_t>(open.back());
      open.pop_back();
      behind += outcome.stages[c].source_J;
      for (const int child : model.stages[c].children) open.push_back(child);
    }
    const double own_each = one.activations > 0.0 ? one.source_J / one.activations : 0.0;
    const double passed = passes * outcome.sources[static_cast<std::size_t>(stage.source)].arrivals;
    if (stage.pass_if < 1.0 && passed > 0.0 && behind > 0.0) {
      one.pays_below_pass_rate = 1.0 - own_each / (behind / passed);
    }
  }
}

}  // namespace subvolt::scenario
