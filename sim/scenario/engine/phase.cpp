#include "sim/scenario/engine/phase.h"

#include <algorithm>
#include <cmath>

#include "sim/scenario/engine/coverage.h"
#include "sim/scenario/engine/model_networks.h"

namespace subvolt::scenario {

PhaseSolver::PhaseSolver(Model& model, std::vector<Reach> reach)
    : model_(model), reach_(std::move(reach)), rails_(model) {}

void PhaseSolver::refuse_overload() const {
  for (std::size_t d = 0; d < model_.devices.size(); ++d) {
    double busy = 0.0;
    for (std::size_t s = 0; s < model_.sources.size(); ++s) {
      const ModelSource& source = model_.sources[s];
      if (source.arrivals->think_time()) continue;  // clients wait for their answers
      busy += source.rate.mean(0, model_.duration) * demand(static_cast<int>(s), static_cast<int>(d)).seconds;
    }
    bool bounded = true;
    std::string stages;
    for (const ModelStage& stage : model_.stages) {
      if (stage.device != static_cast<int>(d)) continue;
      stages += (stages.empty() ? "" : ", ") + stage.name;
      bounded = bounded && stage.said->is_lossy();
    }
    if (busy < 1.0 + 1e-9 || bounded) continue;
    throw_configuration(model_.scenario.file + ": work comes faster than " + model_.devices[d].name +
                        " does it: " + stages + " need " + shortest(std::round(busy * 1000.0) / 1000.0) +
                        " s of each second, so that ever more waits: let less arrive, let it take less time, or say "
                        "what becomes of the rest with `drop` and `queue`");
  }
}

DeviceDemand PhaseSolver::demand(int source, int device) const {
  DeviceDemand sum;
  for (const int s : model_.sources[static_cast<std::size_t>(source)].stages) {
    const ModelStage& stage = model_.stages[static_cast<std::size_t>(s)];
    if (stage.device != device) continue;
    const double activations = reach_[static_cast<std::size_t>(s)].activations;
    const ModelDevice& d = model_.devices[static_cast<std::size_t>(device)];
    sum.seconds += activations * (static_cast<double>(stage.runs) * seconds(stage.run_time) + seconds(d.startup));
    sum.any = std::max(sum.any, std::min(1.0, activations));
  }
  return sum;
}

void PhaseSolver::add(Phase& phase, int account, const Drawn& draw, double share) {
  if (static_cast<std::size_t>(account) >= phase.account_W.size()) {
    phase.account_W.resize(static_cast<std::size_t>(account) + 1, 0.0);
    phase.account_A.resize(phase.account_W.size(), 0.0);
  }
  phase.account_W[static_cast<std::size_t>(account)] += draw.power_W * share;
  phase.account_A[static_cast<std::size_t>(account)] += draw.current_A * share;
}

// Work that has its device for itself, or none.
void PhaseSolver::add_work(Phase& phase, const std::vector<double>& rates) {
  std::vector<double> reached;
  for (const Reach& r : reach_) reached.push_back(r.activations);
  const std::vector<double> loading = shares_loading(model_, rates, reached);
  if (model_.design && model_.design->networks.size() > 1 && model_.sources.size() > 1) {
    approximations_.insert("whose network ran before is taken for independent of whose comes, by rates of sources");
  }
  for (std::size_t s = 0; s < model_.stages.size(); ++s) {
    const ModelStage& stage = model_.stages[s];
    const double activations = rates[static_cast<std::size_t>(stage.source)] * reach_[s].activations;
    const double runs = activations * static_cast<double>(stage.runs);
    const int index = static_cast<int>(s);
    const ModelDevice* const device =
        stage.device < 0 ? nullptr : &model_.devices[static_cast<std::size_t>(stage.device)];
    const auto draw = [&](int rail, Cause cause, const Drawn& extra, double share, bool once) {
      add(phase, model_.account(index, stage.device, rail, cause), extra, share);
      activities_.push_back({rail, extra, share, once});
    };
    if (stage.wake_J > 0.0) draw(stage.rail, Cause::kWake, {stage.wake_J, 0.0}, activations, true);
    if (device) {
      if (device->startup > 0 && !stage.pieces.empty()) {
        const int state = stage.pieces.front().state;
        const Drawn target = state < 0 ? device->rest() : device->states[static_cast<std::size_t>(state)].draw;
        draw(device->rail, Cause::kStartup, target - device->rest(), activations * seconds(device->startup), false);
      }
      phase.busy[static_cast<std::size_t>(stage.device)] +=
          activations * seconds(device->startup) + runs * seconds(stage.run_time);
    }
    for (const Piece& piece : stage.pieces) {
      // Weights are there once the first run has loaded them.
      const double times = piece.loads ? activations * loading[s] : runs;
      const double share = times * seconds(piece.time);
      if (piece.loads && device) phase.busy[static_cast<std::size_t>(stage.device)] += share;
      if (piece.state >= 0) {
        const Drawn extra = device->states[static_cast<std::size_t>(piece.state)].draw - device->rest();
        draw(device->rail, piece.cause, extra, share, false);
      }
      if (piece.extra.size() != 0.0) draw(stage.rail, piece.cause, piece.extra, share, false);
      if (piece.energy_J + piece.charge_C > 0.0) {
        draw(stage.rail, piece.cause, {piece.energy_J, piece.charge_C}, times, true);
      }
      if (device) {
        auto& residency = phase.devices[static_cast<std::size_t>(stage.device)].residency;
        const std::size_t in = piece.state >= 0       ? static_cast<std::size_t>(piece.state)
                               : device->initial >= 0 ? static_cast<std::size_t>(device->initial)
                                                      : residency.size() - 1;
        residency[in] += share;
      }
    }
    if (device && device->startup > 0 && !stage.pieces.empty()) {
      const int state = stage.pieces.front().state;
      auto& residency = phase.devices[static_cast<std::size_t>(stage.device)].residency;
      const std::size_t in = state >= 0             ? static_cast<std::size_t>(state)
                             : device->initial >= 0 ? static_cast<std::size_t>(device->initial)
                                                    : residency.size() - 1;
      residency[in] += activations * seconds(device->startup);
    }
  }
}

// States that are held: by levels of draw, each covered for some of the time.
void PhaseSolver::add_holds(Phase& phase, const std::vector<double>& rates, int device) {
  const ModelDevice& d = model_.devices[static_cast<std::size_t>(device)];
  std::vector<int> states;
  std::vector<std::pair<int, double>> wanted;  // stages that hold it, and draw times time
  double wanted_in_all = 0.0;
  for (std::size_t s = 0; s < model_.stages.size(); ++s) {
    for (const Holding& h : model_.stages[s].holds) {
      if (h.device != device) continue;
      states.push_back(h.state);
      const double extra = (d.states[static_cast<std::size_t>(h.state)].draw - d.rest()).size();
      const double weight = rates[static_cast<std::size_t>(model_.stages[s].source)] * reach_[s].activations *
                            hold_s(model_, model_.stages[s], h) * extra;
      wanted.emplace_back(static_cast<int>(s), weight);
      wanted_in_all += weight;
    }
  }
  std::sort(states.begin(), states.end(), [&d](int a, int b) {
    const double x = d.states[static_cast<std::size_t>(a)].draw.size(),
                 y = d.states[static_cast<std::size_t>(b)].draw.size();
    return x != y ? x < y : a < b;
  });
  states.erase(std::unique(states.begin(), states.end()), states.end());
  std::vector<double> covered(states.size() + 1, 0.0);
  for (std::size_t k = 0; k < states.size(); ++k) {
    const double level = d.states[static_cast<std::size_t>(states[k])].draw.size();
    double uncovered = 1.0;
    for (std::size_t s = 0; s < model_.sources.size(); ++s) {
      const double held = rates[s] * covered_s(model_, reach_, static_cast<int>(s), device, level);
      if (held <= 0.0) continue;
      const Arrivals& arrivals = *model_.sources[s].arrivals;
      if (!arrivals.memoryless() && !arrivals.regular()) {
        approximations_.insert(d.name + " is held by " + model_.sources[s].name + ", taken for independent arrivals");
      }
      uncovered *= arrivals.regular() ? std::max(0.0, 1.0 - held) : std::exp(-held);
    }
    covered[k] = 1.0 - uncovered;
  }
  DevicePhase& out = phase.devices[static_cast<std::size_t>(device)];
  for (std::size_t k = 0; k < states.size(); ++k) {
    const double share = std::max(0.0, covered[k] - covered[k + 1]);
    const Drawn extra = d.states[static_cast<std::size_t>(states[k])].draw - d.rest();
    out.residency[static_cast<std::size_t>(states[k])] += share;
    if (share > 0.0) activities_.push_back({d.rail, extra, share, false});
    for (const auto& [stage, weight] : wanted) {
      const double part = wanted_in_all > 0.0 ? weight / wanted_in_all : 0.0;
      add(phase, model_.account(stage, device, d.rail, Cause::kHold), extra, share * part);
    }
  }
}

// Resting between work, as the device's policy has it.
void PhaseSolver::add_idle(Phase& phase, const std::vector<double>& rates, int device) {
  const auto at = static_cast<std::size_t>(device);
  const ModelDevice& d = model_.devices[at];
  DevicePhase& out = phase.devices[at];
  double used = 0.0;
  for (const double share : out.residency) used += share;
  const double left = std::max(0.0, 1.0 - used);
  const std::size_t initial = d.initial < 0 ? out.residency.size() - 1 : static_cast<std::size_t>(d.initial);
  if (!d.policy || d.idle.states.empty()) {
    out.residency[initial] += left;
    add(phase, model_.rest_account[at], d.rest(), 1.0);
    return;
  }
  const Comings come = comings(rates, device, used);
  const std::vector<Behaviour> behaviours = d.policy->behaviours(d.idle, {come.gaps, come.known});
  const std::vector<Behaviour> least = oracle(d.idle);
  const bool ahead = behaviours.front().wakes_ahead;
  // Work that finds the device at rest waits until it has woken, and so makes the time until the next gap longer; where
  // arrivals are regular, it is the gap that becomes shorter.
  Gaps gaps = come.gaps;
  MeanGapCost cost = mean_cost(d.idle, behaviours, *gaps);
  const auto setup_of = [&](const MeanGapCost& c) {
    double setup = 0.0;
    for (std::size_t s = 0; s < d.idle.states.size(); ++s) setup += c.ends_in[s] * d.idle.states[s].exit_s;
    return ahead ? 0.0 : setup;
  };
  double setup = setup_of(cost);
  double per_second = come.per_second;
  if (come.memoryless) {
    const double rho = std::min(used, 0.999999999);
    const double service = used / come.per_second;
    per_second = 1.0 / (1.0 / come.per_second + (service + setup) / (1.0 - rho));
  } else if (setup > 0.0) {
    gaps = shortened(come.gaps, setup);
    cost = mean_cost(d.idle, behaviours, *gaps);
    setup = setup_of(cost);
  }
  const auto rest = [&](int state) { return d.states[static_cast<std::size_t>(state)].draw; };
  double transitions = cost.energy_J - cost.in_s.back() * d.idle.idle_W;
  out.residency[initial] += per_second * (cost.in_s.back() + setup);
  Drawn sum;
  const auto spend = [&](const Drawn& draw, double share) {
    sum.power_W += draw.power_W * share;
    sum.current_A += draw.current_A * share;
  };
  spend(d.rest(), used + per_second * cost.in_s.back());
  for (std::size_t s = 0; s < d.idle.states.size(); ++s) {
    const double share = per_second * cost.in_s[s];
    transitions -= cost.in_s[s] * d.idle.states[s].power_W;
    out.residency[static_cast<std::size_t>(d.rest_states[s])] += share;
    spend(rest(d.rest_states[s]), share);
    activities_.push_back({d.rail, rest(d.rest_states[s]) - d.rest(), share, false});
  }
  add(phase, model_.rest_account[at], sum, 1.0);
  // Changes, with the time that they take at the draw of the state that is left; on the rail as energy.
  add(phase, model_.transition_account[at], {transitions * per_second, 0.0}, 1.0);
  activities_.push_back({d.rail, {transitions, 0.0}, per_second, true});
  out.gaps = per_second;
  out.idle_W = per_second * cost.energy_J;
  out.oracle_W = per_second * mean_cost(d.idle, least, *gaps).energy_J;
  for (std::size_t s = 0; s < d.idle.states.size(); ++s) {
    const double needs = break_even_s(d.idle, d.idle.states[s]);
    const double long_enough = std::isfinite(needs) ? gaps->longer_than(needs) : 0.0;
    out.above += per_second * std::max(0.0, cost.ends_in[s] - long_enough);
    out.below += per_second * std::max(0.0, s + 1 == d.idle.states.size() ? long_enough - cost.ends_in[s] : 0.0);
  }
  double now = 0.0;
  for (const double share : out.residency) now += share;
  out.residency[initial] += 1.0 - now;  // of changes that take none of the gap
}

void PhaseSolver::settle(Phase& phase) {
  std::vector<double> base(model_.rails.size(), 0.0);
  double base_A = 0.0;
  const std::size_t accounts = phase.account_W.size();
  for (std::size_t i = 0; i < model_.devices.size(); ++i) {
    const Drawn rest = model_.devices[i].rest();
    base[static_cast<std::size_t>(model_.devices[i].rail)] += rest.power_W;
    base_A += rest.current_A;
  }
  for (const int account : model_.trace_account) {
    const auto a = static_cast<std::size_t>(account);
    base[static_cast<std::size_t>(model_.accounts.all()[a].rail)] += phase.account_W[a];
    base_A += phase.account_A[a];
  }
  const auto size = [this](const Load& load) { return load.power.si() + load.current.si() * model_.source_V; };
  std::vector<double> mean_W(model_.rails.size(), 0.0);
  double mean_A = 0.0;
  for (std::size_t a = 0; a < accounts; ++a) {
    mean_W[static_cast<std::size_t>(model_.accounts.all()[a].rail)] += phase.account_W[a];
    mean_A += phase.account_A[a];
  }
  phase.mean = rails_.at_source(mean_W, mean_A, phase.input_W, phase.delivered_W);
  std::vector<double> input0, delivered0;
  const Load rest = rails_.at_source(base, base_A, input0, delivered0);
  phase.peak_W = size(rest);
  double left = 1.0;
  Load spread;  // what is taken at once has no time of its own: it counts as drawn all along
  std::vector<double> input = input0, delivered = delivered0;
  std::vector<LoadShare> parts;
  for (const Activity& activity : activities_) {
    if (activity.share == 0.0) continue;
    std::vector<double> with = base;
    const double scale = activity.once ? activity.share : 1.0;
    with[static_cast<std::size_t>(activity.rail)] += activity.extra.power_W * scale;
    std::vector<double> in, out;
    const Load load = rails_.at_source(with, base_A + activity.extra.current_A * scale, in, out);
    const double share = activity.once ? 1.0 : activity.share;
    for (std::size_t r = 0; r < input.size(); ++r) {
      input[r] += share * (in[r] - input0[r]);
      delivered[r] += share * (out[r] - delivered0[r]);
    }
    if (activity.once) {
      spread += load + -1.0 * rest;
      continue;
    }
    phase.peak_W = std::max(phase.peak_W, size(load));
    parts.push_back({load, activity.share});
    left -= activity.share;
  }
  if (!rails_.is_linear()) {
    phase.input_W = input;
    phase.delivered_W = delivered;
    phase.mean = rest + spread;
    for (const LoadShare& part : parts) phase.mean += part.share * (part.load + -1.0 * rest);
  }
  // Activities that overlap are taken for one after another, as far as there is time for them.
  const double squeezed = left < 0.0 ? 1.0 / (1.0 - left) : 1.0;
  if (left > 0.0) phase.mix.push_back({rest + spread, left});
  for (const LoadShare& part : parts) phase.mix.push_back({part.load + spread, part.share * squeezed});
}

Phase PhaseSolver::solve(const std::vector<double>& rates, const std::vector<double>& draws) {
  Phase phase;
  activities_.clear();
  phase.account_W.assign(model_.accounts.all().size(), 0.0);
  phase.account_A.assign(model_.accounts.all().size(), 0.0);
  phase.busy.assign(model_.devices.size(), 0.0);
  for (const ModelDevice& device : model_.devices) {
    phase.devices.emplace_back();
    phase.devices.back().residency.assign(device.states.size() + 1, 0.0);
  }
  add_work(phase, rates);
  for (std::size_t i = 0; i < model_.devices.size(); ++i) {
    const ModelDevice& device = model_.devices[i];
    add_holds(phase, rates, static_cast<int>(i));
    add_idle(phase, rates, static_cast<int>(i));
    if (!device.has_trace) continue;
    const double draw = draws[i];
    add(phase, model_.trace_account[i],
        device.trace_current ? Drawn{0.0, draw} : Drawn{draw * device.trace_factor, 0.0}, 1.0);
  }
  settle(phase);
  return phase;
}

}  // namespace subvolt::scenario
