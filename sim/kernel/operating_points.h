// The operating points of a run: which one is in force, and the way from one to another.
//
// A change drains, then settles. It waits until no component works any more (whoever asks for it has seen to it that
// none has work of unknown length, and sleeps); then clocks whose frequency changes stand still for as long as rails
// and clocks need, and have their first edge when that is over; those that stay the same go on with their edges as
// before. What goes on by itself, such as the refresh of a DRAM, goes on. Times come from the power intent
// (power::change_time), as integers: volts are not known here.
//
// Errors: kInternal for a change while some component's work has no known end, but for power controllers, which never
// rest: their clock is held like any other.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/kernel/activity_recorder.h"
#include "sim/kernel/clock_domain.h"
#include "sim/units/picoseconds.h"

namespace subvolt::kernel {

class OperatingPoints {
 public:
  // change[from][to]: how long rails and clocks settle.
  OperatingPoints(ActivityRecorder& recorder, std::vector<std::vector<Picoseconds>> change)
      : recorder_(recorder), change_(std::move(change)) {}
  // `hertz` by point; that of point 0 is what the clock runs at.
  void add_clock(ClockDomain& clock, std::vector<Hertz> frequencies) {
    clocks_.push_back({&clock, std::move(frequencies)});
  }

  int now() const { return now_; }
  // Called when another point is in force, before anybody works at it.
  void on_change(std::function<void()> listener) { listeners_.push_back(std::move(listener)); }

  // From a thread that does no work meanwhile and knows how it waits until a time: returns when the clocks run at
  // `point`. What follows until settled() counts as part of the change: the wake-up of whoever asked for it.
  void change_to(int point, const std::function<void(Picoseconds ps)>& wait_until);
  void settled() { recorder_.end_point_change(); }

 private:
  Picoseconds drained() const;

  struct Clock {
    ClockDomain* domain;
    std::vector<Hertz> frequencies;
  };
  ActivityRecorder& recorder_;
  std::vector<std::vector<Picoseconds>> change_;
  std::vector<Clock> clocks_;
  std::vector<std::function<void()>> listeners_;
  int now_ = 0;
};

}  // namespace subvolt::kernel
