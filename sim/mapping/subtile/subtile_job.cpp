#include "sim/mapping/subtile/subtile_job.h"

#include <algorithm>

namespace subvolt::mapping {
namespace {

using M = SubtileMachine;

constexpr std::int64_t kBiasBytes = 4, kSumBytes = 4;
// Slots of the input buffer that a pointwise job passes until its nine pixels are in: three rows of five, without what
// lies behind the last.
constexpr std::int64_t kPointSlots = (M::kSide - 1) * M::kUnder + M::kSide;

// Of a mode.
struct Block {
  std::int64_t inputs;         // channels
  std::int64_t kernels;        // of a sub-tile
  std::int64_t slots, pixels;  // of the input buffer; of these read
  std::int64_t steps;          // of a kernel
  std::int64_t weight_bytes;   // of a step
};

Block block_of(const M& m, const SubtileJob& job) {
  const std::int64_t under = M::kUnder * M::kUnder, window = M::taps() * m.inputs / 8;
  switch (job.mode) {
    case SubtileMode::kWindow:
      return {m.inputs, m.kernels, under, under, job.bits, window};
    case SubtileMode::kPoint:
      return {m.inputs, m.kernels, kPointSlots, M::outputs(), 1, job.bits * m.inputs / 8};
    case SubtileMode::kLinear:
      return {m.linear_inputs(), m.kernels, m.inputs, m.inputs, job.bits, m.linear_inputs() / 8};
    case SubtileMode::kDepthwise:
      break;
  }
  return {m.inputs, m.inputs, under, under, job.bits, window};
}

// Sub-tiles over the outputs.
std::int64_t places(const SubtileJob& job) {
  const std::int64_t side = job.halved ? (M::kSide + 1) / 2 : M::kSide;
  return ceil_div(job.rows, side) * ceil_div(job.columns, side);
}

// `times` sub-tiles of so many kernels.
void add(const M& m, const SubtileJob& job, const Block& block, std::int64_t kernels, std::int64_t times,
         SubtileActivity& a) {
  if (kernels == 0) return;
  const bool depthwise = job.mode == SubtileMode::kDepthwise;
  const std::int64_t blocks = depthwise ? times : times * ceil_div(job.inputs, block.inputs);
  const std::int64_t steps = kernels * block.steps;
  a.input += blocks * (block.slots + m.load_latency);
  a.offset += blocks * (m.offset + (depthwise ? kernels : 0));
  a.multiply += blocks * steps;
  a.latency += blocks * m.multiply_latency;
  a.index += blocks * m.index;
  a.scale += times * (m.scale_latency + ceil_div(kernels * m.scale_bytes, kSumBytes));
  std::int64_t scales = ceil_div(kernels * m.scale_bytes, m.port), parameters = kernels * m.scale_bytes;
  if (job.biases) {
    a.scale += times * (m.bias_latency + ceil_div(kernels, m.port / kBiasBytes));
    scales += ceil_div(kernels * kBiasBytes, m.port);
    parameters += kernels * kBiasBytes;
  }
  if (m.kernel_shifts) {
    a.scale += times * ceil_div(kernels, kSumBytes);
    scales += ceil_div(kernels, m.port);
    parameters += kernels;
  }
  a.output += times * (m.output_latency + M::outputs());
  a.reads += blocks * (block.pixels + steps) + times * scales;
  a.writes += times * M::outputs();
  a.input_bytes += blocks * block.pixels * m.inputs;
  a.weight_bytes += blocks * steps * block.weight_bytes;
  a.scale_bytes += times * parameters;
}

}  // namespace

SubtileActivity subtile_activity(const SubtileMachine& m, const SubtileJob& job) {
  const Block block = block_of(m, job);
  SubtileActivity a;
  const std::int64_t all = places(job);
  add(m, job, block, block.kernels, all * (job.kernels / block.kernels), a);
  add(m, job, block, job.kernels % block.kernels, all, a);
  a.start = m.start * (job.halved ? all : 1);
  a.macs = job.macs();
  a.bit_products = a.macs * job.bits;
  a.results = a.output_bytes = job.rows * job.columns * job.kernels;
  // A sum of each output position of the sub-tile per step, and what its scaling writes.
  const std::int64_t positions = job.mode == SubtileMode::kLinear ? 1 : M::outputs();
  a.accumulator_bytes = a.multiply * positions * kSumBytes + a.results * kSumBytes * (job.biases ? 2 : 1);
  return a;
}

SubtileOperands subtile_operands(const SubtileMachine& m, const SubtileJob& job) {
  const Block block = block_of(m, job);
  const bool depthwise = job.mode == SubtileMode::kDepthwise;
  SubtileOperands o;
  // Depthwise weights are those of a step for a block of channels, which all of its kernels read.
  o.weights = depthwise ? ceil_div(job.kernels, block.inputs) * job.bits * block.weight_bytes
                        : job.kernels * ceil_div(job.inputs, block.inputs) * block.steps * block.weight_bytes;
  o.biases = job.kernels * ((job.biases ? kBiasBytes : 0) + m.scale_bytes + (m.kernel_shifts ? 1 : 0));
  o.output = job.rows * job.columns * job.kernels;
  return o;
}

std::string subtile_obstacle(const SubtileMachine& m, const Tile& tile) {
  const auto by = [](std::int64_t rows, std::int64_t columns) {
    return std::to_string(rows) + "x" + std::to_string(columns);
  };
  const std::int64_t bits = tile.weight.bits();
  if (bits < m.least_bits || bits > m.most_bits) {
    return "takes weights of " + std::to_string(m.least_bits) + " to " + std::to_string(m.most_bits) +
           " bits and these are " + network::to_text(tile.weight.type);
  }
  const std::int64_t rows = tile.rows.kernel, columns = tile.columns.kernel;
  if (rows > M::kWindow || columns > M::kWindow)
    return std::string(tile.groups > 1 ? "has no depthwise window of " : "has no window of ") + by(rows, columns);
  const bool single = rows == 1 && columns == 1;
  if (!single && (tile.rows.dilation > 1 || tile.columns.dilation > 1)) {
    return "has no dilated windows and this one's dilation is " + by(tile.rows.dilation, tile.columns.dilation);
  }
  if (tile.groups > 1 && (tile.inputs > 1 || tile.channels > 1)) {
    return "has no mode for groups of " + std::to_string(tile.inputs) + " channels and " +
           std::to_string(tile.channels) + " kernels";
  }
  const std::int64_t stride = tile.rows.stride;
  if ((!single || tile.groups > 1) && (stride != tile.columns.stride || stride > 2)) {
    return "has strides of 1x1 and 2x2 and this one is " + by(stride, tile.columns.stride);
  }
  return "";
}

SubtileJob subtile_job(const Tile& tile) {
  SubtileJob job;
  job.rows = tile.rows.out;
  job.columns = tile.columns.out;
  job.window = tile.rows.kernel * tile.columns.kernel;
  job.inputs = tile.groups > 1 ? tile.groups : tile.inputs;
  job.kernels = tile.groups > 1 ? tile.groups : tile.channels;
  job.bits = tile.weight.bits();
  job.biases = tile.accumulate;
  if (tile.columns.kernel > M::kWindow) {
    job.mode = SubtileMode::kLinear;
    job.window = 1;
    job.inputs = tile.columns.kernel * tile.inputs;
    return job;
  }
  job.mode = tile.groups > 1 ? SubtileMode::kDepthwise : job.window > 1 ? SubtileMode::kWindow : SubtileMode::kPoint;
  // Pixels that a point job passes over are never loaded.
  job.halved = job.mode != SubtileMode::kPoint && tile.rows.stride == 2;
  return job;
}

}  // namespace subvolt::mapping
