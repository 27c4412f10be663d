// Counts of events by the task on whose behalf they happened, until somebody takes them.
//
// Few tasks count at a time, and one of them many times in a row.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace subvolt::kernel {

class OwnedCounts {
 public:
  // `event` < `events` of the same call for this task, and for every later one.
  void add(int task, std::size_t event, std::size_t events, std::int64_t n) { of(task, events)[event] += n; }
  // By event. The reference holds until the next call.
  std::vector<std::int64_t>& of(int task, std::size_t events) {
    const bool again = last_ < all_.size() && all_[last_].task == task;
    return again ? all_[last_].counts : look_for(task, events);
  }
  std::int64_t sum(std::size_t event) const {
    std::int64_t sum = 0;
    for (const Owned& owned : all_) sum += owned.counts[event];
    return sum;
  }
  // Hands over and forgets what is not zero, in order of task and event: taken(task, event, n).
  template <class Taken>
  void take(Taken taken) {
    std::sort(all_.begin(), all_.end(), [](const Owned& a, const Owned& b) { return a.task < b.task; });
    for (Owned& owned : all_) {
      for (std::size_t e = 0; e < owned.counts.size(); ++e) {
        if (const std::int64_t n = std::exchange(owned.counts[e], 0)) taken(owned.task, e, n);
      }
    }
  }
  // Lets go of tasks that are over; after take().
  template <class Over>
  void forget(Over over) {
    all_.erase(std::remove_if(all_.begin(), all_.end(), [&](const Owned& o) { return over(o.task); }), all_.end());
    last_ = all_.size();
  }

 private:
  // Apart, so that the few instructions of of() are in line wherever something is counted.
  std::vector<std::int64_t>& look_for(int task, std::size_t events);

  struct Owned {
    int task;
    std::vector<std::int64_t> counts;
  };
  std::vector<Owned> all_;
  std::size_t last_ = 0;  // of the last call
};

}  // namespace subvolt::kernel
