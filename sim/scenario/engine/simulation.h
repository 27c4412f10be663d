// A scenario event by event. Internal; engines.h has the way in.
#pragma once

#include <deque>
#include <memory>
#include <queue>
#include <vector>

#include "sim/scenario/engine/engines.h"
#include "sim/scenario/engine/latencies.h"
#include "sim/scenario/engine/live_devices.h"

namespace subvolt::scenario {

class Simulation {
 public:
  Simulation(Model& model, std::uint64_t seed, const SimulationLimits& limits);
  Outcome run();

 private:
  enum class What : std::int32_t { kArrival, kPieceEnd, kNextRun, kServeNext, kHoldEnd, kRest, kHarvest, kTrace };
  struct Event {
    Nanoseconds at;
    std::int64_t order;  // of one time, as they were asked for
    What what;
    std::int32_t who;
    std::int64_t more;
    bool operator>(const Event& o) const { return at != o.at ? at > o.at : order > o.order; }
  };
  // Something that arrived, on its way through the stages.
  struct Origin {
    int source = 0;
    Nanoseconds arrived = 0, length = 0;
    std::uint64_t truth = 0;  // bits of labels
    int alive = 0;            // activations of it
  };
  struct Activation {
    int stage = 0, origin = 0;
    std::int64_t runs_left = 0;
    std::int64_t layer = 0;  // of the run, done
    std::size_t piece = 0;
    Nanoseconds run_began = 0, drawing_since = -1;  // -1: nothing beside its device's state
    bool started = false;                           // its device has started up for it
    std::int64_t asked = 0;                         // order of arrival at the device
  };
  struct Server {
    bool busy = false, waking = false;
    int now = -1;      // activation
    int network = -1;  // whose weights are there
    std::vector<int> waiting;
  };
  struct Truth {
    double activations_true = 0.0, activations_false = 0.0, true_passes = 0.0, false_passes = 0.0, positives = 0.0;
  };

  void ask(Nanoseconds at, What what, int who, std::int64_t more = 0);
  void handle(const Event& event);
  void end_last_pieces();
  void arrive(int source);
  void next_arrival(int source);
  bool is_plain(int source) const;
  // All plain arrivals up to `until`. False: the battery was empty before, as now_ or flow_ says.
  bool take_plain(Nanoseconds until);
  void take_plain_at_once(Nanoseconds until);
  Nanoseconds plain_step() const;
  void start(int stage, int origin);
  void enqueue(int activation);
  void serve_next(int device);
  void begin_run(int activation);
  void begin_piece(int activation);
  void end_piece(int activation);
  void end_run(int activation);
  void pass_on(int activation);
  void end_activation(int activation);
  void end_origin(int origin);
  void lose(int stage, int origin, const char* why);
  int pick(const Server& server, const std::string& order) const;
  bool someone_first(int activation) const;
  void stop_drawing(Activation& activation);  // accounts for what the piece drew
  void watch_threshold();
  void cross_threshold();
  bool needs(const ModelStage& stage, const Piece& piece);
  Nanoseconds piece_time(const Activation& activation) const;
  const ModelStage& stage_of(const Activation& a) const { return model_.stages[static_cast<std::size_t>(a.stage)]; }
  void refuse_too_many() const;
  void fill();

  Model& model_;
  SimulationLimits limits_;
  Outcome outcome_;
  PowerFlow flow_;
  Accounts accounts_;
  LiveDevices devices_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::int64_t order_ = 0, handled_ = 0;
  Nanoseconds now_ = 0;
  std::vector<std::unique_ptr<ArrivalStream>> streams_;
  std::vector<Arrival> next_;
  std::vector<int> plain_;  // sources whose arrivals only take energy at once: many of them are taken together
  Nanoseconds plain_until_ = 0;
  std::vector<Random> truth_random_, pass_random_;
  std::vector<Origin> origins_;
  std::vector<Activation> activations_;
  std::vector<int> free_origins_, free_activations_;
  std::vector<Server> servers_;
  int last_network_ = -1;               // of work that waits for no device
  std::vector<std::int64_t> gathered_;  // by stage, for its batch
  std::vector<Latencies> latencies_;
  std::vector<Truth> truths_;
  bool off_ = false;
  Nanoseconds threshold_at_ = kNever;  // when the capacitor will be at its threshold, if nothing changes
  std::int64_t watched_ = -1;          // the flow's version of which that is known
};

}  // namespace subvolt::scenario
