// What waits for a device that another stage has for itself, and who goes next.
#include <algorithm>

#include "sim/scenario/engine/simulation.h"

namespace subvolt::scenario {

void Simulation::enqueue(int a) {
  const Activation& activation = activations_[static_cast<std::size_t>(a)];
  const ModelStage& stage = stage_of(activation);
  const Stage& said = *stage.said;
  Server& server = servers_[static_cast<std::size_t>(stage.device)];
  const bool fresh = activation.runs_left == stage.runs && !activation.started;
  if (fresh && (server.busy || !server.waiting.empty())) {
    const bool newest_goes = said.drop == "newest", oldest_goes = said.drop == "oldest";
    const bool bounded = said.is_lossy();
    const std::int64_t places = said.queue ? *said.queue : oldest_goes ? 1 : newest_goes ? 0 : limits_.most_waiting;
    auto same = static_cast<std::int64_t>(server.waiting.size());  // at most, of this stage
    int oldest = -1;
    if (bounded) {
      same = 0;
      for (const int w : server.waiting) {  // the oldest first
        if (activations_[static_cast<std::size_t>(w)].stage != activation.stage) continue;
        ++same;
        if (oldest < 0) oldest = w;
      }
    }
    if (same >= places) {
      if (!bounded) {
        throw_configuration(
            model_.scenario.file + ": stage " + stage.name + ": " + grouped(same) + " wait for " +
            model_.devices[static_cast<std::size_t>(stage.device)].name + " at " + brief(Time::from_si(seconds(now_))) +
            ": work comes faster than it is done; let less arrive, or say what goes with `drop` and `queue`");
      }
      const int gone = oldest_goes && oldest >= 0 ? oldest : a;
      if (gone != a) server.waiting.erase(std::find(server.waiting.begin(), server.waiting.end(), gone));
      const int origin = activations_[static_cast<std::size_t>(gone)].origin;
      const int of = activations_[static_cast<std::size_t>(gone)].stage;
      activations_[static_cast<std::size_t>(gone)].asked = -1;
      free_activations_.push_back(gone);
      lose(of, origin, "busy");
      if (gone == a) return;
    }
  }
  // In the order of asking, in which what was interrupted goes back to its place.
  server.waiting.insert(std::upper_bound(server.waiting.begin(), server.waiting.end(), a,
                                         [this](int x, int y) {
                                           return activations_[static_cast<std::size_t>(x)].asked <
                                                  activations_[static_cast<std::size_t>(y)].asked;
                                         }),
                        a);
  if (!server.busy && !server.waking) serve_next(stage.device);
}

int Simulation::pick(const Server& server, const std::string& order) const {
  int best = 0;
  if (order != "priority" && order != "edf") return best;
  for (std::size_t i = 1; i < server.waiting.size(); ++i) {
    const Activation& x = activations_[static_cast<std::size_t>(server.waiting[i])];
    const Activation& y = activations_[static_cast<std::size_t>(server.waiting[static_cast<std::size_t>(best)])];
    const auto due = [this](const Activation& a) {
      const ModelStage& stage = stage_of(a);
      return stage.deadline < 0 ? kNever : origins_[static_cast<std::size_t>(a.origin)].arrived + stage.deadline;
    };
    bool first = x.asked < y.asked;
    if (order == "priority" && stage_of(x).said->priority != stage_of(y).said->priority) {
      first = stage_of(x).said->priority > stage_of(y).said->priority;
    } else if (order == "edf" && due(x) != due(y)) {
      first = due(x) < due(y);
    }
    if (first) best = static_cast<int>(i);
  }
  return best;
}

void Simulation::serve_next(int device) {
  Server& server = servers_[static_cast<std::size_t>(device)];
  if (server.busy) return;
  if (server.waiting.empty()) return devices_.may_rest(device, now_);
  const Nanoseconds awake = devices_.wake(device, now_);
  if (awake > now_) {
    server.waking = true;
    return ask(awake, What::kServeNext, device);
  }
  const int i = pick(server, model_.devices[static_cast<std::size_t>(device)].order);
  const int a = server.waiting[static_cast<std::size_t>(i)];
  server.waiting.erase(server.waiting.begin() + i);
  server.busy = true;
  server.now = a;
  begin_run(a);
}

bool Simulation::someone_first(int a) const {
  const Activation& activation = activations_[static_cast<std::size_t>(a)];
  const ModelStage& stage = stage_of(activation);
  if (model_.devices[static_cast<std::size_t>(stage.device)].order != "priority") return false;
  const Server& server = servers_[static_cast<std::size_t>(stage.device)];
  return std::any_of(server.waiting.begin(), server.waiting.end(), [&](int w) {
    return stage_of(activations_[static_cast<std::size_t>(w)]).said->priority > stage.said->priority;
  });
}

// Loading weights is for those that are not there.
bool Simulation::needs(const ModelStage& stage, const Piece& piece) {
  if (stage.network < 0) return true;
  int& there = stage.device >= 0 ? servers_[static_cast<std::size_t>(stage.device)].network : last_network_;
  if (piece.loads) return there != stage.network;
  there = stage.network;
  return true;
}

}  // namespace subvolt::scenario
