// Accesses under way and the ends of those whose last burst has been sent off, in order of time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/kernel/memory_engine.h"
#include "sim/units/picoseconds.h"

namespace subvolt::mem::dram {

class Completions {
 public:
  // An access of so many bursts; returns what its bursts are filed under.
  std::uint32_t begin(std::uint32_t id, std::int64_t bursts) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(accesses_.size()));
      accesses_.emplace_back();
    }
    const std::uint32_t access = free_.back();
    free_.pop_back();
    accesses_[access] = {id, bursts, 0};
    if (fewest_ > 0) fewest_ = std::min(fewest_, bursts);
    if (under_way_++ == 0) fewest_ = bursts;
    return access;
  }
  // Of so many of its bursts the last one ends.
  void bursts_end(std::uint32_t access, Picoseconds last, std::int64_t bursts = 1) {
    Access& a = accesses_[access];
    a.end = std::max(a.end, last);
    if ((a.bursts -= bursts) > 0) {
      if (fewest_ > 0) fewest_ = std::min(fewest_, a.bursts);
      return;
    }
    --under_way_;
    fewest_ = 0;
    // Nearly in order: writes may end before reads that were sent off earlier.
    const auto at = std::upper_bound(done_.begin() + static_cast<std::ptrdiff_t>(taken_), done_.end(), a.end,
                                     [](Picoseconds t, const kernel::MemoryCompletion& c) { return t < c.at; });
    done_.insert(at, {a.id, a.end});
    free_.push_back(access);
  }
  // Of the access under way that lacks the fewest, so many bursts; 0: none is under way.
  std::int64_t fewest_bursts() const {
    if (fewest_ > 0 || under_way_ == 0) return fewest_;
    for (const Access& a : accesses_) {
      if (a.bursts > 0 && (fewest_ == 0 || a.bursts < fewest_)) fewest_ = a.bursts;
    }
    return fewest_;
  }
  bool take(Picoseconds until, kernel::MemoryCompletion& completion) {
    if (taken_ == done_.size() || done_[taken_].at > until) return false;
    completion = done_[taken_++];
    constexpr std::size_t kLongPast = 256;
    if (taken_ == done_.size() || taken_ == kLongPast) {
      done_.erase(done_.begin(), done_.begin() + static_cast<std::ptrdiff_t>(taken_));
      taken_ = 0;
    }
    return true;
  }

 private:
  struct Access {
    std::uint32_t id = 0;
    std::int64_t bursts = 0;
    Picoseconds end{};
  };
  std::vector<Access> accesses_;
  std::vector<std::uint32_t> free_;
  std::vector<kernel::MemoryCompletion> done_;
  std::size_t taken_ = 0;
  std::int64_t under_way_ = 0;
  mutable std::int64_t fewest_ = 0;  // 0: not known, or none
};

}  // namespace subvolt::mem::dram
