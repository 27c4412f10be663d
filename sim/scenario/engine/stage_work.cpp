#include "sim/scenario/engine/stage_work.h"

#include <algorithm>

#include "sim/scenario/engine/model_devices.h"

namespace subvolt::scenario {
namespace {

// An amount over a time is a draw; without a time it is taken at once.
Piece spread(double energy_J, double charge_C, Time time, Cause cause) {
  Piece piece;
  piece.cause = cause;
  piece.time = nanoseconds(time);
  if (piece.time > 0) {
    piece.extra = {energy_J / seconds(piece.time), charge_C / seconds(piece.time)};
  } else {
    piece.energy_J = energy_J;
    piece.charge_C = charge_C;
  }
  return piece;
}

void add_given(const Model& model, ModelStage& stage, const GivenWork& given, const config::Node& where,
               config::Diagnostics& d) {
  const Tap tap = tap_of(model, stage.rail, std::nullopt);
  double energy = given.energy ? given.energy->si() : given.power ? (*given.power * given.time).si() : 0.0;
  double charge = 0.0;
  if (given.charge) {
    if (tap.voltage_V <= 0.0) d.error(*where.find("charge"), "at which voltage? Add `output` to the regulator");
    tap.take({*given.charge, {}}, energy, charge);
  }
  stage.pieces.push_back(spread(energy, charge, given.time, Cause::kWork));
}

int state_of(const ModelDevice& device, const std::string& name, const config::Node& at, config::Diagnostics& d) {
  const int state = state_named(device, name);
  if (state < 0) d.error(at, device.name + ": " + config::not_one_of(names_of(device.states), name));
  return state;
}

void add_event(const Model& model, ModelStage& stage, const Device& said, const config::Node& at,
               config::Diagnostics& d) {
  const ModelDevice& device = model.devices[static_cast<std::size_t>(stage.device)];
  std::vector<std::string> names;
  for (const auto& [name, event] : said.events) {
    names.push_back(name);
    if (name != at.value()) continue;
    const Tap& tap = device.tap;
    for (const EventStep& step : event.steps) {
      Piece piece;
      piece.time = nanoseconds(step.time);
      piece.cause = Cause::kEvent;
      if (step.draw) {
        piece.extra = tap.drawn(*step.draw) - device.rest();
      } else {
        piece.state = state_of(device, step.state, at, d);
      }
      stage.pieces.push_back(piece);
    }
    if (!event.steps.empty()) return;
    double energy = 0.0, charge = 0.0;
    tap.take(event.amount, energy, charge);
    if (event.amount.charge != Charge() && tap.voltage_V <= 0.0) {
      d.error(at, "its charge is energy at some voltage: add `voltage` to " + device.name);
    }
    stage.pieces.push_back(spread(energy, charge, event.time, Cause::kEvent));
    return;
  }
  d.error(at, names.empty() ? device.name + " has no events: add some" : config::not_one_of(names, at.value()));
}

void add_payload(const Model& model, ModelStage& stage, const Device& said, const Work& work, const config::Node& where,
                 config::Diagnostics& d) {
  const ModelDevice& device = model.devices[static_cast<std::size_t>(stage.device)];
  const config::Node& at = *where.find("payload");
  if (!said.protocol) {
    d.error(at, device.name + " has no `protocol` that says what a payload becomes: add one");
    return;
  }
  const Bytes header = work.header ? *work.header : work.of == "phy" ? Bytes(0) : said.protocol->header();
  const Bytes most = work.of == "phy" ? said.protocol->most() + said.protocol->header() : said.protocol->most();
  const bool cut = work.packet > Bytes(0);
  if (most < (cut ? work.packet : work.payload)) {
    d.error(cut ? *where.find("packet") : at, "expected at most " + to_text(most) + " in one packet, got " +
                                                  to_text(cut ? work.packet : work.payload) +
                                                  (cut ? "" : ": add `packet`, into which it is cut"));
    return;
  }
  const std::int64_t packets = cut ? std::max<std::int64_t>(1, ceil_div(work.payload.value(), work.packet.value())) : 1;
  const std::vector<ProtocolStep> steps = said.protocol->steps((cut ? work.packet : work.payload) + header);
  if (packets * static_cast<std::int64_t>(steps.size()) > 1'000'000) {
    d.error(at, "more than 1,000,000 steps on the air: send less, or in larger packets");
    return;
  }
  for (std::int64_t n = 0; n < packets; ++n) {
    for (const ProtocolStep& step : steps) {
      Piece piece;
      piece.state = state_of(device, step.state, at, d);
      piece.time = nanoseconds(step.time);
      piece.cause = Cause::kTransmit;
      if (piece.state < 0) return;
      stage.pieces.push_back(piece);
    }
  }
}

}  // namespace

namespace {

// By the device's speed policy, from the event to the deadline, or to the next event.
void add_cycles(const Model& model, ModelStage& stage, double cycles, const config::Node& at, config::Diagnostics& d) {
  if (stage.device < 0) {
    d.error(at, "of which device? Add `on` to the stage");
    return;
  }
  const ModelDevice& device = model.devices[static_cast<std::size_t>(stage.device)];
  const Device* said = nullptr;
  const SpeedPolicy* policy = nullptr;
  for (const auto& [name, one] : model.scenario.devices) {
    if (name == device.name) said = &one;
  }
  for (const auto& [name, choice] : model.scenario.speed) {
    if (name == device.name) policy = &*choice.policy;
  }
  if (!policy || (said->points.empty() && !said->law)) {
    d.error(at, policy ? device.name + " has no `points` and no `law` of speeds: add some"
                       : "at which speed? Add `speed: {" + device.name + ": pace}` to the scenario");
    return;
  }
  Speeds speeds;
  for (const SpeedPoint& p : said->points) speeds.points.push_back({p.frequency.si(), p.per_cycle.si(), p.power.si()});
  std::sort(speeds.points.begin(), speeds.points.end(), [](const auto& a, const auto& b) { return a.hertz < b.hertz; });
  if (said->law) {
    const double f = said->law->frequency.si();
    speeds.cubic = said->law->power.si() / (f * f * f);
  }
  speeds.awake_W = said->awake.si();
  speeds.rest_W = device.rest().power_W + device.rest().current_A * device.tap.voltage_V;
  const double rate = model.sources[static_cast<std::size_t>(stage.source)].rate.mean(0, model.duration);
  const double available = stage.said->deadline ? stage.said->deadline->si() : rate > 0.0 ? 1.0 / rate : kLongest.si();
  const SpeedPlan plan = policy->plan(speeds, cycles, available);
  if (plan.empty()) {
    d.error(at, "cannot be done within " + brief(Time::from_si(available)) +
                    " at any speed that the policy may choose: take a faster point, or a later deadline");
    return;
  }
  double time = 0.0;
  for (const SpeedPiece& part : plan) {
    Piece piece;
    piece.time = nanoseconds(Time::from_si(part.seconds));
    piece.extra.power_W = part.watts - speeds.rest_W;
    stage.pieces.push_back(piece);
    time += part.seconds;
  }
  stage.frequency_Hz = cycles / time;
  stage.race_pays_above_W = race_pays_above_W(speeds, cycles, available);
}

// Its time and energy as they are simulated; what loading its weights takes comes first, where they are not there.
void add_network(const Model& model, ModelStage& stage) {
  const NetworkRun& run = model.design->networks[static_cast<std::size_t>(stage.network)];
  const Time longer = run.loaded.time - run.kept.time;
  const Energy more = run.loaded.energy - run.kept.energy;
  if (longer != Time() || more != Energy()) {
    Piece load = spread(more.si(), 0.0, longer, Cause::kLoad);
    load.loads = true;
    stage.pieces.push_back(load);
  }
  stage.pieces.push_back(spread(run.kept.energy.si(), 0.0, run.kept.time, Cause::kWork));
}

}  // namespace

void add_work(Model& model, ModelStage& stage, const config::Node& where, config::Diagnostics& d) {
  const Stage& said = *stage.said;
  const config::Node* const at = where.find("work");
  if (said.work && said.work->cycles) {
    add_cycles(model, stage, *said.work->cycles, *at->find("cycles"), d);
  } else if (said.work && said.work->given) {
    add_given(model, stage, *said.work->given, *at->find("given"), d);
  } else if (said.work && !said.work->network.empty()) {
    add_network(model, stage);
  } else if (said.work) {
    const Device* device = nullptr;
    for (const auto& [name, one] : model.scenario.devices) {
      if (name == said.work->device) device = &one;
    }
    if (!said.work->event.empty()) {
      add_event(model, stage, *device, *at->find("event"), d);
    } else if (!said.work->state.empty()) {
      Piece piece;
      piece.state =
          state_of(model.devices[static_cast<std::size_t>(stage.device)], said.work->state, *at->find("state"), d);
      piece.time = nanoseconds(said.work->time);
      stage.pieces.push_back(piece);
    } else {
      add_payload(model, stage, *device, *said.work, *at, d);
    }
  }
  if (said.state.empty()) return;
  const int state =
      state_of(model.devices[static_cast<std::size_t>(stage.device)], said.state, *where.find("state"), d);
  for (Piece& piece : stage.pieces) piece.state = state;
}

}  // namespace subvolt::scenario
