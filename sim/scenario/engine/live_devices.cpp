#include "sim/scenario/engine/live_devices.h"

#include <algorithm>
#include <cmath>

namespace subvolt::scenario {

LiveDevices::LiveDevices(Model& model, PowerFlow& flow, Accounts& accounts, std::uint64_t seed, Timer timer)
    : model_(model), flow_(flow), accounts_(accounts), timer_(std::move(timer)), random_(seed, 0x1D1E) {
  PhaseSolver solver(model, reach_of(model));
  std::vector<double> rates;
  for (const ModelSource& source : model.sources) rates.push_back(source.rate.mean(0, model.duration));
  for (std::size_t i = 0; i < model.devices.size(); ++i) {
    const ModelDevice& device = model.devices[i];
    Live live;
    live.residency.assign(device.states.size() + 1, 0);
    least_.emplace_back();
    if (rests(static_cast<int>(i))) {
      const GapsAhead ahead = solver.ahead(rates, static_cast<int>(i));
      live.behaviours = device.policy->behaviours(device.idle, ahead);
      live.usual_gap_s = ahead.law->mean();
      least_.back() = oracle(device.idle);
    }
    live_.push_back(std::move(live));
  }
}

void LiveDevices::begin(Nanoseconds now) {
  for (std::size_t i = 0; i < live_.size(); ++i) {
    live_[i].since = now;
    update(static_cast<int>(i), now);
    may_rest(static_cast<int>(i), now);
  }
}

// Accounts for the span since the last change.
void LiveDevices::settle(int device, Nanoseconds now) {
  const auto at = static_cast<std::size_t>(device);
  Live& live = live_[at];
  const Nanoseconds span = now - live.since;
  live.since = now;
  if (span <= 0) return;
  live.residency[live.in] += span;
  if (off_) return;
  const double t = seconds(span);
  if (model_.devices[at].has_trace) accounts_.add(model_.trace_account[at], live.trace, t);
  const bool changing = live.resting == Resting::kEntering || live.resting == Resting::kLeaving;
  if (changing) {
    accounts_.add(model_.transition_account[at], live.draw, t);
  } else if (live.resting == Resting::kIn) {
    accounts_.add(model_.rest_account[at], live.draw, t);
  } else {
    const Drawn rest = model_.devices[at].rest();
    accounts_.add(model_.rest_account[at], rest, t);
    if (live.account >= 0) accounts_.add(live.account, live.draw - rest, t);
  }
  if (live.resting != Resting::kNo && live.resting != Resting::kLeaving) {
    live.drawn_J += (live.draw.power_W + live.draw.current_A * model_.source_V) * t;
  }
}

// What it draws from now on.
void LiveDevices::update(int device, Nanoseconds now) {
  const auto at = static_cast<std::size_t>(device);
  const ModelDevice& d = model_.devices[at];
  Live& live = live_[at];
  (void)now;
  const std::size_t initial = d.initial < 0 ? d.states.size() : static_cast<std::size_t>(d.initial);
  live.in = initial;
  live.draw = d.rest();
  live.account = -1;
  if (off_) {
    live.in = d.states.size();
    live.draw = {};
  } else if (live.resting == Resting::kEntering || live.resting == Resting::kLeaving) {
    const RestState& rest = d.idle.states[static_cast<std::size_t>(live.rest)];
    const bool in = live.resting == Resting::kEntering;
    live.draw = {in ? rest.enter_J / rest.enter_s : live.leaving_W, 0.0};
    if (in) live.in = static_cast<std::size_t>(d.rest_states[static_cast<std::size_t>(live.rest)]);
  } else if (live.resting == Resting::kIn) {
    live.in = static_cast<std::size_t>(d.rest_states[static_cast<std::size_t>(live.rest)]);
    live.draw = d.states[live.in].draw;
  } else {
    int stage = -1, state = -1;
    Cause cause = Cause::kHold;
    double most = -1.0;
    if (live.serving && live.serving_state >= 0) {
      stage = live.serving_stage;
      state = live.serving_state;
      cause = live.serving_cause;
      most = d.states[static_cast<std::size_t>(state)].draw.size();
    }
    for (const Held& held : live.held) {
      const double draw = d.states[static_cast<std::size_t>(held.state)].draw.size();
      if (draw <= most) continue;
      stage = held.stage;
      state = held.state;
      cause = Cause::kHold;
      most = draw;
    }
    if (state >= 0) {
      live.in = static_cast<std::size_t>(state);
      live.draw = d.states[live.in].draw;
      live.account = accounts_.index(stage, device, d.rail, cause);
    }
  }
  flow_.set_device(device, {live.draw.power_W + live.trace.power_W, live.draw.current_A + live.trace.current_A});
}

void LiveDevices::serve(int device, int stage, int state, Cause cause, Nanoseconds now) {
  flow_.advance(now);
  settle(device, now);
  Live& live = live_[static_cast<std::size_t>(device)];
  live.serving = true;
  live.serving_stage = stage;
  live.serving_state = state;
  live.serving_cause = cause;
  update(device, now);
}

void LiveDevices::serve_nothing(int device, Nanoseconds now) {
  flow_.advance(now);
  settle(device, now);
  live_[static_cast<std::size_t>(device)].serving = false;
  update(device, now);
}

void LiveDevices::hold(int device, int stage, int state, Nanoseconds now) {
  flow_.advance(now);
  settle(device, now);
  live_[static_cast<std::size_t>(device)].held.push_back({stage, state});
  if (rests(device)) wake(device, now);
  settle(device, now);
  update(device, now);
}

void LiveDevices::release(int device, int stage, int state, Nanoseconds now) {
  flow_.advance(now);
  settle(device, now);
  auto& held = live_[static_cast<std::size_t>(device)].held;
  const auto at =
      std::find_if(held.begin(), held.end(), [&](const Held& h) { return h.stage == stage && h.state == state; });
  if (at != held.end()) held.erase(at);
  update(device, now);
}

void LiveDevices::may_rest(int device, Nanoseconds now) {
  Live& live = live_[static_cast<std::size_t>(device)];
  if (!rests(device) || live.serving || !live.held.empty() || live.resting != Resting::kNo || off_) return;
  begin_gap(device, now);
}

void LiveDevices::begin_gap(int device, Nanoseconds now) {
  const auto at = static_cast<std::size_t>(device);
  const ModelDevice& d = model_.devices[at];
  Live& live = live_[at];
  flow_.advance(now);
  settle(device, now);
  live.resting = Resting::kIdle;
  live.rest = -1;
  live.gap_began = now;
  live.drawn_J = 0.0;
  live.behaviour = 0;
  double left = live.behaviours.size() > 1 ? random_.uniform() : 0.0;
  while (live.behaviour + 1 < static_cast<int>(live.behaviours.size()) &&
         left >= live.behaviours[static_cast<std::size_t>(live.behaviour)].weight) {
    left -= live.behaviours[static_cast<std::size_t>(live.behaviour++)].weight;
  }
  const Behaviour& behaviour = live.behaviours[static_cast<std::size_t>(live.behaviour)];
  live.ahead = behaviour.wakes_ahead;
  // Whoever knows the gap is put right when it ends: until then it draws as in a usual one.
  std::size_t row = 0;
  while (row + 1 < behaviour.by_gap.size() && behaviour.by_gap[row + 1].from_s <= live.usual_gap_s) ++row;
  live.descent = behaviour.by_gap[row].descent;
  live.residency_before = live.residency;
  if (live.forecast_s >= 0.0 && d.policy->forecast(0.0, 0.0))
    live.descent = d.policy->descent_for(d.idle, live.forecast_s);
  live.next_step = 0;
  update(device, now);
  enter(device, now);
}

// The steps of the descent that are due, and a timer for the next one.
void LiveDevices::enter(int device, Nanoseconds now) {
  const auto at = static_cast<std::size_t>(device);
  const ModelDevice& d = model_.devices[at];
  Live& live = live_[at];
  while (live.next_step < live.descent.size()) {
    const DescentStep& step = live.descent[live.next_step];
    const Nanoseconds due = live.gap_began + nanoseconds(Time::from_si(std::min(step.after_s, 6e9)));
    if (due > now || live.resting == Resting::kEntering) {
      const Nanoseconds when = live.resting == Resting::kEntering ? live.done : due;
      timer_(device, live.generation, when);
      return;
    }
    ++live.next_step;
    live.rest = step.state;
    const RestState& rest = d.idle.states[static_cast<std::size_t>(live.rest)];
    const Nanoseconds takes = nanoseconds(Time::from_si(rest.enter_s));
    if (takes > 0) {
      live.resting = Resting::kEntering;
      live.done = now + takes;
      timer_(device, live.generation, live.done);
      update(device, now);
      return;
    }
    if (rest.enter_J != 0.0) {
      flow_.take(d.rail, rest.enter_J, 0.0);
      accounts_.add(model_.transition_account[at], rest.enter_J, 0.0);
      live.drawn_J += rest.enter_J;
    }
    live.resting = Resting::kIn;
    update(device, now);
  }
}

void LiveDevices::step(int device, std::int64_t generation, Nanoseconds now) {
  Live& live = live_[static_cast<std::size_t>(device)];
  if (generation != live.generation || off_) return;
  flow_.advance(now);
  settle(device, now);
  if (live.resting == Resting::kEntering && now >= live.done) live.resting = Resting::kIn;
  if (live.resting == Resting::kLeaving && now >= live.done) live.resting = Resting::kNo;
  update(device, now);
  if (live.resting == Resting::kIdle || live.resting == Resting::kIn) enter(device, now);
}

Nanoseconds LiveDevices::wake(int device, Nanoseconds now) {
  const auto at = static_cast<std::size_t>(device);
  Live& live = live_[at];
  if (!rests(device) || live.resting == Resting::kNo || live.resting == Resting::kLeaving) {
    return live.resting == Resting::kLeaving ? live.done : now;
  }
  flow_.advance(now);
  settle(device, now);
  ++live.generation;
  end_gap(device, now);
  const ModelDevice& d = model_.devices[at];
  Nanoseconds from = now;
  if (live.resting == Resting::kEntering && !live.ahead) from = live.done;  // it has to get there first
  if (live.ahead || live.rest < 0) {
    live.resting = Resting::kNo;
    update(device, now);
    return now;
  }
  const RestState& rest = d.idle.states[static_cast<std::size_t>(live.rest)];
  const Nanoseconds takes = nanoseconds(Time::from_si(rest.exit_s));
  if (from > now) {  // what is left of entering, at its draw
    const double energy = rest.enter_J / rest.enter_s * seconds(from - now);
    flow_.take(d.rail, energy, 0.0);
    accounts_.add(model_.transition_account[at], energy, 0.0);
  }
  if (takes == 0 && from == now) {
    if (rest.exit_J != 0.0) {
      flow_.take(d.rail, rest.exit_J, 0.0);
      accounts_.add(model_.transition_account[at], rest.exit_J, 0.0);
    }
    live.resting = Resting::kNo;
    update(device, now);
    return now;
  }
  // Leaving takes its energy over its time; without a time of its own, over what is left of entering, at once.
  if (takes == 0) {
    flow_.take(d.rail, rest.exit_J, 0.0);
    accounts_.add(model_.transition_account[at], rest.exit_J, 0.0);
    live.resting = Resting::kNo;
    live.draw = {};
    update(device, now);
    return from;
  }
  live.resting = Resting::kLeaving;
  live.done = from + takes;
  live.leaving_W = rest.exit_J / seconds(live.done - now);
  timer_(device, live.generation, live.done);
  update(device, now);
  return live.done;
}

void LiveDevices::end_gap(int device, Nanoseconds now) {
  const auto at = static_cast<std::size_t>(device);
  const ModelDevice& d = model_.devices[at];
  Live& live = live_[at];
  const double gap = seconds(now - live.gap_began);
  const GapCost least = cost_of(d.idle, least_[at].front(), gap);
  GapCost cost;
  if (live.ahead) {
    cost = cost_of(d.idle, live.behaviours[static_cast<std::size_t>(live.behaviour)], gap);
    put_right(device, cost, 0.0);
  } else {
    cost = cost_of(d.idle, live.descent, false, gap);
  }
  live.gaps += 1.0;
  live.idle_J += cost.energy_J;
  live.oracle_J += least.energy_J;
  if (cost.last >= 0 && break_even_s(d.idle, d.idle.states[static_cast<std::size_t>(cost.last)]) > gap)
    live.above += 1.0;
  const int deepest = static_cast<int>(d.idle.states.size()) - 1;
  if (cost.last != deepest && break_even_s(d.idle, d.idle.states.back()) <= gap) live.below += 1.0;
  if (const auto next = d.policy->forecast(live.forecast_s < 0.0 ? gap : live.forecast_s, gap)) live.forecast_s = *next;
}

// Of one that knew the gap: to what it did in it.
void LiveDevices::put_right(int device, const GapCost& cost, double exits_J) {
  const auto at = static_cast<std::size_t>(device);
  const ModelDevice& d = model_.devices[at];
  Live& live = live_[at];
  const double missing = cost.energy_J - exits_J - live.drawn_J;
  if (missing != 0.0) {
    flow_.take(d.rail, missing, 0.0);
    accounts_.add(model_.transition_account[at], missing, 0.0);
  }
  Nanoseconds span = 0;
  for (std::size_t s = 0; s < live.residency.size(); ++s) span += live.residency[s] - live.residency_before[s];
  live.residency = live.residency_before;
  for (std::size_t s = 0; s < d.rest_states.size(); ++s) {
    const Nanoseconds in = std::min(span, nanoseconds(Time::from_si(cost.in_s[s])));
    live.residency[static_cast<std::size_t>(d.rest_states[s])] += in;
    span -= in;
  }
  live.residency[static_cast<std::size_t>(d.initial)] += span;
}

void LiveDevices::set_trace(int device, double draw, Nanoseconds now) {
  flow_.advance(now);
  settle(device, now);
  const ModelDevice& d = model_.devices[static_cast<std::size_t>(device)];
  live_[static_cast<std::size_t>(device)].trace =
      d.trace_current ? Drawn{0.0, draw} : Drawn{draw * d.trace_factor, 0.0};
  update(device, now);
}

void LiveDevices::switch_off(Nanoseconds now) {
  for (std::size_t i = 0; i < live_.size(); ++i) {
    settle(static_cast<int>(i), now);
    Live& live = live_[i];
    live.serving = false;
    live.held.clear();
    live.resting = Resting::kNo;
    ++live.generation;
  }
  off_ = true;
  for (std::size_t i = 0; i < live_.size(); ++i) update(static_cast<int>(i), now);
}

void LiveDevices::switch_on(Nanoseconds now) {
  for (std::size_t i = 0; i < live_.size(); ++i) settle(static_cast<int>(i), now);
  off_ = false;
  for (std::size_t i = 0; i < live_.size(); ++i) {
    update(static_cast<int>(i), now);
    may_rest(static_cast<int>(i), now);
  }
}

void LiveDevices::finish(Nanoseconds now, Outcome& outcome) {
  for (std::size_t i = 0; i < live_.size(); ++i) {
    settle(static_cast<int>(i), now);
    const Live& live = live_[i];
    if (live.resting != Resting::kNo && live.resting != Resting::kLeaving && live.ahead) {  // not over yet
      const GapCost cost = cost_of(model_.devices[i].idle, live.behaviours[static_cast<std::size_t>(live.behaviour)],
                                   seconds(now - live.gap_began));
      put_right(static_cast<int>(i), cost, cost.exits_J);
    }
    DeviceOutcome& out = outcome.devices[i];
    for (std::size_t s = 0; s < out.residency_s.size(); ++s) out.residency_s[s].second = seconds(live.residency[s]);
    out.gaps = live.gaps;
    out.idle_J = live.idle_J;
    out.oracle_J = live.oracle_J;
    out.above = live.above;
    out.below = live.below;
  }
}

}  // namespace subvolt::scenario
