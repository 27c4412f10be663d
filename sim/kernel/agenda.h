// Things to do at known times, in time order and, at one time, in the order they were put down.
//
// For a component that knows of several at once. It is called when the first is due, and works off what is due:
//   for (Todo todo; agenda_.take_due(todo);) { ... }
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "sim/kernel/timeline.h"
#include "sim/units/picoseconds.h"

namespace subvolt::kernel {

template <class T>
class Agenda {
 public:
  explicit Agenda(std::function<void()> on_due) : timer_(std::move(on_due)) {}

  // `at` is now or later.
  void add(Picoseconds at, T what) {
    entries_.push_back({at, what});
    auto place = entries_.end() - 1;
    for (; place != entries_.begin() && (place - 1)->at <= at; --place) *place = std::move(*(place - 1));
    *place = {at, std::move(what)};
    timer_.at(at);
  }

  // Takes the first entry if it is due. When none is, on_due is called for the next one.
  bool take_due(T& what) {
    if (entries_.empty()) return false;
    if (entries_.back().at > time_now()) {
      timer_.at(entries_.back().at);
      return false;
    }
    what = std::move(entries_.back().what);
    entries_.pop_back();
    return true;
  }

 private:
  struct Entry {
    Picoseconds at;
    T what;
  };

  std::vector<Entry> entries_;  // few, the first one last
  Timer timer_;
};

}  // namespace subvolt::kernel
