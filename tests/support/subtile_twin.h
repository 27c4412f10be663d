// A machine of sub-tiles that moves numbers clock by clock: it reads a word a cycle, multiplies a bit of a weight by
// the bytes in its input buffer, adds to its accumulators, and writes an output a cycle. Of the closed form it knows
// the machine's sizes only. Its controller is that of ne16_ctrl_fsm.sv: a phase after the other, kernels outermost,
// then rows, columns, and blocks of channels.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/mapping/subtile/subtile_machine.h"
#include "tests/support/dot_product_twin.h"

namespace subvolt::test {

// A convolution of weights of `bits` bits, dense or channel by channel (then it has as many kernels as inputs, and a
// weight's input channel is 0).
struct SubtileWork {
  Convolution dense;
  bool depthwise = false;
  bool linear = false;
  int bits = 8;
  std::vector<std::int32_t> biases;  // none: empty

  std::int64_t pixel(std::int64_t y, std::int64_t x, int channel) const;
  std::int64_t weight(int kernel, int channel, int row, int column) const;
  // [kernel][position], by a plain convolution.
  std::vector<std::int64_t> result() const;
};

class SubtileTwin {
 public:
  SubtileTwin(const mapping::SubtileMachine& machine, const SubtileWork& work);
  bool done() const { return phase_ == Phase::kDone; }
  void tick();

  // Cycles by phase: start, input, offset, multiply, latency, index, scale with bias and shift, output.
  static constexpr std::size_t kCounted = 8;
  const std::array<std::int64_t, kCounted>& cycles() const { return cycles_; }
  std::int64_t reads() const { return reads_; }
  std::int64_t writes() const { return writes_; }
  std::int64_t input_bytes() const { return input_bytes_; }
  std::int64_t weight_bytes() const { return weight_bytes_; }
  std::int64_t scale_bytes() const { return scale_bytes_; }
  std::int64_t output_bytes() const { return output_bytes_; }
  const std::vector<std::int64_t>& results() const { return results_; }
  const std::vector<int>& times_written() const { return times_written_; }

 private:
  enum class Phase { kStart, kInput, kOffset, kMultiply, kIndex, kScale, kBias, kShift, kOutput, kDone };

  void enter(Phase phase);
  bool point() const { return !work_.linear && !work_.depthwise && work_.dense.rows * work_.dense.columns == 1; }
  int kernels_now() const;
  int side() const { return work_.dense.stride_y == 2 && !point() ? 2 : 3; }
  bool next_place();
  void input();
  void offset();
  void correct();
  void multiply();
  void index();
  void parameters(Phase phase);
  void output();
  void count(std::size_t phase) { ++cycles_[phase]; }

  mapping::SubtileMachine machine_;
  const SubtileWork& work_;
  Phase phase_ = Phase::kStart;
  std::int64_t at_ = 0;                                // cycles in the phase
  int kernel_ = 0, row_ = 0, column_ = 0, block_ = 0;  // firsts of the sub-tile
  std::vector<std::int64_t> buffer_;                   // [slot][channel]
  std::vector<std::array<std::int64_t, 9>> sums_;
  std::array<std::int64_t, kCounted> cycles_{};
  std::int64_t reads_ = 0, writes_ = 0;
  std::int64_t input_bytes_ = 0, weight_bytes_ = 0, scale_bytes_ = 0, output_bytes_ = 0;
  std::vector<std::int64_t> results_;
  std::vector<int> times_written_;
};

}  // namespace subvolt::test
