// How a simulation begins and ends, and a capacitor's thresholds in between.
#include <algorithm>
#include <cmath>

#include "sim/scenario/engine/simulation.h"

namespace subvolt::scenario {

// Before hours are spent on what a closed form tells at once.
void Simulation::refuse_too_many() const {
  const std::vector<Reach> reach = reach_of(model_);
  double most = 0.0;
  std::string busiest;
  double sum = 0.0;
  for (std::size_t s = 0; s < model_.sources.size(); ++s) {
    const ModelSource& source = model_.sources[s];
    const double arrivals = source.rate.mean(0, model_.duration) * seconds(model_.duration);
    double runs = arrivals;
    for (const int stage : source.stages) {
      const auto i = static_cast<std::size_t>(stage);
      runs +=
          arrivals * reach[i].activations * static_cast<double>(model_.stages[i].runs * model_.stages[i].said->layers);
    }
    sum += runs;
    if (runs <= most) continue;
    most = runs;
    busiest = source.name;
  }
  if (sum <= static_cast<double>(limits_.most_events)) return;
  throw_configuration(model_.scenario.file + ": some " + grouped(static_cast<std::int64_t>(std::min(sum, 9e18))) +
                      " arrivals and runs, most of them of " + busiest + ", are more than the " +
                      grouped(limits_.most_events) +
                      " that are played one by one: use --expected, or shorten `duration`");
}

// When the capacitor will be at the threshold that turns what it feeds off, or on again, if nothing changes.
void Simulation::watch_threshold() {
  const Capacitor& c = *model_.scenario.supply.capacitor;
  flow_.advance(now_);
  SourceRun& source = flow_.source();
  watched_ = flow_.version();
  threshold_at_ = kNever;
  const double to = off_ ? c.turn_on.si() : c.turn_off.si();
  const double v = source.voltage_V();
  double t = 0.0;
  if (off_ ? v < to : v > to) {
    t = source.time_to(to, flow_.load(), flow_.harvest_W());
  } else if (!off_ && v == to && !(source.time_to(0.0, flow_.load(), flow_.harvest_W()) < 1e300)) {
    return;  // at it, and rising
  }
  if (!(t < seconds(model_.duration - now_) + 1.0)) return;
  Nanoseconds at = now_ + static_cast<Nanoseconds>(std::ceil(t * 1e9));
  const Nanoseconds every = nanoseconds(c.supervised_every);
  if (every > 0) at = std::max(now_ + 1, (at + every - 1) / every * every);
  if (t == 0.0 && every == 0) at = now_ + 1;  // never twice at one time
  threshold_at_ = at;
}

void Simulation::cross_threshold() {
  flow_.advance(now_);
  const Capacitor& c = *model_.scenario.supply.capacitor;
  const double v = flow_.source().voltage_V();
  constexpr double kClose = 1e-9;  // of a nanosecond's charge
  if (!off_ && v <= c.turn_off.si() + kClose) {
    off_ = true;
    outcome_.supply.off_s -= seconds(now_);
    // What was under way is lost.
    std::vector<bool> is_free(activations_.size(), false);
    for (const int a : free_activations_) is_free[static_cast<std::size_t>(a)] = true;
    for (std::size_t a = 0; a < activations_.size(); ++a) {
      if (is_free[a]) continue;
      Activation& activation = activations_[a];
      stop_drawing(activation);
      activation.asked = -1;
      free_activations_.push_back(static_cast<int>(a));
      lose(activation.stage, activation.origin, "brown_out");
    }
    for (Server& server : servers_) server = {};
    devices_.switch_off(now_);
    flow_.switch_off();
  } else if (off_ && v >= c.turn_on.si() - kClose) {
    off_ = false;
    outcome_.supply.off_s += seconds(now_);
    flow_.switch_on();
    devices_.switch_on(now_);
  }
}

void Simulation::fill() {
  if (off_) outcome_.supply.off_s += seconds(now_);
  const double off_s = outcome_.supply.off_s;
  outcome_.duration_s = seconds(now_);
  devices_.finish(now_, outcome_);
  // What work that goes on has drawn so far.
  for (Activation& activation : activations_) stop_drawing(activation);
  for (std::size_t s = 0; s < model_.stages.size(); ++s) {
    outcome_.stages[s].latency = latencies_[s].spread();
  }
  for (std::size_t d = 0; d < model_.devices.size(); ++d) {
    for (const auto& [name, choice] : model_.scenario.idle) {
      if (name == model_.devices[d].name) outcome_.devices[d].policy = choice.policy.kind;
    }
  }
  add_thresholds(model_, flow_.heaviest(), outcome_.supply);
  flow_.source().fill(outcome_.supply);
  outcome_.supply.off_s = off_s;
  outcome_.peak_power_W = flow_.peak_W();
  outcome_.source_current_A = outcome_.supply.drawn_C / outcome_.duration_s;
  if (flow_.source().is_battery()) {
    outcome_.lifetime_s = flow_.source().is_empty() ? outcome_.duration_s : flow_.source().lifetime_s(flow_.mix());
    outcome_.lifetime_capped = outcome_.lifetime_s >= kLongest.si();
  }
  outcome_.events = handled_;
  finish(model_, accounts_, flow_.rails(), outcome_);
  // By counts instead of probabilities.
  std::vector<Reach> reach(model_.stages.size());
  for (std::size_t s = 0; s < model_.stages.size(); ++s) {
    const double arrivals = std::max(1.0, outcome_.sources[static_cast<std::size_t>(model_.stages[s].source)].arrivals);
    reach[s].passes = outcome_.stages[s].passes / arrivals;
    reach[s].positives = truths_[s].positives / arrivals;
    reach[s].true_passes = truths_[s].true_passes / arrivals;
    reach[s].false_passes = truths_[s].false_passes / arrivals;
    reach[s].activations_true = truths_[s].activations_true / arrivals;
    reach[s].activations_false = truths_[s].activations_false / arrivals;
  }
  add_truth(model_, reach, outcome_);
}

Outcome simulate(Model& model, std::uint64_t seed, const SimulationLimits& limits) {
  return Simulation(model, seed, limits).run();
}

}  // namespace subvolt::scenario
