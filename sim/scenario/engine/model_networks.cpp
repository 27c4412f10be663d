#include "sim/scenario/engine/model_networks.h"

#include <algorithm>

namespace subvolt::scenario {
namespace {

const config::Node* network_at(const config::Node& section, const std::string& stage) {
  const config::Node* const work = section.find("stages")->find(stage)->find("work");
  return work ? work->find("network") : nullptr;
}

// Device and where it is said, of the one that is the design; nullptr: none is.
const Device* simulated_one(const Model& model, const config::Node& section, config::Diagnostics& d) {
  const Device* found = nullptr;
  for (const auto& [name, device] : model.scenario.devices) {
    if (!device.simulated) continue;
    const config::Node& where = *section.find("devices")->find(name)->find("simulated");
    if (model.scenario.design.empty()) d.error(where, "which design is it? Add `design` to the scenario");
    if (found) d.error(where, "there is one design, and another device is it already: remove this");
    found = &device;
  }
  return found;
}

}  // namespace

int network_of(const Model& model, const std::string& name) {
  const auto& all = model.design->networks;
  const auto found = std::find_if(all.begin(), all.end(), [&name](const NetworkRun& r) { return r.network == name; });
  return static_cast<int>(found - all.begin());
}

void add_design(Model& model, const config::Node& section, NetworkCosts* networks, config::Diagnostics& d) {
  std::vector<Named> wanted;
  for (const auto& [name, stage] : model.scenario.stages) {
    const config::Node* const at = network_at(section, name);
    if (!at) continue;
    if (model.scenario.design.empty()) {
      d.error(*at, "on which design? Add `design` to the scenario");
      return;
    }
    const std::string& network = stage.work->network;
    const bool known = std::any_of(wanted.begin(), wanted.end(), [&](const Named& n) { return n.name == network; });
    if (!known) wanted.push_back({network, at->location()});
  }
  const Device* const simulated = simulated_one(model, section, d);
  if (!d.empty()) return;
  if (wanted.empty()) {
    if (!simulated) return;
    d.error(section, "nothing runs on the simulated device: add `work: {network: ...}` to a stage, or give it states");
    return;
  }
  if (!networks) throw Error(ErrorKind::kInternal, "nobody simulates the networks of " + model.scenario.name);
  model.design = networks->costs({model.scenario.design, section.find("design")->location()},
                                 simulated ? simulated->operating_point : "", wanted);
}

void add_simulated_states(const Model& model, Device& device) {
  const DesignCosts& design = *model.design;
  const auto state = [&device](const std::string& name, Power power) -> DeviceState& {
    DeviceState made;
    made.draw.power = power;
    device.states.emplace_back(name, made);
    return device.states.back().second;
  };
  state("rest", design.rest);
  Time longer;
  Energy more;
  for (const NetworkRun& run : design.networks) {
    longer = std::max(longer, run.loaded.time - run.kept.time);
    more = std::max(more, run.loaded.energy - run.kept.energy);
  }
  for (const RestMode& mode : design.modes) {
    DeviceState& made = state(mode.name, mode.power);
    made.exit.time = mode.wake_up + (mode.forgets ? longer : Time());
    made.exit.energy = mode.wake_up_power * mode.wake_up + (mode.forgets ? more + design.rest * longer : Energy());
  }
}

std::vector<double> shares_loading(const Model& model, const std::vector<double>& rates,
                                   const std::vector<double>& activations) {
  std::vector<double> shares(model.stages.size(), 0.0);
  if (!model.design) return shares;
  // By network: how often it is the last one of what an arrival starts.
  std::vector<double> last(model.design->networks.size(), 0.0);
  double all = 0.0;
  for (std::size_t source = 0; source < model.sources.size(); ++source) {
    std::vector<int> runs;
    for (const int s : model.sources[source].stages) {
      if (model.stages[static_cast<std::size_t>(s)].network >= 0) runs.push_back(s);
    }
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const auto s = static_cast<std::size_t>(runs[i]);
      double reached = std::min(1.0, activations[s]);
      if (i == 0) all += rates[source] * reached;
      if (i + 1 < runs.size()) reached -= std::min(reached, activations[static_cast<std::size_t>(runs[i + 1])]);
      last[static_cast<std::size_t>(model.stages[s].network)] += rates[source] * reached;
    }
  }
  for (std::size_t s = 0; s < model.stages.size(); ++s) {
    const ModelStage& stage = model.stages[s];
    if (stage.network < 0) continue;
    int before = stage.parent;
    while (before >= 0 && model.stages[static_cast<std::size_t>(before)].network < 0) {
      before = model.stages[static_cast<std::size_t>(before)].parent;
    }
    if (before >= 0) {
      shares[s] = model.stages[static_cast<std::size_t>(before)].network == stage.network ? 0.0 : 1.0;
    } else if (all > 0.0) {
      shares[s] = std::clamp(1.0 - last[static_cast<std::size_t>(stage.network)] / all, 0.0, 1.0);
    }
  }
  return shares;
}

}  // namespace subvolt::scenario
