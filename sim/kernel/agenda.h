// Things to do at known times, in time order and, at one time, in the order they were put down.
//
// Saves a component one sc_event and one process per timer. Its only process is sensitive to event() and
// works off what is due:
//   for (Todo todo; agenda_.take_due(todo);) { ... }
#pragma once

#include <cstdint>
#include <systemc>
#include <utility>
#include <vector>

#include "sim/kernel/clock_domain.h"

namespace subvolt::kernel {

template <class T>
class Agenda {
 public:
  const sc_core::sc_event& event() const { return event_; }

  // `at_ps` is now or later; now means the next delta cycle.
  void add(std::int64_t at_ps, T what) {
    auto place = entries_.end();
    while (place != entries_.begin() && (place - 1)->at_ps <= at_ps) --place;
    entries_.insert(place, {at_ps, std::move(what)});
    wake_at(at_ps);
  }

  // Takes the first entry if it is due. When none is, the event is set for the next one.
  bool take_due(T& what) {
    if (entries_.empty()) return false;
    if (entries_.back().at_ps > now_ps()) {
      wake_at(entries_.back().at_ps);
      return false;
    }
    what = std::move(entries_.back().what);
    entries_.pop_back();
    return true;
  }

 private:
  struct Entry {
    std::int64_t at_ps;
    T what;
  };

  // Of several notifications SystemC keeps the earliest.
  void wake_at(std::int64_t at_ps) { event_.notify(from_ps(at_ps - now_ps())); }

  std::vector<Entry> entries_;  // few, the first one last
  sc_core::sc_event event_;
};

}  // namespace subvolt::kernel
