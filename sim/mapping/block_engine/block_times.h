// How long a block engine takes for blocks, in closed form.
//
// Of a block of outputs with X x Y x Z micro-blocks (models/hw/block_engine/block_engine.h tells what they are),
//   step      max(4 X Y, 4 micro channels): each micro-block four cycles, or until eight weights a cycle are decoded
//   steps     of taps: all, or by fours (part kernel, depthwise); part kernel: of each eight input channels of the
//   block multiply  sum over the sub-kernels (8 x 8 taps at most) of steps x step x Z
//             pools: of max(4, taps) X Y Z
//             + hazard, where X = Y = 1: of each step if Z = 1, else of all but that of the first taps for each Z
//             x ceil(input channels / those of the block), not where each output channel has its own
//             / cores
//   output    max(elements x element time, scales: 10 bytes of each channel x read latency / 256)
//   interval  (read latency + input block / port + multiply + output + output block / port + write latency) / 4:
//             four blocks are under way, reads and writes move whole bursts
// and all is, with n blocks and the two stages working side by side,
//   n max(multiply, output, interval) + max(min(multiply, output), interval)
// Element-wise: n elements take max(element time, interval / elements of the block) each.
// A single line of an even number of outputs whose window is one line high is computed in micro-blocks of 1 x 4 where
// they are 2 x 2 else.
// Source: Arm's compiler Vela (ethos-u-vela 3.10, npu_performance.py), which is a model of the machine and no
// measurement. Here every time of a block is rounded up to whole cycles.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/block_engine/block_choice.h"

namespace subvolt::mapping {

// Micro-blocks of a block as they are walked.
struct MicroBlocks {
  BlockSize size;   // of one, outputs
  BlockSize block;  // outputs of the block
  BlockSize count;  // of micro-blocks
};
MicroBlocks micro_blocks(const BlockEngineMachine& machine, const BlockWork& work, const BlockChoice& choice);

// Taps of its sub-kernels, row by row.
std::vector<BlockSize> sub_kernels(const BlockWork& work);

struct BlockTimes {
  std::int64_t multiply = 0, output = 0, interval = 0;  // of a block
  std::int64_t blocks = 0;
  std::int64_t all = 0;  // cycles of the layer
};
BlockTimes block_times(const BlockEngineMachine& machine, const BlockWork& work, const BlockChoice& choice);

}  // namespace subvolt::mapping
