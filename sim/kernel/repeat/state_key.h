// All that a machine's future depends on, as numbers that do not depend on when it is: equal keys, equal futures.
//
// Components add what they remember: times relative to now, those that have passed as 0, edges likewise; never what
// they have counted, nor what only names things (ids, positions in a list). What is left out on purpose, and what that
// costs, is told where it is left out (models/mem/dram/engine_state.cpp).
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/kernel/sim_time.h"

namespace subvolt::kernel {

class StateKey {
 public:
  void add(std::int64_t number) { numbers_.push_back(number); }
  template <class Tag>
  void add(Count<Tag> count) {
    add(count.value());
  }
  // How far a time, edge or tick lies ahead of `now`; the largest number of its type stands for never.
  void add_ahead(std::int64_t at, std::int64_t now) {
    constexpr std::int64_t kNot = std::numeric_limits<std::int64_t>::max();
    add(at == kNot ? kNot : std::max<std::int64_t>(at - now, 0));
  }
  void add_ahead(Picoseconds at, Picoseconds now) { add_ahead(at.value(), now.value()); }
  void add_ahead(Picoseconds at) { add_ahead(at, time_now()); }

  // Something is under way, which nobody describes: no key of this moment.
  void at_work_if(bool at_work) { at_rest_ = at_rest_ && !at_work; }
  bool at_rest() const { return at_rest_; }
  // There is state that nobody describes: no key of any moment.
  void not_known() { known_ = false; }
  bool known() const { return known_; }

  const std::vector<std::int64_t>& numbers() const { return numbers_; }

 private:
  std::vector<std::int64_t> numbers_;
  bool at_rest_ = true, known_ = true;
};

}  // namespace subvolt::kernel
