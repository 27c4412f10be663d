#include "sim/scenario/engine/model.h"

#include <algorithm>

#include "sim/scenario/engine/model_devices.h"
#include "sim/scenario/engine/model_networks.h"
#include "sim/scenario/engine/model_stages.h"

namespace subvolt::scenario {
namespace {

void add_source_rail(Model& model, const config::Node& section, config::Diagnostics& d) {
  const Supply& supply = model.scenario.supply;
  Rail source;
  source.name = supply.battery ? "battery" : supply.capacitor ? "storage" : "source";
  if (supply.battery) source.voltage_V = supply.battery->nominal().si();
  if (supply.voltage) source.voltage_V = supply.voltage->si();
  // A capacitor's voltage moves; charge straight from it counts at its maximum, where it rests while it is full.
  if (supply.capacitor) source.voltage_V = supply.capacitor->maximum.si();
  model.source_V = source.voltage_V;
  model.rails.push_back(source);
  if (supply.capacitor && supply.capacitor->maximum < supply.capacitor->initial.value_or(Voltage())) {
    d.error(config::node_at(section, {"supply", "capacitor"}), "begins above its maximum");
  }
}

// Regulators, each behind the one that feeds it.
void add_regulators(Model& model, const config::Node& section, config::Diagnostics& d) {
  const auto& regulators = model.scenario.supply.regulators;
  const config::Node& where = config::node_at(section, {"supply", "regulators"});
  std::vector<bool> done(regulators.size(), false);
  for (std::size_t round = 0; round < regulators.size(); ++round) {
    for (std::size_t i = 0; i < regulators.size(); ++i) {
      const auto& [name, converter] = regulators[i];
      if (done[i]) continue;
      const int feeder = converter.from.empty() ? 0 : rail_named(model, converter.from);
      if (feeder < 0) continue;
      Rail rail;
      rail.name = name;
      rail.feeder = feeder;
      rail.converter = &converter;
      rail.voltage_V = converter.output ? converter.output->si() : 0.0;
      model.rails.push_back(rail);
      done[i] = true;
    }
  }
  for (std::size_t i = 0; i < regulators.size(); ++i) {
    if (done[i]) continue;
    std::vector<std::string> names{model.rails.front().name};
    bool known = false;
    for (const auto& [name, converter] : regulators) {
      known = known || name == regulators[i].second.from;
      if (name != regulators[i].first) names.push_back(name);
    }
    d.error(*where.find(regulators[i].first)->find("from"),
            known ? "regulators feed one another in a circle: let one of them have no `from`"
                  : config::not_one_of(names, regulators[i].second.from));
  }
}

}  // namespace

int Model::account(int stage, int device, int rail, Cause cause) { return accounts.index(stage, device, rail, cause); }

int rail_named(const Model& model, const std::string& name) {
  if (name == "battery" || name == "storage" || name == "source") return name == model.rails[0].name ? 0 : -1;
  for (std::size_t i = 0; i < model.rails.size(); ++i) {
    if (model.rails[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

int usual_rail(const Model& model) { return model.rails.size() == 2 ? 1 : model.rails.size() == 1 ? 0 : -1; }

std::vector<std::string> rail_names(const Model& model) {
  std::vector<std::string> names;
  for (const Rail& rail : model.rails) names.push_back(rail.name);
  return names;
}

Model resolve(Scenario scenario, const config::Node& section, NetworkCosts* networks) {
  Model model;
  model.scenario = std::move(scenario);
  config::Diagnostics d;
  if (!model.scenario.streams.empty() || !model.scenario.duration) {
    d.error(section,
            "`streams` are what `subvolt run --scenario` simulates: for days, say `devices`, `sources` and "
            "`stages` instead");
    d.throw_if_any();
  }
  model.duration = nanoseconds(*model.scenario.duration);
  if (model.duration <= 0) d.error(*section.find("duration"), "expected at least 1 ns");
  add_design(model, section, networks, d);
  d.throw_if_any();
  add_source_rail(model, section, d);
  add_regulators(model, section, d);
  d.throw_if_any();
  add_devices(model, section, d);
  d.throw_if_any();
  add_sources(model, section, d);
  add_stages(model, section, d);
  d.throw_if_any();
  if (model.scenario.supply.harvest) {
    model.harvest = model.scenario.supply.harvest->source.power.profile(model.scenario.start);
  }
  if (model.scenario.environment.temperature.given) {
    model.temperature_K = model.scenario.environment.temperature.profile(model.scenario.start).mean(0, model.duration);
  }
  return model;
}

}  // namespace subvolt::scenario
