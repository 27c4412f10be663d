// An engine of sub-tiles with bit-serial weights, as NE16 is one, as the planner, the simulated component and the tests
// see it. Times are cycles of its clock.
//
// What it does with a job is told in models/hw/subtile/subtile.h.
#pragma once

#include <cstdint>

#include "sim/units/counts.h"

namespace subvolt::mapping {

enum class SubtileMode {
  kWindow,     // 3x3: dense windows of up to 3 x 3
  kPoint,      // 1x1: dense single pixels, all bits of a weight at once
  kLinear,     // one pixel of many channels
  kDepthwise,  // 3x3, each channel by itself
};

struct SubtileMachine {
  // Outputs of a sub-tile and taps of a window, each way. Both are 3 in the only machine that there is.
  static constexpr std::int64_t kSide = 3, kWindow = 3;

  std::int64_t inputs = 16;     // input channels of a block
  std::int64_t kernels = 32;    // accumulators of each output position: kernels of a sub-tile
  std::int64_t least_bits = 2;  // of weights
  std::int64_t most_bits = 8;
  std::int64_t scale_bytes = 1;   // of a kernel
  bool kernel_shifts = false;     // a shift per kernel is read besides
  std::int64_t start = 2;         // of a job, beside its phases
  std::int64_t load_latency = 6;  // of the phases that read the input buffer's data,
  std::int64_t offset = 6;        // that correct for the weights' offset,
  std::int64_t multiply_latency = 6;
  std::int64_t index = 2;  // to the next block
  std::int64_t scale_latency = 9, bias_latency = 8;
  std::int64_t output_latency = 3;
  std::int64_t port = 32;  // bytes of scales, biases and results of an access

  static constexpr std::int64_t outputs() { return kSide * kSide; }
  static constexpr std::int64_t taps() { return kWindow * kWindow; }
  // Input pixels under a sub-tile of windows, each way.
  static constexpr std::int64_t kUnder = kSide + kWindow - 1;
  // Of one bit of a weight and an input, in a cycle.
  std::int64_t products() const { return outputs() * taps() * inputs; }
  std::int64_t most_macs_per_cycle() const { return products() / least_bits; }
  // Channels that a linear job takes at a time: a byte of each, `inputs` at each of so many reads.
  std::int64_t linear_inputs() const { return inputs * inputs; }
};

}  // namespace subvolt::mapping
