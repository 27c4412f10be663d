// Sources whose arrivals do nothing but take energy at once, alike each time, as a detector that looks at every window
// does: a month has eighty million of them, and nothing else can tell them apart.
#include <algorithm>

#include "sim/scenario/engine/simulation.h"

namespace subvolt::scenario {

bool Simulation::is_plain(int source) const {
  const ModelSource& from = model_.sources[static_cast<std::size_t>(source)];
  // A capacitor's voltage hangs on each.
  if (from.arrivals->think_time() || !from.labels.empty() || flow_.is_capacitor()) return false;
  return std::all_of(from.stages.begin(), from.stages.end(), [this](int s) {
    const ModelStage& stage = model_.stages[static_cast<std::size_t>(s)];
    const bool decides = stage.pass_if != stage.pass_if_not || (stage.pass_if > 0.0 && stage.pass_if < 1.0);
    return stage.device < 0 && stage.holds.empty() && stage.run_time == 0 && stage.runs == 1 && stage.batch == 1 &&
           !decides;
  });
}

// How long a part of what is left of a battery lasts: its end is found to one arrival, in some hundred steps.
Nanoseconds Simulation::plain_step() const {
  constexpr double kPart = 1.0 / 64.0;
  double per_s = 0.0, amperes = 0.0;
  for (const int s : plain_) {
    const ModelSource& source = model_.sources[static_cast<std::size_t>(s)];
    const double rate = source.rate.mean(0, model_.duration);
    per_s += rate;
    for (const int i : source.stages) {
      const ModelStage& stage = model_.stages[static_cast<std::size_t>(i)];
      double energy_J = stage.wake_J, charge_C = 0.0;
      for (const Piece& piece : stage.pieces) {
        energy_J += piece.energy_J;
        charge_C += piece.charge_C;
      }
      // An estimate, without what regulators lose: it decides on the length of steps alone.
      amperes += rate * (charge_C + energy_J / model_.source_V);
    }
  }
  if (!(amperes > 0.0)) return model_.duration;
  const double step_s = std::max(kPart * flow_.source().battery().left().si() / amperes, 1.0 / per_s);
  return step_s < seconds(model_.duration) ? std::max<Nanoseconds>(1, nanoseconds(Time::from_si(step_s)))
                                           : model_.duration;
}

bool Simulation::take_plain(Nanoseconds until) {
  if (plain_.empty()) return true;
  if (!flow_.source().is_battery()) {
    take_plain_at_once(until);
    return true;
  }
  do {
    now_ = plain_until_ = std::min(until, plain_until_ + plain_step());
    if (!flow_.advance(now_)) return false;
    take_plain_at_once(now_);
    if (flow_.source().is_empty()) return false;
  } while (plain_until_ < until);
  return true;
}

void Simulation::take_plain_at_once(Nanoseconds until) {
  for (const int source : plain_) {
    const auto s = static_cast<std::size_t>(source);
    std::int64_t n = 0;
    while (next_[s].time < until || (next_[s].time == until && until < model_.duration)) {
      ++n;
      if (!streams_[s]->next(next_[s])) next_[s].time = kNever;
    }
    if (n == 0) continue;
    flow_.advance(until);
    const auto times = static_cast<double>(n);
    outcome_.sources[s].arrivals += times;
    handled_ += n;
    std::vector<bool> reached(model_.stages.size(), false);
    for (const int i : model_.sources[s].stages) {
      const ModelStage& stage = model_.stages[static_cast<std::size_t>(i)];
      const bool in = stage.parent < 0 || (reached[static_cast<std::size_t>(stage.parent)] &&
                                           model_.stages[static_cast<std::size_t>(stage.parent)].pass_if > 0.0);
      reached[static_cast<std::size_t>(i)] = in;
      if (!in) continue;
      StageOutcome& out = outcome_.stages[static_cast<std::size_t>(i)];
      out.activations += times;
      out.runs += times;
      if (stage.pass_if > 0.0) out.passes += times;
      const auto take = [&](Cause cause, double energy_J, double charge_C) {
        if (energy_J == 0.0 && charge_C == 0.0) return;
        flow_.take(stage.rail, energy_J * times, charge_C * times);
        accounts_.add(accounts_.index(i, -1, stage.rail, cause), energy_J * times, charge_C * times);
      };
      take(Cause::kWake, stage.wake_J, 0.0);
      for (const Piece& piece : stage.pieces) take(piece.cause, piece.energy_J, piece.charge_C);
      latencies_[static_cast<std::size_t>(i)].add(0);
    }
  }
}

}  // namespace subvolt::scenario
