// Devices in a simulation: in which state each is, for whom, since when; and what it does while nothing is asked of it.
#pragma once

#include <functional>
#include <vector>

#include "sim/scenario/engine/phase.h"
#include "sim/scenario/engine/power_flow.h"

namespace subvolt::scenario {

class LiveDevices {
 public:
  // `wake_me(device, generation, at)` asks for step() at that time.
  using Timer = std::function<void(int device, std::int64_t generation, Nanoseconds at)>;
  LiveDevices(Model& model, PowerFlow& flow, Accounts& accounts, std::uint64_t seed, Timer timer);

  void begin(Nanoseconds now);
  // A state for a stage that has the device for itself; -1: as it rests.
  void serve(int device, int stage, int state, Cause cause, Nanoseconds now);
  void serve_nothing(int device, Nanoseconds now);
  void hold(int device, int stage, int state, Nanoseconds now);
  void release(int device, int stage, int state, Nanoseconds now);
  // Work comes: from when on the device is awake, `now` if it is.
  Nanoseconds wake(int device, Nanoseconds now);
  // No more work waits.
  void may_rest(int device, Nanoseconds now);
  void step(int device, std::int64_t generation, Nanoseconds now);
  void set_trace(int device, double draw, Nanoseconds now);
  void switch_off(Nanoseconds now);
  void switch_on(Nanoseconds now);
  void finish(Nanoseconds now, Outcome& outcome);

 private:
  struct Held {
    int stage, state;
  };
  enum class Resting { kNo, kIdle, kEntering, kIn, kLeaving };
  struct Live {
    bool serving = false;
    int serving_stage = -1, serving_state = -1;
    Cause serving_cause = Cause::kWork;
    std::vector<Held> held;
    Drawn draw, trace;
    std::size_t in = 0;  // residency that counts now
    int account = 0;     // that gets what is drawn above rest
    Nanoseconds since = 0;
    std::vector<Nanoseconds> residency;
    // Resting.
    Resting resting = Resting::kNo;
    Nanoseconds gap_began = 0, done = 0;  // done: of entering or leaving
    int rest = -1;                        // of the states of rest
    Descent descent;
    std::size_t next_step = 0;
    bool ahead = false;
    int behaviour = 0;
    double drawn_J = 0.0;  // in this gap
    double leaving_W = 0.0;
    std::vector<Nanoseconds> residency_before;  // when the gap began
    double usual_gap_s = 0.0;
    std::int64_t generation = 0;
    double forecast_s = -1.0;
    std::vector<Behaviour> behaviours;
    double gaps = 0.0, idle_J = 0.0, oracle_J = 0.0, above = 0.0, below = 0.0;
  };
  void settle(int device, Nanoseconds now);
  void update(int device, Nanoseconds now);  // after settle
  void enter(int device, Nanoseconds now);
  void begin_gap(int device, Nanoseconds now);
  void end_gap(int device, Nanoseconds now);
  void put_right(int device, const GapCost& cost, double exits_J);
  bool rests(int device) const {
    const ModelDevice& d = model_.devices[static_cast<std::size_t>(device)];
    return d.policy && !d.idle.states.empty();
  }

  Model& model_;
  PowerFlow& flow_;
  Accounts& accounts_;
  Timer timer_;
  std::vector<Live> live_;
  std::vector<std::vector<Behaviour>> least_;
  Random random_;
  bool off_ = false;
};

}  // namespace subvolt::scenario
