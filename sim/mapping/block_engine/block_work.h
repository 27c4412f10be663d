// A layer, or some of its channels, as a block engine computes it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "sim/mapping/block_engine/block_engine_machine.h"

namespace subvolt::mapping {

enum class BlockOperation { kConvolution, kDepthwise, kVectorProduct, kAveragePool, kMaxPool, kAdd, kMultiply };

struct BlockWork {
  BlockOperation operation = BlockOperation::kConvolution;
  BlockSize out, in;
  std::int64_t kernel_rows = 1, kernel_columns = 1;  // taps
  std::int64_t window_rows = 1, window_columns = 1;  // input lines under them, dilation included
  std::int64_t stride_rows = 1, stride_columns = 1;
  bool table = false;                          // an activation that is looked up
  bool clamped = false;                        // an activation behind it
  bool biases = false;                         // scales and biases are read
  std::int64_t scale_latency = 0;              // of the memory that they come from; 0: that of feature maps
  bool linear_in = false, linear_out = false;  // in memory pixel by pixel, not in bricks of kBrick channels

  bool has_weights() const { return operation <= BlockOperation::kVectorProduct; }
  bool element_wise() const { return operation >= BlockOperation::kAdd; }
  bool pools() const { return operation == BlockOperation::kAveragePool || operation == BlockOperation::kMaxPool; }
  // Each output channel is of one input channel.
  bool by_channel() const { return operation == BlockOperation::kDepthwise || pools() || element_wise(); }
  std::int64_t taps() const { return kernel_rows * kernel_columns; }
  // As the machine multiplies them, with those that a folded stride adds.
  std::int64_t products() const {
    return has_weights() ? out.elements() * taps() * (by_channel() ? 1 : in.channels) : 0;
  }

  // Sixteenths of a cycle per element of the output stage. Source of the multiples: the table of
  // block_engine_machine.cpp (output_cycles_per_elem: of a maximum half, of a product one and a half, of a sum of two
  // scales three times those of a result; activation_cycles_per_elem: a clamp takes a result's time, on the smallest
  // machine half of it).
  std::int64_t element_time(const BlockEngineMachine& m) const {
    std::int64_t time = m.element_time;
    if (operation == BlockOperation::kMaxPool) {
      const std::int64_t clamp = std::min(m.element_time, BlockEngineMachine::kFraction);
      time = clamped ? std::max(clamp, m.element_time / 2) : m.element_time / 2;
    }
    if (operation == BlockOperation::kAdd) time = 3 * m.element_time;
    if (operation == BlockOperation::kMultiply) time = 3 * m.element_time / 2;
    return table ? std::max(time, m.table_time) : time;
  }

  auto key() const {
    return std::make_tuple(operation, out.rows, out.columns, out.channels, in.rows, in.columns, in.channels,
                           kernel_rows, kernel_columns, window_rows, window_columns, stride_rows, stride_columns,
                           table);
  }
};

}  // namespace subvolt::mapping
