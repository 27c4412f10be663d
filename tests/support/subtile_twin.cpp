#include "tests/support/subtile_twin.h"

#include <algorithm>

namespace subvolt::test {

std::int64_t SubtileWork::pixel(std::int64_t y, std::int64_t x, int channel) const {
  if (y < 0 || y >= dense.height || x < 0 || x >= dense.width || channel >= dense.inputs) return 0;
  return dense.input[static_cast<std::size_t>((y * dense.width + x) * dense.inputs + channel)];
}

std::int64_t SubtileWork::weight(int kernel, int channel, int row, int column) const {
  if (row >= dense.rows || column >= dense.columns) return 0;
  if (!depthwise) return channel < dense.inputs ? dense.weight(kernel, channel, row, column) : 0;
  return dense.weights[static_cast<std::size_t>((kernel * dense.rows + row) * dense.columns + column)];
}

std::vector<std::int64_t> SubtileWork::result() const {
  std::vector<std::int64_t> all;
  if (!depthwise) {
    all = dense.result();
  } else {
    for (int c = 0; c < dense.inputs; ++c) {
      Convolution one = dense;
      one.inputs = one.kernels = 1;
      one.input.clear();
      for (std::size_t p = static_cast<std::size_t>(c); p < dense.input.size();
           p += static_cast<std::size_t>(dense.inputs)) {
        one.input.push_back(dense.input[p]);
      }
      const auto taps = dense.rows * dense.columns;
      one.weights.assign(dense.weights.begin() + c * taps, dense.weights.begin() + (c + 1) * taps);
      for (const std::int64_t sum : one.result()) all.push_back(sum);
    }
  }
  const std::size_t positions = all.size() / static_cast<std::size_t>(dense.kernels);
  for (std::size_t i = 0; i < all.size() && !biases.empty(); ++i) all[i] += biases[i / positions];
  return all;
}

SubtileTwin::SubtileTwin(const mapping::SubtileMachine& machine, const SubtileWork& work)
    : machine_(machine), work_(work) {
  const auto all = static_cast<std::size_t>(work.dense.kernels * work.dense.out_width * work.dense.out_height);
  results_.assign(all, 0);
  times_written_.assign(all, 0);
  enter(Phase::kStart);
}

// Phases without cycles are passed at once.
void SubtileTwin::enter(Phase phase) {
  phase_ = phase;
  at_ = 0;
  if (phase == Phase::kStart && machine_.start == 0) enter(Phase::kInput);
  if (phase == Phase::kOffset && machine_.offset + (work_.depthwise ? 1 : 0) == 0) correct();
  if (phase == Phase::kIndex && machine_.index == 0) index();
  if (phase == Phase::kInput && block_ == 0) {
    sums_.assign(static_cast<std::size_t>(kernels_now()), {});
  }
}

int SubtileTwin::kernels_now() const {
  const auto at_once = static_cast<int>(work_.depthwise ? machine_.inputs : machine_.kernels);
  return std::min(at_once, work_.dense.kernels - kernel_);
}

void SubtileTwin::tick() {
  switch (phase_) {
    case Phase::kStart:
      count(0);
      if (++at_ == machine_.start) enter(Phase::kInput);
      return;
    case Phase::kInput:
      count(1);
      return input();
    case Phase::kOffset:
      count(2);
      return offset();
    case Phase::kMultiply:
      return multiply();
    case Phase::kIndex:
      count(5);
      if (++at_ == machine_.index) index();
      return;
    case Phase::kScale:
    case Phase::kBias:
    case Phase::kShift:
      count(6);
      return parameters(phase_);
    case Phase::kOutput:
      count(7);
      return output();
    case Phase::kDone:
      return;
  }
}

// A slot of the buffer a cycle, behind the latency. A line has five; single pixels leave two of each free and end with
// the last that they use.
void SubtileTwin::input() {
  const std::int64_t slot = at_++ - machine_.load_latency;
  if (slot < 0) return;
  const auto channels = static_cast<int>(machine_.inputs);
  if (slot == 0) buffer_.assign(static_cast<std::size_t>(25 * channels), 0);
  if (work_.linear && slot == 0) buffer_.assign(static_cast<std::size_t>(channels * channels), 0);
  const auto y = static_cast<int>(slot / 5), x = static_cast<int>(slot % 5);
  if (!point() || x < 3) {
    ++reads_;
    input_bytes_ += channels;
    for (int c = 0; c < channels; ++c) {
      std::int64_t value = 0;
      if (work_.linear) {
        value = work_.pixel(0, 0, static_cast<int>((block_ * channels + slot) * channels) + c);
      } else {
        const int stride = point() ? work_.dense.stride_y : 1;
        const std::int64_t in_y = (row_ * (point() ? 1 : work_.dense.stride_y) + y) * stride - work_.dense.pad_top;
        const std::int64_t in_x = (column_ * (point() ? 1 : work_.dense.stride_x) + x) * stride - work_.dense.pad_left;
        value = work_.pixel(in_y, in_x, (work_.depthwise ? kernel_ : block_ * channels) + c);
      }
      buffer_[static_cast<std::size_t>(slot * channels + c)] = value;
    }
  }
  const std::int64_t slots = work_.linear ? channels : point() ? 13 : 25;
  if (slot + 1 == slots) enter(Phase::kOffset);
}

void SubtileTwin::offset() {
  if (++at_ == machine_.offset + (work_.depthwise ? kernels_now() : 0)) correct();
}

// Weights are read as unsigned numbers: half of their range times the sum of what they are multiplied by is too much.
void SubtileTwin::correct() {
  const auto channels = static_cast<int>(machine_.inputs);
  const std::int64_t half = std::int64_t{1} << (work_.bits - 1);
  for (int k = 0; k < kernels_now(); ++k) {
    for (int position = 0; position < (work_.linear ? 1 : 9); ++position) {
      std::int64_t sum = 0;
      for (int row = 0; row < (work_.linear ? 1 : work_.dense.rows); ++row) {
        for (int column = 0; column < (work_.linear ? 1 : work_.dense.columns); ++column) {
          const int slot = (position / 3 + row) * 5 + position % 3 + column;
          for (int c = 0; c < channels; ++c) {
            if (work_.depthwise && c != k) continue;
            for (int line = 0; line < (work_.linear ? channels : 1); ++line) {
              sum += buffer_[static_cast<std::size_t>((work_.linear ? line : slot) * channels + c)];
            }
          }
        }
      }
      sums_[static_cast<std::size_t>(k)][static_cast<std::size_t>(position)] -= half * sum;
    }
  }
  enter(Phase::kMultiply);
}

// A word of weights a cycle: a bit of all taps and channels of a kernel, or of single pixels all bits of all channels.
void SubtileTwin::multiply() {
  const std::int64_t step = at_++ - machine_.multiply_latency;
  count(step < 0 ? 4 : 3);
  if (step < 0) return;
  const auto channels = static_cast<int>(machine_.inputs);
  const int per_kernel = point() ? 1 : work_.bits;
  const auto k = static_cast<int>(step / per_kernel), first_bit = static_cast<int>(step % per_kernel);
  ++reads_;
  weight_bytes_ += point() ? work_.bits * channels / 8 : work_.linear ? channels * channels / 8 : 9 * channels / 8;
  const std::int64_t half = std::int64_t{1} << (work_.bits - 1);
  std::array<std::int64_t, 9>& sums = sums_[static_cast<std::size_t>(k)];
  for (int bit = first_bit; bit < (point() ? work_.bits : first_bit + 1); ++bit) {
    if (work_.linear) {
      for (int c = 0; c < channels * channels; ++c) {
        const std::int64_t w = work_.weight(kernel_ + k, block_ * channels * channels + c, 0, 0) + half;
        sums[0] += (w >> bit & 1) * (buffer_[static_cast<std::size_t>(c)] << bit);
      }
      continue;
    }
    for (int row = 0; row < work_.dense.rows; ++row) {
      for (int column = 0; column < work_.dense.columns; ++column) {
        for (int c = 0; c < channels; ++c) {
          if (work_.depthwise && c != k) continue;
          const std::int64_t w = work_.weight(kernel_ + k, block_ * channels + c, row, column) + half;
          if ((w >> bit & 1) == 0) continue;
          for (int position = 0; position < 9; ++position) {
            const int slot = (position / 3 + row) * 5 + position % 3 + column;
            sums[static_cast<std::size_t>(position)] +=
                buffer_[static_cast<std::size_t>(slot * channels + c)] * (std::int64_t{1} << bit);
          }
        }
      }
    }
  }
  if (step + 1 == static_cast<std::int64_t>(kernels_now()) * per_kernel) enter(Phase::kIndex);
}

void SubtileTwin::index() {
  const auto channels = static_cast<int>(machine_.inputs);
  const int at_once = work_.linear ? channels * channels : channels;
  if (!work_.depthwise && (block_ + 1) * at_once < work_.dense.inputs) {
    ++block_;
    return enter(Phase::kInput);
  }
  block_ = 0;
  enter(Phase::kScale);
}

// Words of 32 bytes; four bytes of scales, eight biases or four shifts a cycle, behind the latency.
void SubtileTwin::parameters(Phase phase) {
  const std::int64_t latency = phase == Phase::kScale  ? machine_.scale_latency
                               : phase == Phase::kBias ? machine_.bias_latency
                                                       : 0;
  const std::int64_t bytes = kernels_now() * (phase == Phase::kScale  ? machine_.scale_bytes
                                              : phase == Phase::kBias ? 4
                                                                      : 1);
  const std::int64_t a_cycle = phase == Phase::kBias ? 32 : 4;
  const std::int64_t step = at_++ - latency;
  if (step < 0) return;
  if (step * a_cycle % 32 == 0) ++reads_;
  scale_bytes_ += std::min(a_cycle, bytes - step * a_cycle);
  if ((step + 1) * a_cycle < bytes) return;
  if (phase == Phase::kBias) {
    for (int k = 0; k < kernels_now(); ++k) {
      for (std::int64_t& sum : sums_[static_cast<std::size_t>(k)]) {
        sum += work_.biases[static_cast<std::size_t>(kernel_ + k)];
      }
    }
  }
  if (phase == Phase::kScale && !work_.biases.empty()) return enter(Phase::kBias);
  if (phase != Phase::kShift && machine_.kernel_shifts) return enter(Phase::kShift);
  enter(Phase::kOutput);
}

// An access per position of the sub-tile; those that are not kept write nothing.
void SubtileTwin::output() {
  const std::int64_t access = at_++ - machine_.output_latency;
  if (access < 0) return;
  ++writes_;
  const auto dy = static_cast<int>(access / 3), dx = static_cast<int>(access % 3);
  const int step = side() == 2 ? 2 : 1;
  const int y = row_ + dy / step, x = column_ + dx / step;
  const bool kept = dy % step == 0 && dx % step == 0 && y < work_.dense.out_height && x < work_.dense.out_width;
  for (int k = 0; kept && k < kernels_now(); ++k) {
    const auto at = static_cast<std::size_t>(
        (static_cast<std::int64_t>(kernel_ + k) * work_.dense.out_height + y) * work_.dense.out_width + x);
    results_[at] = sums_[static_cast<std::size_t>(k)][static_cast<std::size_t>(access)];
    ++times_written_[at];
    ++output_bytes_;
  }
  if (access + 1 < 9) return;
  const bool halved = side() == 2;
  if (!next_place()) return enter(Phase::kDone);
  // With a stride of 2 a job is one place, with all its kernels.
  enter(halved && kernel_ == 0 ? Phase::kStart : Phase::kInput);
}

bool SubtileTwin::next_place() {
  const auto at_once = static_cast<int>(work_.depthwise ? machine_.inputs : machine_.kernels);
  const auto next_kernels = [&] {
    kernel_ += at_once;
    if (kernel_ < work_.dense.kernels) return true;
    kernel_ = 0;
    return false;
  };
  const auto next_position = [&] {
    column_ += side();
    if (column_ < work_.dense.out_width) return true;
    column_ = 0;
    row_ += side();
    if (row_ < work_.dense.out_height) return true;
    row_ = 0;
    return false;
  };
  return side() == 2 ? next_kernels() || next_position() : next_position() || next_kernels();
}

}  // namespace subvolt::test
