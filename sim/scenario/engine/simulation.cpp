#include "sim/scenario/engine/simulation.h"

#include <algorithm>
#include <cmath>

#include "sim/scenario/engine/phase.h"

namespace subvolt::scenario {

Simulation::Simulation(Model& model, std::uint64_t seed, const SimulationLimits& limits)
    : model_(model),
      limits_(limits),
      outcome_(begin_outcome(model, "simulate")),
      flow_(model),
      accounts_(model.accounts),
      devices_(model, flow_, accounts_, seed, [this](int device, std::int64_t generation, Nanoseconds at) {
        ask(at, What::kRest, device, generation);
      }) {
  outcome_.seed = seed;
  for (std::size_t s = 0; s < model.sources.size(); ++s) {
    streams_.push_back(model.sources[s].arrivals->stream(model.scenario.start, Random(seed, 1 + s)));
    next_.emplace_back();
    truth_random_.emplace_back(seed, 0x10000 + s);
  }
  for (std::size_t s = 0; s < model.stages.size(); ++s) pass_random_.emplace_back(seed, 0x20000 + s);
  servers_.resize(model.devices.size());
  gathered_.assign(model.stages.size(), 0);
  latencies_.resize(model.stages.size());
  truths_.resize(model.stages.size());
}

void Simulation::ask(Nanoseconds at, What what, int who, std::int64_t more) {
  if (at > model_.duration) return;
  events_.push({at, order_++, what, who, more});
}

void Simulation::next_arrival(int source) {
  const auto s = static_cast<std::size_t>(source);
  if (streams_[s]->next(next_[s])) ask(next_[s].time, What::kArrival, source);
}

Outcome Simulation::run() {
  refuse_too_many();
  PhaseSolver(model_, reach_of(model_)).refuse_overload();
  devices_.begin(0);
  for (std::size_t s = 0; s < model_.sources.size(); ++s) {
    const bool loop = model_.sources[s].arrivals->think_time().has_value();
    Arrival arrival;
    if (is_plain(static_cast<int>(s))) {
      plain_.push_back(static_cast<int>(s));
      if (!streams_[s]->next(next_[s])) next_[s].time = kNever;
    } else if (!loop) {
      next_arrival(static_cast<int>(s));
    } else {
      while (streams_[s]->next(arrival)) {  // each client's first
        next_[s] = arrival;
        ask(arrival.time, What::kArrival, static_cast<int>(s), 1);
      }
    }
  }
  for (std::size_t d = 0; d < model_.devices.size(); ++d) {
    if (model_.devices[d].has_trace) ask(0, What::kTrace, static_cast<int>(d));
  }
  if (model_.scenario.supply.harvest) ask(0, What::kHarvest, 0);
  const bool watches = flow_.source().is_capacitor();
  if (watches) watch_threshold();
  while (!flow_.source().is_empty()) {
    const Nanoseconds next = events_.empty() ? kNever : events_.top().at;
    if (std::min(next, threshold_at_) >= model_.duration) break;
    if (threshold_at_ < next) {
      now_ = threshold_at_;
      cross_threshold();
      watch_threshold();
      continue;
    }
    const Event event = events_.top();
    events_.pop();
    if (!take_plain(event.at)) break;
    if (flow_.source().is_battery() && !flow_.advance(event.at)) break;  // empty before
    now_ = event.at;
    if (++handled_ > limits_.most_events) {
      throw_configuration(model_.scenario.file + ": more than " + grouped(limits_.most_events) + " events by " +
                          brief(Time::from_si(seconds(now_))) + ": shorten `duration`, or use --expected");
    }
    handle(event);
    if (watches && flow_.version() != watched_) watch_threshold();
  }
  if (!flow_.source().is_empty() && take_plain(model_.duration)) {
    now_ = model_.duration;
    if (flow_.advance(now_)) end_last_pieces();
  }
  if (flow_.empty_at() != kNever) now_ = flow_.empty_at();
  fill();
  return std::move(outcome_);
}

// Work that ends with the duration was done in it; what comes then is of the time behind.
void Simulation::end_last_pieces() {
  while (!events_.empty() && events_.top().at == model_.duration) {
    const Event event = events_.top();
    events_.pop();
    if (event.what == What::kPieceEnd) handle(event);
  }
}

void Simulation::handle(const Event& event) {
  switch (event.what) {
    case What::kArrival:
      return arrive(event.who);
    case What::kPieceEnd:
      if (event.more == activations_[static_cast<std::size_t>(event.who)].asked) end_piece(event.who);
      return;
    case What::kNextRun:
      if (event.more != activations_[static_cast<std::size_t>(event.who)].asked) return;
      if (stage_of(activations_[static_cast<std::size_t>(event.who)]).device >= 0) return enqueue(event.who);
      return begin_run(event.who);
    case What::kServeNext: {
      Server& server = servers_[static_cast<std::size_t>(event.who)];
      server.waking = false;
      return serve_next(event.who);
    }
    case What::kHoldEnd: {
      const ModelStage& stage = model_.stages[static_cast<std::size_t>(event.who)];
      const Holding& h = stage.holds[static_cast<std::size_t>(event.more)];
      if (off_) return;
      devices_.release(h.device, event.who, h.state, now_);
      const Server& server = servers_[static_cast<std::size_t>(h.device)];
      if (!server.busy && server.waiting.empty()) devices_.may_rest(h.device, now_);
      return;
    }
    case What::kRest:
      return devices_.step(event.who, event.more, now_);
    case What::kHarvest: {
      flow_.advance(now_);
      flow_.set_harvest(model_.harvest.at(now_));
      const Nanoseconds next = model_.harvest.next_change(now_);
      if (next != kNever) ask(next, What::kHarvest, 0);
      return;
    }
    case What::kTrace: {
      const Profile& trace = model_.devices[static_cast<std::size_t>(event.who)].trace;
      devices_.set_trace(event.who, trace.at(now_), now_);
      const Nanoseconds next = trace.next_change(now_);
      if (next != kNever) ask(next, What::kTrace, event.who);
      return;
    }
  }
}

void Simulation::arrive(int source) {
  const auto s = static_cast<std::size_t>(source);
  const ModelSource& from = model_.sources[s];
  outcome_.sources[s].arrivals += 1.0;
  int o = 0;
  if (free_origins_.empty()) {
    o = static_cast<int>(origins_.size());
    origins_.emplace_back();
  } else {
    o = free_origins_.back();
    free_origins_.pop_back();
  }
  Origin origin;
  origin.source = source;
  origin.arrived = now_;
  origin.length = next_[s].length;
  for (const auto& [bit, share] : from.labels) {
    bool is = truth_random_[s].chance(share);
    const std::string& name = model_.labels[static_cast<std::size_t>(bit)];
    if (next_[s].labelled) {  // its own labels a stage draws by itself
      const bool own = std::none_of(from.arrivals->prevalence.begin(), from.arrivals->prevalence.end(),
                                    [&name](const auto& p) { return p.first == name; });
      if (!own) is = ("|" + next_[s].label + "|").find("|" + name + "|") != std::string::npos;
    }
    if (is) origin.truth |= std::uint64_t{1} << bit;
  }
  origin.alive = 1;
  origins_[static_cast<std::size_t>(o)] = origin;
  if (!from.arrivals->think_time()) next_arrival(source);
  for (const int stage : from.stages) {
    if (model_.stages[static_cast<std::size_t>(stage)].label >= 0 &&
        (origin.truth >> model_.stages[static_cast<std::size_t>(stage)].label & 1) != 0) {
      truths_[static_cast<std::size_t>(stage)].positives += 1.0;
    }
  }
  if (off_) {
    outcome_.lost["brown_out"] += 1.0;
  } else {
    for (const int stage : from.stages) {
      if (model_.stages[static_cast<std::size_t>(stage)].parent < 0) start(stage, o);
    }
  }
  end_origin(o);
}

void Simulation::end_origin(int o) {
  Origin& origin = origins_[static_cast<std::size_t>(o)];
  if (--origin.alive > 0) return;
  free_origins_.push_back(o);
  const auto s = static_cast<std::size_t>(origin.source);
  if (!model_.sources[s].arrivals->think_time()) return;
  Arrival arrival;
  if (streams_[s]->completed(now_, arrival)) {
    next_[s].length = arrival.length;
    ask(arrival.time, What::kArrival, origin.source);
  }
}

void Simulation::lose(int stage, int origin, const char* why) {
  outcome_.stages[static_cast<std::size_t>(stage)].lost[why] += 1.0;
  end_origin(origin);
}

void Simulation::start(int stage_index, int o) {
  const auto s = static_cast<std::size_t>(stage_index);
  const ModelStage& stage = model_.stages[s];
  if (stage.batch > 1 && ++gathered_[s] < stage.batch) return;
  gathered_[s] = 0;
  Origin& origin = origins_[static_cast<std::size_t>(o)];
  ++origin.alive;
  int a = 0;
  if (free_activations_.empty()) {
    a = static_cast<int>(activations_.size());
    activations_.emplace_back();
  } else {
    a = free_activations_.back();
    free_activations_.pop_back();
  }
  Activation& activation = activations_[static_cast<std::size_t>(a)];
  const std::int64_t asked = ++order_;
  activation = {};
  activation.stage = stage_index;
  activation.origin = o;
  activation.runs_left = stage.runs;
  activation.asked = asked;
  for (std::size_t h = 0; h < stage.holds.size(); ++h) {
    const Nanoseconds base = stage.hold_time == -1   ? origin.length
                             : stage.hold_time == -2 ? stage.start_to_end()
                                                     : stage.hold_time;
    const Nanoseconds time = base + model_.devices[static_cast<std::size_t>(stage.holds[h].device)].startup;
    if (time <= 0) continue;
    devices_.hold(stage.holds[h].device, stage_index, stage.holds[h].state, now_);
    ask(now_ + time, What::kHoldEnd, stage_index, static_cast<std::int64_t>(h));
  }
  if (stage.device >= 0) return enqueue(a);
  begin_run(a);
}

// The run's first piece, or the one where it was interrupted.
void Simulation::begin_run(int a) {
  Activation& activation = activations_[static_cast<std::size_t>(a)];
  const ModelStage& stage = stage_of(activation);
  const bool resumed = activation.piece > 0 || activation.layer > 0;
  if (!resumed) activation.run_began = now_;
  if (!activation.started) {
    activation.started = true;
    if (stage.wake_J > 0.0) {
      flow_.advance(now_);
      flow_.take(stage.rail, stage.wake_J, 0.0);
      accounts_.add(accounts_.index(activation.stage, stage.device, stage.rail, Cause::kWake), stage.wake_J, 0.0);
    }
    if (stage.device >= 0) {
      const Nanoseconds startup = model_.devices[static_cast<std::size_t>(stage.device)].startup;
      if (startup > 0 && !stage.pieces.empty()) {
        devices_.serve(stage.device, activation.stage, stage.pieces.front().state, Cause::kStartup, now_);
        activation.layer = -1;  // to begin with the start-up
        return ask(now_ + startup, What::kPieceEnd, a, activation.asked);
      }
    }
  }
  begin_piece(a);
}

Nanoseconds Simulation::piece_time(const Activation& activation) const {
  const ModelStage& stage = stage_of(activation);
  const Nanoseconds whole = stage.pieces[activation.piece].time;
  const std::int64_t layers = stage.said->layers;
  // Equal parts, the last of which has the rounding.
  const Nanoseconds part = whole / layers;
  return activation.layer + 1 == layers ? whole - part * (layers - 1) : part;
}

void Simulation::begin_piece(int a) {
  Activation& activation = activations_[static_cast<std::size_t>(a)];
  const ModelStage& stage = stage_of(activation);
  if (activation.piece >= stage.pieces.size()) return end_run(a);
  const Piece& piece = stage.pieces[activation.piece];
  if (activation.layer == 0 && !needs(stage, piece)) {
    ++activation.piece;
    return begin_piece(a);
  }
  if (stage.device >= 0) devices_.serve(stage.device, activation.stage, piece.state, piece.cause, now_);
  if (activation.layer == 0 && (piece.energy_J != 0.0 || piece.charge_C != 0.0)) {
    flow_.advance(now_);
    flow_.take(stage.rail, piece.energy_J, piece.charge_C);
    accounts_.add(accounts_.index(activation.stage, stage.device, stage.rail, piece.cause), piece.energy_J,
                  piece.charge_C);
  }
  if (piece.time == 0) {
    ++activation.piece;
    return begin_piece(a);
  }
  if (piece.extra.size() != 0.0) {
    flow_.advance(now_);
    flow_.add_extra(stage.rail, piece.extra);
    activation.drawing_since = now_;
  }
  ask(now_ + piece_time(activation), What::kPieceEnd, a, activation.asked);
}

void Simulation::stop_drawing(Activation& activation) {
  if (activation.drawing_since < 0) return;
  const ModelStage& stage = stage_of(activation);
  const Piece& piece = stage.pieces[activation.piece];
  flow_.advance(now_);
  flow_.remove_extra(stage.rail, piece.extra);
  accounts_.add(accounts_.index(activation.stage, stage.device, stage.rail, piece.cause), piece.extra,
                seconds(now_ - activation.drawing_since));
  activation.drawing_since = -1;
}

void Simulation::end_piece(int a) {
  Activation& activation = activations_[static_cast<std::size_t>(a)];
  const ModelStage& stage = stage_of(activation);
  if (activation.layer < 0) {  // started up
    activation.layer = 0;
    return begin_piece(a);
  }
  stop_drawing(activation);
  if (++activation.layer < stage.said->layers) {
    if (stage.device >= 0 && someone_first(a)) {
      Server& server = servers_[static_cast<std::size_t>(stage.device)];
      server.busy = false;
      server.waiting.push_back(a);
      return serve_next(stage.device);
    }
    return begin_piece(a);
  }
  activation.layer = 0;
  ++activation.piece;
  begin_piece(a);
}

void Simulation::end_run(int a) {
  Activation& activation = activations_[static_cast<std::size_t>(a)];
  const ModelStage& stage = stage_of(activation);
  const int device = stage.device;
  outcome_.stages[static_cast<std::size_t>(activation.stage)].runs += 1.0;
  activation.piece = 0;
  const Nanoseconds began = activation.run_began;
  const bool last = --activation.runs_left == 0;
  if (device >= 0) {
    devices_.serve_nothing(device, now_);
    servers_[static_cast<std::size_t>(device)].busy = false;
    servers_[static_cast<std::size_t>(device)].now = -1;
  }
  if (stage.pass_per_run || last) pass_on(a);
  if (last) {
    end_activation(a);
  } else {
    const Activation& again = activations_[static_cast<std::size_t>(a)];
    ask(std::max(now_, began + stage.spacing), What::kNextRun, a, again.asked);
  }
  if (device >= 0) serve_next(device);
}

void Simulation::pass_on(int a) {
  const Activation activation = activations_[static_cast<std::size_t>(a)];
  const auto s = static_cast<std::size_t>(activation.stage);
  const ModelStage& stage = model_.stages[s];
  const Origin& origin = origins_[static_cast<std::size_t>(activation.origin)];
  const bool is = stage.label >= 0 && (origin.truth >> stage.label & 1) != 0;
  const double chance = stage.label < 0 || is ? stage.pass_if : stage.pass_if_not;
  const bool passes = chance >= 1.0 || (chance > 0.0 && pass_random_[s].chance(chance));
  if (stage.label >= 0) {
    if (activation.runs_left == 0) (is ? truths_[s].activations_true : truths_[s].activations_false) += 1.0;
    if (passes) (is ? truths_[s].true_passes : truths_[s].false_passes) += 1.0;
  }
  if (!passes) return;
  outcome_.stages[s].passes += 1.0;
  for (const int child : stage.children) start(child, activation.origin);
}

void Simulation::end_activation(int a) {
  Activation& activation = activations_[static_cast<std::size_t>(a)];
  const auto s = static_cast<std::size_t>(activation.stage);
  const Nanoseconds latency = now_ - origins_[static_cast<std::size_t>(activation.origin)].arrived;
  outcome_.stages[s].activations += 1.0;
  latencies_[s].add(latency);
  if (model_.stages[s].deadline >= 0 && latency > model_.stages[s].deadline) outcome_.stages[s].late += 1.0;
  const int origin = activation.origin;
  activation.asked = -1;
  free_activations_.push_back(a);
  end_origin(origin);
}

}  // namespace subvolt::scenario
