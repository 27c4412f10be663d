#include "tests/support/block_engine_twin.h"

#include <algorithm>

namespace subvolt::test {
namespace {

using mapping::BlockOperation;
using M = mapping::BlockEngineMachine;

constexpr std::int64_t kNothing = -1000;  // below any pixel

std::int64_t up(std::int64_t n, std::int64_t by) { return (n + by - 1) / by; }

}  // namespace

std::int64_t BlockNumbers::pixel(std::int64_t y, std::int64_t x, std::int64_t row, std::int64_t column,
                                 std::int64_t channel, bool& there) const {
  const std::int64_t dilation_y = work.kernel_rows > 1 ? (work.window_rows - 1) / (work.kernel_rows - 1) : 1;
  const std::int64_t dilation_x = work.kernel_columns > 1 ? (work.window_columns - 1) / (work.kernel_columns - 1) : 1;
  const std::int64_t from_y = y * work.stride_rows - pad_top + row * dilation_y;
  const std::int64_t from_x = x * work.stride_columns - pad_left + column * dilation_x;
  there = from_y >= 0 && from_y < work.in.rows && from_x >= 0 && from_x < work.in.columns && channel < work.in.channels;
  return there ? input[static_cast<std::size_t>((from_y * work.in.columns + from_x) * work.in.channels + channel)] : 0;
}

std::int64_t BlockNumbers::weight(std::int64_t kernel, std::int64_t row, std::int64_t column,
                                  std::int64_t channel) const {
  const std::int64_t depth = work.operation == BlockOperation::kDepthwise ? 1 : work.in.channels;
  return weights[static_cast<std::size_t>(((kernel * work.kernel_rows + row) * work.kernel_columns + column) * depth +
                                          channel)];
}

std::vector<std::int64_t> BlockNumbers::result() const {
  std::vector<std::int64_t> all;
  const bool element_wise = work.element_wise();
  for (std::int64_t y = 0; y < work.out.rows; ++y) {
    for (std::int64_t x = 0; x < work.out.columns; ++x) {
      for (std::int64_t k = 0; k < work.out.channels; ++k) {
        if (element_wise) {
          const auto i = static_cast<std::size_t>((y * work.out.columns + x) * work.out.channels + k);
          all.push_back(work.operation == BlockOperation::kAdd ? input[i] + other[i] : input[i] * other[i]);
          continue;
        }
        const bool largest = work.operation == BlockOperation::kMaxPool;
        std::int64_t sum = largest ? kNothing : 0;
        for (std::int64_t r = 0; r < work.kernel_rows; ++r) {
          for (std::int64_t s = 0; s < work.kernel_columns; ++s) {
            bool there = false;
            if (work.by_channel()) {
              const std::int64_t p = pixel(y, x, r, s, k, there);
              if (largest) {
                if (there) sum = std::max(sum, p);
              } else {
                sum += work.has_weights() ? p * weight(k, r, s, 0) : p;
              }
              continue;
            }
            for (std::int64_t c = 0; c < work.in.channels; ++c) sum += pixel(y, x, r, s, c, there) * weight(k, r, s, c);
          }
        }
        all.push_back(sum);
      }
    }
  }
  return all;
}

BlockEngineTwin::BlockEngineTwin(const M& machine, const BlockNumbers& numbers, const mapping::BlockChoice& choice)
    : m_(machine), numbers_(numbers), choice_(choice) {
  const mapping::BlockWork& w = numbers.work;
  micro_rows_ = m_.micro.rows;
  micro_columns_ = m_.micro.columns;
  micro_channels_ = m_.micro.channels;
  // Four outputs side by side where they would be a square of which half has none.
  if (micro_rows_ == 2 && w.has_weights() && w.out.rows == 1 && w.out.columns % 2 == 0 && w.kernel_rows == 1) {
    micro_rows_ = 1;
    micro_columns_ = 4;
  }
  block_rows_ = std::min(choice.out.rows, w.out.rows);
  block_columns_ = std::min(choice.out.columns, w.out.columns);
  block_channels_ = std::min(choice.out.channels, w.out.channels);
  y_ = up(block_rows_, micro_rows_);
  x_ = up(block_columns_, micro_columns_);
  z_ = up(block_channels_, micro_channels_);
  for (auto& set : sums_) {
    set.assign(static_cast<std::size_t>(y_ * micro_rows_ * x_ * micro_columns_ * z_ * micro_channels_), 0);
  }
  results_.assign(static_cast<std::size_t>(w.out.elements()), 0);
  times_written_.assign(results_.size(), 0);
}

bool BlockEngineTwin::done() const {
  const auto all = static_cast<std::int64_t>(results_.size());
  if (numbers_.work.element_wise()) return emitted_ >= all;
  return !blocks_left_ && !multiplying_.busy && !scaling_.busy && !waiting_[0] && !waiting_[1];
}

std::int64_t& BlockEngineTwin::sum(std::size_t set, std::int64_t row, std::int64_t column, std::int64_t channel) {
  const std::int64_t columns = x_ * micro_columns_, channels = z_ * micro_channels_;
  return sums_[set][static_cast<std::size_t>((row * columns + column) * channels + channel)];
}

// Clocks of a port that moves whole bursts of which `own` bytes are the block's.
std::int64_t BlockEngineTwin::port_clocks(std::int64_t bytes, std::int64_t own) const {
  const std::int64_t useful = std::min(own, m_.burst);
  std::int64_t clocks = 0;
  for (std::int64_t moved = 0; moved < bytes * m_.burst; moved += m_.port * useful) ++clocks;
  return clocks;
}

// From the request of an input block to its last byte, and of an output block to its last answer.
std::int64_t BlockEngineTwin::memory_clocks() const {
  const mapping::BlockWork& w = numbers_.work;
  const auto least = [](const mapping::BlockSize& a, const mapping::BlockSize& b) {
    return std::min(a.rows, b.rows) * std::min(a.columns, b.columns) * std::min(a.channels, b.channels);
  };
  std::int64_t in_run = 16 * choice_.in.columns, out_run = 16 * choice_.out.columns * m_.cores;
  if (w.linear_in) in_run = choice_.in.channels == 1 ? choice_.in.columns : choice_.in.channels;
  if (w.linear_out) out_run = std::min<std::int64_t>({64, 16 * m_.cores, choice_.out.channels});
  return m_.read_latency + port_clocks(least(w.in, choice_.in), in_run) + m_.write_latency +
         port_clocks(least(w.out, choice_.out), out_run);
}

// A clock brings a sixteenth of what each element takes, and 256 requests' worth of scales.
std::int64_t BlockEngineTwin::output_clocks() const {
  const mapping::BlockWork& w = numbers_.work;
  const std::int64_t elements = block_rows_ * block_columns_ * block_channels_;
  std::int64_t clocks = 0;
  for (std::int64_t given = 0; given < elements * w.element_time(m_); given += 16) ++clocks;
  if (!w.biases) return clocks;
  const std::int64_t latency = w.scale_latency > 0 ? w.scale_latency : m_.read_latency;
  std::int64_t scales = 0;
  for (std::int64_t given = 0; given < 10 * block_channels_ * latency; given += 256) ++scales;
  return std::max(clocks, scales);
}

void BlockEngineTwin::tick() {
  ++clock_;
  if (numbers_.work.element_wise()) return combine();
  if (!multiplying_.busy && blocks_left_ && !waiting_[set_] && !(scaling_.busy && scaling_.set == set_)) begin_block();
  if (!scaling_.busy && waiting_[taken_]) {
    scaling_ = {true, false, 0, taken_, waiting_block_[taken_]};
    waiting_[taken_] = false;
    taken_ = 1 - taken_;
  }
  if (multiplying_.busy) {
    ++multiplying_.clocks;
    for (std::int64_t core = 0; core < m_.cores && !multiplying_.worked; ++core) multiply();
    end_multiply();
  }
  if (scaling_.busy) scale();
}

void BlockEngineTwin::begin_block() {
  multiplying_ = {true, false, 0, set_, next_};
  std::fill(sums_[set_].begin(), sums_[set_].end(), numbers_.work.operation == BlockOperation::kMaxPool ? kNothing : 0);
  chunk_ = kernel_row_ = kernel_column_ = tap_ = eight_ = level_ = 0;
  step_clock_ = decoded_ = stall_ = 0;
  next_.channel += block_channels_;
  if (next_.channel < numbers_.work.out.channels) return;
  next_.channel = 0;
  next_.column += block_columns_;
  if (next_.column < numbers_.work.out.columns) return;
  next_.column = 0;
  next_.row += block_rows_;
  blocks_left_ = next_.row < numbers_.work.out.rows;
}

void BlockEngineTwin::multiply() {
  if (stall_ > 0) {
    if (--stall_ == 0) multiplying_.worked = !step_over();
    return;
  }
  const mapping::BlockWork& w = numbers_.work;
  const std::int64_t rows = std::min<std::int64_t>(8, w.kernel_rows - kernel_row_);
  const std::int64_t columns = std::min<std::int64_t>(8, w.kernel_columns - kernel_column_);
  const std::int64_t stay = w.pools() ? std::max<std::int64_t>(4, rows * columns) : 4;
  if (step_clock_ < stay * x_ * y_) products_of_a_clock();
  ++step_clock_;
  decoded_ += 8;
  const bool weights = w.pools() || decoded_ >= 32 * micro_channels_;
  if (step_clock_ < stay * x_ * y_ || !weights) return;
  // The sums of a lone micro-block are still on their way.
  const bool first_taps = tap_ == 0;
  if (x_ * y_ == 1 && (z_ == 1 || !first_taps) && m_.hazard > 0) {
    stall_ = m_.hazard;
    return;
  }
  multiplying_.worked = !step_over();
}

void BlockEngineTwin::products_of_a_clock() {
  const mapping::BlockWork& w = numbers_.work;
  const std::int64_t rows = std::min<std::int64_t>(8, w.kernel_rows - kernel_row_);
  const std::int64_t columns = std::min<std::int64_t>(8, w.kernel_columns - kernel_column_);
  const std::int64_t stay = w.pools() ? std::max<std::int64_t>(4, rows * columns) : 4;
  const std::int64_t micro = step_clock_ / stay, quarter = step_clock_ % stay;
  const bool fours = w.operation == BlockOperation::kDepthwise || choice_.part_kernel;
  const std::int64_t tap = w.pools() ? quarter : fours ? tap_ + quarter : tap_;
  if (tap >= rows * columns) return;
  const std::int64_t row = kernel_row_ + tap / columns, column = kernel_column_ + tap % columns;
  const std::int64_t depth = std::min(w.in.channels, choice_.in.channels);
  const std::int64_t first = chunk_ * depth + (choice_.part_kernel ? 8 * eight_ : 8 * quarter);
  const std::int64_t end = std::min({w.in.channels, (chunk_ + 1) * depth, first + 8});
  for (std::int64_t r = 0; r < micro_rows_; ++r) {
    for (std::int64_t c = 0; c < micro_columns_; ++c) {
      for (std::int64_t k = 0; k < micro_channels_; ++k) {
        const std::int64_t in_row = micro / x_ * micro_rows_ + r, in_column = micro % x_ * micro_columns_ + c;
        const std::int64_t in_channel = level_ * micro_channels_ + k;
        const std::int64_t y = multiplying_.block.row + in_row, x = multiplying_.block.column + in_column;
        const std::int64_t kernel = multiplying_.block.channel + in_channel;
        if (in_row >= block_rows_ || in_column >= block_columns_ || in_channel >= block_channels_) continue;
        if (y >= w.out.rows || x >= w.out.columns || kernel >= w.out.channels) continue;
        std::int64_t& s = sum(multiplying_.set, in_row, in_column, in_channel);
        bool there = false;
        if (by_channel()) {
          const std::int64_t p = numbers_.pixel(y, x, row, column, kernel, there);
          if (w.operation == BlockOperation::kMaxPool) {
            if (there) s = std::max(s, p);
          } else {
            s += w.has_weights() ? p * numbers_.weight(kernel, row, column, 0) : p;
          }
          ++products_;
          continue;
        }
        for (std::int64_t d = first; d < end; ++d) {
          s += numbers_.pixel(y, x, row, column, d, there) * numbers_.weight(kernel, row, column, d);
          ++products_;
        }
      }
    }
  }
}

// All levels of channels do a step, then eights of channels, taps, sub-kernels, and chunks of channels.
bool BlockEngineTwin::step_over() {
  const mapping::BlockWork& w = numbers_.work;
  step_clock_ = decoded_ = 0;
  const std::int64_t depth = std::min(w.in.channels, choice_.in.channels);
  const bool convolution = w.operation == BlockOperation::kConvolution;
  const bool fours = w.operation == BlockOperation::kDepthwise || choice_.part_kernel;
  const std::int64_t taps = std::min<std::int64_t>(8, w.kernel_rows - kernel_row_) *
                            std::min<std::int64_t>(8, w.kernel_columns - kernel_column_);
  if (++level_ < z_) return true;
  level_ = 0;
  if (convolution && choice_.part_kernel && ++eight_ < up(depth, 8)) return true;
  eight_ = 0;
  tap_ += w.pools() ? taps : fours ? 4 : 1;
  if (tap_ < taps) return true;
  tap_ = 0;
  kernel_column_ += 8;
  if (kernel_column_ < w.kernel_columns) return true;
  kernel_column_ = 0;
  kernel_row_ += 8;
  if (kernel_row_ < w.kernel_rows) return true;
  kernel_row_ = 0;
  return !by_channel() && ++chunk_ < up(w.in.channels, depth);
}

// Four blocks are under way: one leaves each quarter of the time that it takes from its first read to its last write.
void BlockEngineTwin::end_multiply() {
  if (!multiplying_.worked) return;
  if (multiply_clocks_ < 0) multiply_clocks_ = multiplying_.clocks;
  const std::int64_t interval = up(memory_clocks() + multiply_clocks_ + output_clocks(), 4);
  if (multiplying_.clocks < interval) return;
  multiplying_.busy = false;
  waiting_[multiplying_.set] = true;
  waiting_block_[multiplying_.set] = multiplying_.block;
  set_ = 1 - set_;
}

void BlockEngineTwin::scale() {
  const mapping::BlockWork& w = numbers_.work;
  ++scaling_.clocks;
  const std::int64_t interval = up(memory_clocks() + multiply_clocks_ + output_clocks(), 4);
  if (scaling_.clocks < std::max(output_clocks(), interval)) return;
  scaling_.busy = false;
  for (std::int64_t r = 0; r < std::min(block_rows_, w.out.rows - scaling_.block.row); ++r) {
    for (std::int64_t c = 0; c < std::min(block_columns_, w.out.columns - scaling_.block.column); ++c) {
      for (std::int64_t k = 0; k < std::min(block_channels_, w.out.channels - scaling_.block.channel); ++k) {
        const auto at = static_cast<std::size_t>(
            ((scaling_.block.row + r) * w.out.columns + scaling_.block.column + c) * w.out.channels +
            scaling_.block.channel + k);
        results_[at] = sum(scaling_.set, r, c, k);
        ++times_written_[at];
      }
    }
  }
}

// Elements leave as the stage gets to them and as blocks come; in bricks the places of missing channels take their
// time.
void BlockEngineTwin::combine() {
  const mapping::BlockWork& w = numbers_.work;
  const std::int64_t time = w.element_time(m_), block = choice_.out.elements();
  const std::int64_t slot = 16 * memory_clocks() + block * time;
  const std::int64_t channels = w.linear_out ? w.out.channels : up(w.out.channels, 16) * 16;
  const std::int64_t padded = w.out.rows * w.out.columns * channels;
  const auto all = static_cast<std::int64_t>(results_.size());
  std::int64_t places = std::min({padded, clock_ * 16 / time, clock_ * 64 * block / slot});
  while (emitted_ < all) {
    const std::int64_t place = emitted_ / w.out.channels * channels + emitted_ % w.out.channels;
    const bool last = emitted_ + 1 == all;
    if ((last ? padded - 1 : place) >= places) return;
    const auto i = static_cast<std::size_t>(emitted_++);
    results_[i] = w.operation == BlockOperation::kAdd ? numbers_.input[i] + numbers_.other[i]
                                                      : numbers_.input[i] * numbers_.other[i];
    ++times_written_[i];
  }
}

}  // namespace subvolt::test
