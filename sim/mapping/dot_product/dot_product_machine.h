// A convolution engine of dot products: `channels` x `kernels` multipliers, each kernel's products of one position and
// one tap added up at once, as the planner, the simulated component and the tests see it. Times are cycles of its
// clock.
//
// What it does with a layer is told in models/hw/dot_product/dot_product.h.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "sim/units/counts.h"

namespace subvolt::mapping {

struct DotProductMachine {
  std::int64_t channels = 8;  // input channels of a step, bytes of a beat and of an entry of the buffer
  std::int64_t kernels = 8;   // that work side by side: a group
  std::int64_t banks = 32, bank_entries = 512;
  std::optional<std::int64_t> data_banks, weight_banks;  // at most
  std::int64_t accumulators = 16;                        // output beats that it has room for
  std::int64_t reads_in_flight = 256;                    // beats
  std::int64_t weight_fifo = 8;                          // beats beyond the banks
  std::int64_t burst_beats = 32;                         // of one request
  // From the start to the first weights and the first input asked for.
  std::int64_t weight_start = 29, input_start = 33;
  std::int64_t input_latency = 3;    // from the port to the first of the registers before the buffer
  std::int64_t array_latency = 38;   // from a position's issue to the output stage
  std::int64_t output_interval = 9;  // of a beat in the output stage
  std::int64_t output_latency = 40;  // from the output stage to the port
  std::int64_t release_latency = 51;
  std::int64_t restart = 0;             // between two hardware layers
  std::int64_t weight_alignment = 128;  // bytes

  // Weights that the reader asks for at a time: room for all of them has to be there.
  static constexpr std::int64_t kWeightBurst = 8;

  std::int64_t longest_stripe() const { return 2 * kernels; }
  // Positions of the next stripe where `left` are left.
  std::int64_t stripe(std::int64_t left) const {
    const std::int64_t longest = longest_stripe();
    return left >= 2 * longest ? longest : left <= longest ? left : kernels;
  }
};

// What it works off from one start to the next: one dense convolution whose input is in the buffer as a whole.
struct DotProductLayer {
  std::int64_t width = 1, height = 1, inputs = 1;  // of what is read: columns, rows, channels
  std::int64_t kernels = 1;
  std::int64_t taps = 1;       // kernel height x width
  std::int64_t positions = 1;  // output rows x columns
  std::int64_t weight_banks = 1;

  std::int64_t planes(const DotProductMachine& m) const { return ceil_div(inputs, m.channels); }
  std::int64_t input_beats(const DotProductMachine& m) const { return width * height * planes(m); }
  std::int64_t data_banks(const DotProductMachine& m) const { return ceil_div(input_beats(m), m.bank_entries); }
  std::int64_t groups(const DotProductMachine& m) const { return ceil_div(kernels, m.kernels); }
  std::int64_t group_kernels(const DotProductMachine& m, std::int64_t group) const {
    return std::min(m.kernels, kernels - group * m.kernels);
  }
  std::int64_t weight_bytes() const { return kernels * inputs * taps; }
  // The beat with which the weights of a group, and of all before it, are there.
  std::int64_t group_end(const DotProductMachine& m, std::int64_t group) const {
    return ceil_div(std::min((group + 1) * m.kernels, kernels) * inputs * taps, m.channels);
  }
  std::int64_t weight_beats(const DotProductMachine& m) const {
    return ceil_div(ceil_div(weight_bytes(), m.weight_alignment) * m.weight_alignment, m.channels);
  }
  std::int64_t blocks(const DotProductMachine& m) const { return planes(m) * taps; }  // of a stripe
  std::int64_t output_beats(const DotProductMachine& m) const { return positions * groups(m); }
  std::int64_t array_cycles(const DotProductMachine& m) const { return output_beats(m) * blocks(m); }
  std::int64_t macs() const { return positions * kernels * inputs * taps; }
  // Beats of a row of a plane; all channels of a single pixel are one row.
  bool packed() const { return width == 1 && height == 1; }
  std::int64_t row_beats(const DotProductMachine& m) const { return packed() ? planes(m) : width; }
  std::int64_t row_planes(const DotProductMachine& m) const { return packed() ? 1 : planes(m); }

  friend bool operator==(const DotProductLayer& a, const DotProductLayer& b) {
    return a.width == b.width && a.height == b.height && a.inputs == b.inputs && a.kernels == b.kernels &&
           a.taps == b.taps && a.positions == b.positions && a.weight_banks == b.weight_banks;
  }
};

}  // namespace subvolt::mapping
