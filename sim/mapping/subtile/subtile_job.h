// A job of a sub-tile engine in closed form: cycles by phase, and what it multiplies and streams.
//
// Phases do not overlap (models/hw/subtile/subtile.h tells where their times are from). Of a sub-tile of K kernels,
// with b bits of a weight,
//   for each block of input channels  input    N + load_latency
//                                     offset   offset, depthwise: and K
//                                     multiply multiply_latency + K m
//                                     index    index
//   then                              scale    scale_latency + ceil(K scale_bytes / 4)
//                                     bias     bias_latency + ceil(K / 8)      if there are biases
//                                     shift    ceil(K / 4)                     if kernels have shifts of their own
//                                     output   output_latency + 9
//            N: slots of the input buffer   m                 input channels of a block
//   window   25                             b                 inputs
//   point    13, of which 9 are read        1                 inputs
//   linear   inputs                         b                 inputs squared
//   depthwise 25                            b                 inputs, which are the sub-tile's kernels; one block
// A job is `start` and the phases of all sub-tiles: 3 x 3 outputs each, all blocks of kernels. With a stride of 2 a
// sub-tile keeps 2 x 2 of its outputs, and each is a job of its own.
#pragma once

#include <cstdint>
#include <string>

#include "sim/mapping/subtile/subtile_machine.h"
#include "sim/mapping/tile/tile.h"

namespace subvolt::mapping {

struct SubtileJob {
  SubtileMode mode = SubtileMode::kPoint;
  std::int64_t rows = 1, columns = 1;    // outputs
  std::int64_t window = 1;               // taps that are multiplied, of those that the mode has
  std::int64_t inputs = 1, kernels = 1;  // depthwise: as many of both
  std::int64_t bits = 8;                 // of a weight
  bool halved = false;                   // stride 2
  bool biases = false;

  std::int64_t macs() const {
    return rows * columns * window * kernels * (mode == SubtileMode::kDepthwise ? 1 : inputs);
  }
  friend bool operator==(const SubtileJob& a, const SubtileJob& b) {
    return a.mode == b.mode && a.rows == b.rows && a.columns == b.columns && a.window == b.window &&
           a.inputs == b.inputs && a.kernels == b.kernels && a.bits == b.bits && a.halved == b.halved &&
           a.biases == b.biases;
  }
};

struct SubtileActivity {
  // Cycles by phase.
  std::int64_t start = 0, input = 0, offset = 0, multiply = 0, latency = 0, index = 0, scale = 0, output = 0;
  // Of these `multiply` are those in which products are formed; `scale` is that of biases and shifts, too.
  std::int64_t cycles() const { return start + input + offset + multiply + latency + index + scale + output; }

  std::int64_t macs = 0;
  std::int64_t bit_products = 0;  // of one bit of a weight and an input: MACs x bits
  std::int64_t results = 0;       // scaled and written
  // Streamed from and to the L1, of whole accesses; results are those that there are, of `writes` accesses.
  std::int64_t input_bytes = 0, weight_bytes = 0, scale_bytes = 0, output_bytes = 0;
  std::int64_t reads = 0, writes = 0;  // accesses
  std::int64_t accumulator_bytes = 0;  // latched
  friend bool operator==(const SubtileActivity& a, const SubtileActivity& b) {
    return a.start == b.start && a.input == b.input && a.offset == b.offset && a.multiply == b.multiply &&
           a.latency == b.latency && a.index == b.index && a.scale == b.scale && a.output == b.output &&
           a.macs == b.macs && a.bit_products == b.bit_products && a.results == b.results &&
           a.input_bytes == b.input_bytes && a.weight_bytes == b.weight_bytes && a.scale_bytes == b.scale_bytes &&
           a.output_bytes == b.output_bytes && a.reads == b.reads && a.writes == b.writes &&
           a.accumulator_bytes == b.accumulator_bytes;
  }
};

SubtileActivity subtile_activity(const SubtileMachine& machine, const SubtileJob& job);

// What the operands of a job take of the L1: weights as the engine reads them, blocks of channels and windows whole.
struct SubtileOperands {
  std::int64_t weights = 0, biases = 0, output = 0;
};
SubtileOperands subtile_operands(const SubtileMachine& machine, const SubtileJob& job);

// The job of a command. Groups are depthwise channels; `accumulate` says that biases are added. A linear one is a
// window that is as wide as there are inputs, over a line of them; with no more than kWindow of them there is none.
SubtileJob subtile_job(const Tile& tile);
// Why the engine has no way to do it: "has no window of 5x5"; empty: it has.
std::string subtile_obstacle(const SubtileMachine& machine, const Tile& tile);

}  // namespace subvolt::mapping
