// Cuts a block of memory into bursts.
//
// Runs that lie behind each other in memory are one run (row_stride == row_bytes, likewise planes). Within a
// run, bursts end at multiples of `burst`, a power of two: the first and last one may be shorter, and none
// crosses the 4 KiB boundary that AXI forbids to cross (ARM IHI 0022, A3.4.1).
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

class BurstCutter {
 public:
  struct Burst {
    Address address = 0;
    std::int64_t bytes = 0;
  };
  BurstCutter() = default;
  BurstCutter(const Block& block, std::int64_t burst);
  bool done() const { return left_ == 0; }
  Burst next();                                // only while not done()
  std::int64_t left() const { return left_; }  // bytes not yet handed out
  Address address() const {                    // of the next one
    return block_.base + static_cast<Address>(plane_ * block_.plane_stride + row_ * block_.row_stride + offset_);
  }
  // Those of them that follow the last burst without a gap.
  std::int64_t run() const { return std::min(block_.row_bytes - offset_, left_); }
  // As next(), so many times, for bursts that are full and have more of their run behind them.
  void skip(std::int64_t bursts) {
    offset_ += bursts * burst_;
    left_ -= bursts * burst_;
  }

 private:
  Block block_;
  std::int64_t burst_ = 1;
  std::int64_t left_ = 0;                          // bytes of the block not yet handed out
  std::int64_t plane_ = 0, row_ = 0, offset_ = 0;  // where the next burst begins
};

}  // namespace subvolt::mapping
