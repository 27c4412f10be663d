// Things to do at known times, in time order and, at one time, in the order they were put down.
//
// Saves a component one sc_event and one process per timer. Its only process is sensitive to event() and
// works off what is due:
//   for (Todo todo; agenda_.take_due(todo);) { ... }
#pragma once

#include <algorithm>
#include <cstdint>
#include <systemc>
#include <vector>

#include "sim/kernel/clock_domain.h"

namespace subvolt::kernel {

template <class T>
class Agenda {
 public:
  const sc_core::sc_event& event() const { return event_; }

  // `at_ps` is now or later; now means the next delta cycle.
  void add(std::int64_t at_ps, T what) {
    entries_.push_back({at_ps, next_++, what});
    std::push_heap(entries_.begin(), entries_.end(), later);
    // Of several notifications SystemC keeps the earliest.
    event_.notify(from_ps(at_ps - now_ps()));
  }

  // Takes the first entry if it is due. When none is, the event is set for the next one.
  bool take_due(T& what) {
    if (entries_.empty()) return false;
    const std::int64_t wait_ps = entries_.front().at_ps - now_ps();
    if (wait_ps > 0) {
      event_.notify(from_ps(wait_ps));
      return false;
    }
    what = entries_.front().what;
    std::pop_heap(entries_.begin(), entries_.end(), later);
    entries_.pop_back();
    return true;
  }

 private:
  struct Entry {
    std::int64_t at_ps;
    std::uint64_t order;
    T what;
  };
  static bool later(const Entry& a, const Entry& b) {
    return a.at_ps != b.at_ps ? a.at_ps > b.at_ps : a.order > b.order;
  }

  std::vector<Entry> entries_;
  std::uint64_t next_ = 0;
  sc_core::sc_event event_;
};

}  // namespace subvolt::kernel
