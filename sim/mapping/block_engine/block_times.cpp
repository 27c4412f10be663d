#include "sim/mapping/block_engine/block_times.h"

#include <algorithm>

#include "sim/units/counts.h"

namespace subvolt::mapping {
namespace {

using M = BlockEngineMachine;

// Bytes of a kernel's scale and bias in the weight stream, and requests of the memory's latency that they stand for.
constexpr std::int64_t kScaleBytes = 10, kScalesAtOnce = 256;
// Of a write that does not go in bricks.
constexpr std::int64_t kLongestLinearWrite = 64;

BlockSize least_of(const BlockSize& a, const BlockSize& b) {
  return {std::min(a.rows, b.rows), std::min(a.columns, b.columns), std::min(a.channels, b.channels)};
}

// Steps over a sub-kernel's taps.
std::int64_t tap_steps(const BlockWork& work, const BlockChoice& choice, std::int64_t taps) {
  if (work.pools()) return 1;
  const bool fours = work.operation == BlockOperation::kDepthwise || choice.part_kernel;
  return fours ? ceil_div(taps, M::kStep) : taps;
}

std::int64_t multiply_time(const M& m, const BlockWork& work, const BlockChoice& choice, const MicroBlocks& micro) {
  const std::int64_t xy = micro.count.rows * micro.count.columns, z = micro.count.channels;
  const std::int64_t channels = std::min(work.in.channels, choice.in.channels);
  const bool parts = work.operation == BlockOperation::kConvolution && choice.part_kernel;
  const std::int64_t eights = parts ? ceil_div(channels, M::kDot) : 1;
  std::int64_t cycles = 0;
  for (const BlockSize& taps : sub_kernels(work)) {
    const std::int64_t n = taps.rows * taps.columns, steps = tap_steps(work, choice, n);
    cycles += work.pools() ? std::max(M::kStep, n) * xy * z
                           : std::max(M::kStep * xy, M::kStep * micro.size.channels) * steps * eights * z;
    if (xy == 1) cycles += m.hazard * eights * (z == 1 ? steps : (steps - 1) * z);
  }
  if (!work.by_channel()) cycles *= ceil_div(work.in.channels, channels);
  return ceil_div(cycles, m.cores);
}

// Of a block's bytes, in bursts of which `run` bytes are its own.
std::int64_t transfer_time(const M& m, std::int64_t bytes, std::int64_t run) {
  return ceil_div(bytes * m.burst, std::min(m.burst, run) * m.port);
}

std::int64_t read_time(const M& m, const BlockWork& work, const BlockSize& block) {
  const std::int64_t run = !work.linear_in       ? M::kBrick * block.columns
                           : block.channels == 1 ? block.columns
                                                 : block.channels;
  return m.read_latency + transfer_time(m, least_of(work.in, block).elements(), run);
}

std::int64_t write_time(const M& m, const BlockWork& work, const BlockSize& block) {
  const std::int64_t run = work.linear_out ? std::min({kLongestLinearWrite, M::kBrick * m.cores, block.channels})
                                           : M::kBrick * block.columns * m.cores;
  return m.write_latency + transfer_time(m, least_of(work.out, block).elements(), run);
}

}  // namespace

MicroBlocks micro_blocks(const M& m, const BlockWork& work, const BlockChoice& choice) {
  MicroBlocks all;
  all.size = m.micro;
  all.block = least_of(work.out, choice.out);
  if (m.micro.rows == 2 && work.has_weights() && work.out.rows == 1 && work.out.columns % 2 == 0 &&
      work.kernel_rows == 1) {
    all.size.rows = 1;
    all.size.columns = m.micro.rows * m.micro.columns;
  }
  all.count = {ceil_div(all.block.rows, all.size.rows), ceil_div(all.block.columns, all.size.columns),
               ceil_div(all.block.channels, all.size.channels)};
  return all;
}

std::vector<BlockSize> sub_kernels(const BlockWork& work) {
  // A product of vectors has one tap.
  const std::int64_t most = M::kSubKernel;
  std::vector<BlockSize> all;
  for (std::int64_t y = 0; y < work.kernel_rows; y += most) {
    for (std::int64_t x = 0; x < work.kernel_columns; x += most) {
      all.push_back({std::min(most, work.kernel_rows - y), std::min(most, work.kernel_columns - x), 1});
    }
  }
  return all;
}

BlockTimes block_times(const M& m, const BlockWork& work, const BlockChoice& choice) {
  BlockTimes t;
  const MicroBlocks micro = micro_blocks(m, work, choice);
  t.blocks = ceil_div(work.out.rows, micro.block.rows) * ceil_div(work.out.columns, micro.block.columns) *
             ceil_div(work.out.channels, micro.block.channels);
  const std::int64_t time = work.element_time(m);
  const std::int64_t memory = read_time(m, work, choice.in) + write_time(m, work, choice.out);
  if (work.element_wise()) {
    const std::int64_t elements = choice.out.elements();
    const std::int64_t slot = memory * M::kFraction + elements * time;  // sixteenths, of a whole block
    const std::int64_t channels =
        work.linear_out ? work.out.channels : ceil_div(work.out.channels, M::kBrick) * M::kBrick;
    const std::int64_t all = work.out.rows * work.out.columns * channels;
    t.output = ceil_div(micro.block.elements() * time, M::kFraction);
    t.interval = ceil_div(slot, M::kUnderWay * M::kFraction);
    t.all = std::max(ceil_div(all * time, M::kFraction), ceil_div(all * slot, elements * M::kUnderWay * M::kFraction));
    return t;
  }
  t.multiply = multiply_time(m, work, choice, micro);
  t.output = ceil_div(micro.block.elements() * time, M::kFraction);
  if (work.biases) {
    const std::int64_t latency = work.scale_latency > 0 ? work.scale_latency : m.read_latency;
    t.output = std::max(t.output, ceil_div(kScaleBytes * micro.block.channels * latency, kScalesAtOnce));
  }
  t.interval = ceil_div(memory + t.multiply + t.output, M::kUnderWay);
  const std::int64_t slow = std::max({t.multiply, t.output, t.interval});
  t.all = t.blocks * slow + std::max(std::min(t.multiply, t.output), t.interval);
  return t;
}

}  // namespace subvolt::mapping
