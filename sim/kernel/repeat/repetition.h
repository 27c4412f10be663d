// Equal work is not simulated again.
//
// Whoever runs jobs asks at each rest: when it has slept for a job that is released now, and nothing is under way. If
// the machine is then in the state of an earlier rest (StateKey), and the jobs that come are those that came between
// the two for one or several whole periods, these periods go the same way. They are not simulated: the record gets what
// lay between the two rests so many times more (ActivityRecorder::repeat), and the simulation goes on with the first
// job behind them, as if they had taken no time. Nothing in the machine has to be moved, for all of it is relative to
// now.
//
// The key does not have how long power domains have slept, which grows without end where one is not used: of those that
// woke between the two rests it must be the same (Sleeps).
//
// Of several earlier rests the one is taken from which most can be skipped. Off for ever as soon as somebody's state is
// not known: that of a component that does not tell it, of a policy that learns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/kernel/component.h"
#include "sim/kernel/repeat/state_key.h"
#include "sim/units/picoseconds.h"

namespace subvolt::kernel {

// Of a job that is to come, in order of release.
struct Arrival {
  Picoseconds release_time{};
  std::int64_t work = 0;  // equal numbers, equal work
};

class Repetition {
 public:
  enum class When {
    kNever,
    kWhenFolded,  // the recorder keeps sums, which have no order of time
    kAlways       // as soon as possible, for tests
  };
  explicit Repetition(Environment& environment) : environment_(environment) {}
  void set(When when) { when_ = when; }

  // At a rest, before work on job `next` begins: the job to go on with, which may be released later than now.
  std::size_t at_rest(std::size_t next, const std::vector<Arrival>& arrivals);
  // By so much jobs are released earlier in the simulation than they are told to be.
  Picoseconds skipped_time() const;

 private:
  struct Rest {
    std::size_t job;  // that was released
    Picoseconds simulated_time, recorded_time;
    std::vector<std::int64_t> key;
    Sleeps sleeps;
  };
  // How many times the jobs since that rest come once more.
  static std::int64_t times(const Rest& since, std::size_t next, Picoseconds period,
                            const std::vector<Arrival>& arrivals);
  StateKey key() const;
  void remember(Rest rest);
  void repeat(std::size_t since, std::size_t next, std::int64_t times);

  Environment& environment_;
  When when_ = When::kNever;
  std::deque<Rest> rests_;  // each begins a part of the recorder's, behind a first one
};

}  // namespace subvolt::kernel
