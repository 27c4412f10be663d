#include "sim/mapping/block_engine/block_choice.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "sim/units/counts.h"

namespace subvolt::mapping {
namespace {

using M = BlockEngineMachine;

constexpr std::int64_t kSumBytes = 4, kAlign = 8, kTwice = 2;
// Channels of an input block.
constexpr std::int64_t kDeepInput = 32, kPartInput = 16;
// Below these a block is preferred to an equal one for the input that it covers.
constexpr std::int64_t kSmallSide = 4;

std::int64_t round_up(std::int64_t n, std::int64_t grain) { return ceil_div(n, grain) * grain; }

// The better use of the multipliers: 32 channels, or 8 channels of 4 taps.
bool takes_parts(const BlockWork& work) {
  if (work.operation != BlockOperation::kConvolution && work.operation != BlockOperation::kDepthwise) return false;
  const std::int64_t depth = work.in.channels, taps = work.taps();
  if (depth <= M::kDot) return true;
  const auto share = [](std::int64_t used, std::int64_t of) {
    return static_cast<double>(used) / static_cast<double>(of);
  };
  return share(depth * taps, round_up(depth, M::kDot) * round_up(taps, M::kStep)) >
         share(depth, round_up(depth, kDeepInput));
}

class Choosing {
 public:
  Choosing(const M& machine, const BlockWork& work)
      : m_(machine), work_(work), parts_(takes_parts(work)), area_(work.window_rows * work.window_columns) {
    sub_kernels_ = ceil_div(work.window_rows, M::kSubKernel) * ceil_div(work.window_columns, M::kSubKernel);
  }

  std::optional<BlockChoice> run() {
    const auto most = [](std::int64_t size, std::int64_t largest, std::int64_t micro) {
      return round_up(std::min(size, largest), micro);
    };
    const BlockSize end{most(work_.out.rows, M::kLargest.rows, m_.micro.rows),
                        most(work_.out.columns, M::kLargest.columns, m_.micro.columns),
                        most(work_.out.channels, M::kLargest.channels, m_.micro.channels)};
    // Blocks of fewer channels than there are hold whole bricks.
    const auto in_bricks = [&](std::int64_t channels) {
      return channels < work_.out.channels ? round_up(channels, M::kBrick) : channels;
    };
    for (std::int64_t c = in_bricks(std::max(m_.micro.channels, std::min(end.channels, M::kBrick))); c <= end.channels;
         c = in_bricks(c + m_.micro.channels)) {
      too_large_.clear();
      for (std::int64_t rows = m_.micro.rows; rows <= end.rows; rows += m_.micro.rows) {
        for (std::int64_t columns = m_.micro.columns; columns <= end.columns; columns += m_.micro.columns) {
          if (too_large_.count({rows, columns}) == 0) consider({rows, columns, c});
        }
      }
    }
    return best_;
  }

 private:
  BlockSize input_of(const BlockSize& out) const {
    const auto lines = [](std::int64_t size, std::int64_t stride, std::int64_t window, std::int64_t micro) {
      return round_up((size - 1) * stride + std::min(window, M::kSubKernel), micro);
    };
    const std::int64_t most = parts_ ? kPartInput : kDeepInput;
    const std::int64_t channels =
        work_.by_channel() ? out.channels : round_up(std::min(work_.in.channels, most), M::kDot);
    return {lines(out.rows, work_.stride_rows, work_.window_rows, m_.micro.rows),
            lines(out.columns, work_.stride_columns, work_.window_columns, m_.micro.columns), channels};
  }

  bool fits(const BlockSize& out, const BlockSize& in) const {
    const auto banks = [](const BlockSize& block, std::int64_t bytes, std::int64_t grain) {
      const std::int64_t all = block.rows * block.columns * round_up(block.channels, kAlign) * bytes;
      return round_up(ceil_div(all, M::kBankBytes) * kTwice, grain);
    };
    const std::int64_t input = banks(in, 1, m_.input_grain);
    return (work_.element_wise() ? 2 * input : input + banks(out, kSumBytes, m_.sum_grain)) <=
           m_.block_banks(work_.table);
  }

  // Per output.
  double cost(const BlockSize& out, const BlockSize& in) const {
    const auto share = [](std::int64_t a, std::int64_t b) { return static_cast<double>(a) / static_cast<double>(b); };
    const auto all = static_cast<double>(work_.out.elements());
    if (work_.element_wise()) return std::max(1.0, all / static_cast<double>(out.elements()));
    const double rows = share(work_.out.rows, out.rows), columns = share(work_.out.columns, out.columns);
    const auto depth = static_cast<double>(work_.in.channels);
    double input = static_cast<double>(in.rows * in.columns * sub_kernels_) * depth * rows * columns;
    if (!work_.by_channel()) input *= static_cast<double>(ceil_div(work_.out.channels, out.channels));
    double weights = 0.0;
    if (work_.operation == BlockOperation::kConvolution || work_.operation == BlockOperation::kDepthwise) {
      const std::int64_t blocks = ceil_div(work_.out.rows, out.rows) * ceil_div(work_.out.columns, out.columns);
      weights = static_cast<double>(area_ * blocks) * depth;
      if (work_.operation == BlockOperation::kConvolution) weights *= static_cast<double>(work_.out.channels);
    }
    return (input + weights) / all;
  }

  void consider(const BlockSize& block) {
    const BlockSize in = input_of(block);
    // A line of outputs takes the accumulators of one.
    BlockSize out = block;
    if (work_.out.rows == 1 && work_.window_rows == 1 && m_.micro.rows == 2) out.rows = 1;
    if (!fits(out, in)) {
      too_large_.insert({block.columns, block.rows});
      return;
    }
    double now = cost(out, in);
    if (work_.in.elements() < kTwice * in.elements()) now /= 2.0;
    if (now > least_) return;
    if (now < least_) {
      covered_ = std::numeric_limits<double>::infinity();
    } else {
      // Equal ones: only small blocks, by how much of the input they cover.
      const std::int64_t lines = std::min(work_.in.rows, in.rows) * std::min(work_.in.columns, in.columns);
      const double covered = static_cast<double>(work_.in.rows * work_.in.columns) / static_cast<double>(lines);
      if (covered > covered_ || block.rows > kSmallSide || block.columns > kSmallSide) return;
      covered_ = covered;
    }
    least_ = now;
    best_ = BlockChoice{block, in, parts_};
  }

  const M& m_;
  const BlockWork& work_;
  bool parts_;
  std::int64_t area_, sub_kernels_ = 1;
  std::set<std::pair<std::int64_t, std::int64_t>> too_large_;  // what does not fit the other way round either
  double least_ = std::numeric_limits<double>::infinity(), covered_ = least_;
  std::optional<BlockChoice> best_;
};

}  // namespace

std::optional<BlockChoice> choose_block(const BlockEngineMachine& machine, const BlockWork& work) {
  return Choosing(machine, work).run();
}

}  // namespace subvolt::mapping
