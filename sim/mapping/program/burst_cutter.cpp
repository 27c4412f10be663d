#include "sim/mapping/program/burst_cutter.h"

#include <algorithm>

namespace subvolt::mapping {

BurstCutter::BurstCutter(const Block& block, std::int64_t burst) : block_(block), burst_(burst), left_(block.bytes()) {
  if (block_.rows == 1 || block_.row_stride == block_.row_bytes) {
    block_.row_bytes *= block_.rows;  // a plane is one run
    block_.rows = block_.planes;
    block_.row_stride = block_.plane_stride;
    block_.planes = 1;
    if (block_.rows > 1 && block_.row_stride == block_.row_bytes) {
      block_.row_bytes *= block_.rows;
      block_.rows = 1;
    }
  }
}

BurstCutter::Burst BurstCutter::next() {
  Burst out;
  out.address = address();
  const auto into = static_cast<std::int64_t>(out.address % static_cast<Address>(burst_));
  out.bytes = std::min(block_.row_bytes - offset_, burst_ - into);
  left_ -= out.bytes;
  offset_ += out.bytes;
  if (offset_ == block_.row_bytes) {
    offset_ = 0;
    if (++row_ == block_.rows) {
      row_ = 0;
      ++plane_;
    }
  }
  return out;
}

}  // namespace subvolt::mapping
