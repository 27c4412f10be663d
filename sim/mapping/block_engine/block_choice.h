// Which blocks a block engine cuts a layer into.
//
// A block of outputs needs, twice in the shared buffer, its input block and its accumulators of 32 bits:
//   input   ceil(rows x columns x channels rounded up to 8 / 1024) x 2 banks, rounded up to input_grain
//   sums    ceil(rows x columns x channels rounded up to 8 x 4 / 1024) x 2 banks, rounded up to sum_grain
//   together no more than banks - 2 - end_banks; element-wise: two inputs and no sums
// Of an input block the lines are those under the outputs, a window of eight by eight taps at most, rounded up to
// micro-blocks; the channels those of the outputs where each output channel has its own, else 32, or 16 where taps are
// taken four at a time.
// Of those that fit, the one that reads least per output:
//   input    rows x columns of the input block x all channels x sub-kernels x (out / block, not rounded, each way)
//            x ceil(channels / block) unless each output channel has its own
//   weights  window x input channels x blocks over the image (x channels)
// halved where two input blocks hold all of the input. Element-wise: the fewest blocks.
// Source: how Arm's compiler Vela chooses (ethos-u-vela 3.10, architecture_allocator.py), which is part of the
// machine's published performance.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/mapping/block_engine/block_work.h"

namespace subvolt::mapping {

struct BlockChoice {
  BlockSize out, in;
  // Taps four at a time, eight channels each, instead of 32 channels of one.
  bool part_kernel = false;
};

// Nothing: not even the smallest fits.
std::optional<BlockChoice> choose_block(const BlockEngineMachine& machine, const BlockWork& work);

}  // namespace subvolt::mapping
