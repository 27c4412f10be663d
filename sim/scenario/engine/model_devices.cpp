#include "sim/scenario/engine/model_devices.h"

#include <algorithm>

#include "sim/scenario/engine/model_networks.h"

namespace subvolt::scenario {
namespace {

template <class T>
std::vector<std::string> names(const std::vector<T>& all) {
  std::vector<std::string> out;
  for (const T& one : all) out.push_back(one.name);
  return out;
}

// States of rest: those that draw less than the initial one, from the most to the least.
void add_rest(ModelDevice& device, const Device& said, const Tap& tap) {
  const auto order = [&device](int a, int b) {
    return device.states[static_cast<std::size_t>(a)].draw.size() >
           device.states[static_cast<std::size_t>(b)].draw.size();
  };
  for (std::size_t s = 0; s < device.states.size(); ++s) {
    if (device.states[s].draw.size() < device.rest().size()) device.rest_states.push_back(static_cast<int>(s));
  }
  std::stable_sort(device.rest_states.begin(), device.rest_states.end(), order);
  const auto watts = [&tap](const Drawn& d) { return d.power_W + d.current_A * tap.voltage_V; };
  device.idle.idle_W = watts(device.rest());
  for (const int s : device.rest_states) {
    const DeviceState& state = said.states[static_cast<std::size_t>(s)].second;
    RestState rest;
    rest.name = device.states[static_cast<std::size_t>(s)].name;
    rest.power_W = watts(device.states[static_cast<std::size_t>(s)].draw);
    rest.enter_s = state.enter.time.si();
    rest.enter_J =
        state.enter.energy || state.enter.power ? state.enter.total().si() : device.idle.idle_W * rest.enter_s;
    rest.exit_s = state.exit.time.si();
    rest.exit_J = state.exit.energy || state.exit.power ? state.exit.total().si() : device.idle.idle_W * rest.exit_s;
    device.idle.states.push_back(rest);
  }
}

void check_speeds(const Model& model, const config::Node& section, config::Diagnostics& d) {
  for (const auto& [name, choice] : model.scenario.speed) {
    if (device_named(model, name) >= 0) continue;
    d.error(*section.find("speed")->find(name),
            "no device is called so: " + config::not_one_of(names_of(model.devices), name));
  }
}

void add_policy(Model& model, const config::Node& section, config::Diagnostics& d) {
  for (const auto& [name, choice] : model.scenario.idle) {
    const int at = device_named(model, name);
    const config::Node& where = *section.find("idle")->find(name);
    if (at < 0) {
      d.error(where, "no device is called so: " + config::not_one_of(names_of(model.devices), name));
      continue;
    }
    ModelDevice& device = model.devices[static_cast<std::size_t>(at)];
    device.policy = &*choice.policy;
    const config::Node* state = where.is_map() ? where.find("state") : nullptr;
    if (!state) continue;
    std::vector<std::string> rests;
    for (const RestState& rest : device.idle.states) rests.push_back(rest.name);
    if (std::find(rests.begin(), rests.end(), state->value()) != rests.end()) continue;
    d.error(*state, rests.empty()
                        ? name + " has no state that draws less than its initial one: add one, or remove this"
                        : "a state in which " + name + " rests: " + config::not_one_of(rests, state->value()));
  }
}

}  // namespace

std::vector<std::string> names_of(const std::vector<ModelDevice>& devices) { return names(devices); }
std::vector<std::string> names_of(const std::vector<ModelState>& states) { return names(states); }

int device_named(const Model& model, const std::string& name) {
  for (std::size_t i = 0; i < model.devices.size(); ++i) {
    if (model.devices[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

int state_named(const ModelDevice& device, const std::string& name) {
  for (std::size_t i = 0; i < device.states.size(); ++i) {
    if (device.states[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

Tap tap_of(const Model& model, int rail, const std::optional<Voltage>& voltage) {
  Tap tap;
  const double own = model.rails[static_cast<std::size_t>(rail)].voltage_V;
  tap.voltage_V = voltage ? voltage->si() : own;
  tap.keeps_current = rail == 0 && !voltage;
  return tap;
}

Drawn Tap::drawn(const Draw& draw) const {
  Drawn d;
  d.power_W = draw.power.si();
  (keeps_current ? d.current_A : d.power_W) += keeps_current ? draw.current.si() : draw.current.si() * voltage_V;
  return d;
}

void Tap::take(const Amount& amount, double& energy_J, double& charge_C) const {
  energy_J += amount.energy.si();
  (keeps_current ? charge_C : energy_J) += keeps_current ? amount.charge.si() : amount.charge.si() * voltage_V;
}

void add_devices(Model& model, const config::Node& section, config::Diagnostics& d) {
  for (auto& [name, said] : model.scenario.devices) {
    const config::Node& where = *section.find("devices")->find(name);
    take_part(said, where);
    if (said.simulated) add_simulated_states(model, said);
    ModelDevice device;
    device.name = name;
    device.rail = said.rail.empty() ? usual_rail(model) : rail_named(model, said.rail);
    if (device.rail < 0) {
      d.error(said.rail.empty() ? where : *where.find("rail"),
              said.rail.empty() ? "from which rail? Add `rail`, one of " + config::listed(rail_names(model))
                                : config::not_one_of(rail_names(model), said.rail));
      continue;
    }
    // On a battery or a capacitor itself a stated voltage makes power of currents; on a rail it is the rail's.
    const bool own = device.rail == 0 || model.rails[static_cast<std::size_t>(device.rail)].voltage_V == 0.0;
    const Tap tap = tap_of(model, device.rail, own && where.find("voltage") ? said.voltage : std::nullopt);
    device.tap = tap;
    bool currents = said.trace && said.trace->current;
    for (const auto& [state_name, state] : said.states) {
      ModelState made;
      made.name = state_name;
      made.draw = tap.drawn(state.draw);
      currents = currents || state.draw.current != Current();
      device.states.push_back(made);
    }
    if (currents && tap.voltage_V <= 0.0) {
      d.error(where,
              "it draws currents, and nothing says at which voltage: add `voltage`, or `output` to the regulator");
      continue;
    }
    if (!said.initial.empty()) {
      device.initial = state_named(device, said.initial);
      if (device.initial < 0) {
        const config::Node* at = where.find("initial");
        d.error(at ? *at : where, config::not_one_of(names_of(device.states), said.initial));
        continue;
      }
    } else if (!said.protocol && said.radio.empty() && said.sensor.empty() && !device.states.empty()) {
      device.initial = 0;
    }
    device.simulated = said.simulated;
    device.startup = nanoseconds(said.startup);
    device.order = said.order.empty() ? "fifo" : said.order;
    if (said.trace) {
      device.has_trace = true;
      device.trace = Profile::series(said.trace->steps, said.trace->repeat ? nanoseconds(*said.trace->repeat) : 0);
      device.trace_current = said.trace->current && tap.keeps_current;
      device.trace_factor = said.trace->current && !tap.keeps_current ? tap.voltage_V : 1.0;
    }
    add_rest(device, said, tap);
    model.devices.push_back(std::move(device));
  }
  if (d.empty()) add_policy(model, section, d);
  if (d.empty()) check_speeds(model, section, d);
  for (std::size_t i = 0; i < model.devices.size(); ++i) {
    const int device = static_cast<int>(i);
    model.rest_account.push_back(model.account(-1, device, model.devices[i].rail, Cause::kRest));
    model.trace_account.push_back(model.account(-1, device, model.devices[i].rail, Cause::kTrace));
    model.transition_account.push_back(model.account(-1, device, model.devices[i].rail, Cause::kTransition));
  }
}

}  // namespace subvolt::scenario
