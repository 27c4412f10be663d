#include <algorithm>
#include <cmath>

#include "sim/mapping/near_memory/near_memory_machine.h"

namespace subvolt::mapping {
namespace {

using Kind = NearMemoryLayer::Kind;

std::int64_t fullest_quadrant(const network::UnitSet& processors) {
  std::int64_t most = 0;
  for (int first = 0; first < 64; first += NearMemoryMachine::kPerQuadrant) {
    most = std::max(most, processors.count(first, first + NearMemoryMachine::kPerQuadrant));
  }
  return most;
}

// Clocks of a position: of the padding, and of data.
struct Position {
  std::int64_t padding = 0, data = 0;
  std::int64_t times = 1;  // that a data position is gone through
};
Position position_of(const NearMemoryLayer& l) {
  const std::int64_t m = l.passes(), e = l.operands, p = l.pool_taps;
  if (l.pool_first) return {2 * m * e, m * e * (p + 1), 1};
  return {2 * m, m * (e * p + 1), m};
}

// Rows of padding, rows that only fill the window, rows with output, rows of padding with output.
NearMemoryClocks convolution(const NearMemoryLayer& l) {
  const Position at = position_of(l);
  const std::int64_t m = l.passes(), pad = l.pad_width, fill = l.kernel_width - 1 - pad, with = l.out_width - pad;
  const std::int64_t sides = 2 * pad * (at.padding + 1);
  const std::int64_t top = sides + at.times * l.width * (at.padding + 1);
  const std::int64_t filling = sides + at.times * l.width * (at.data + 1);
  const auto row = [&](std::int64_t position) {
    return pad * (at.padding + 1) + at.times * (fill * (position + 1) + with * position) + pad * at.padding;
  };
  const std::int64_t filling_rows = l.kernel_height - 1 - l.pad_height, rows = l.height - filling_rows;
  const std::int64_t single = l.steps == 1 && m == 1 ? l.steps : 0;
  NearMemoryClocks clocks;
  clocks.read = l.pad_height * (top + row(at.padding)) + filling_rows * filling + rows * row(at.data);
  clocks.write = (rows + l.pad_height) * (m * l.out_width * l.steps + single);
  return clocks;
}

NearMemoryClocks one_by_one(const NearMemoryLayer& l) {
  const std::int64_t all = l.height * l.width, m = l.passes();
  const bool twice = l.kind == Kind::kPass && l.pooled && l.out_passes() > 1;
  NearMemoryClocks clocks;
  const Position at = position_of(l);
  clocks.read = all * at.data * (l.kind == Kind::kFlatten ? at.times : 1);
  clocks.write = all * (twice ? 2 * m - 1 : m) * l.steps;
  if (l.kind == Kind::kFlatten && m * all > 16) ++clocks.read;
  return clocks;
}

std::int64_t share(double part, std::int64_t of) { return std::llround(part * static_cast<double>(of)); }

}  // namespace

std::int64_t steps_of(const NearMemoryLayer& l) {
  if (l.kind == Kind::kPass)
    return ceil_div(fullest_quadrant(l.processors) * l.out_bytes, std::int64_t{NearMemoryMachine::kPerMemory});
  if (l.kind == Kind::kDepthwise)
    return l.processors == l.outputs ? NearMemoryMachine::kPerMemory : fullest_quadrant(l.outputs);
  int first = 0, end = 64;
  while (first < 64 && !l.outputs.has(first)) ++first;
  while (end > first && !l.outputs.has(end - 1)) --end;
  return l.out_passes() * (end - first);
}

std::int64_t memories_of(const network::UnitSet& processors) {
  std::int64_t n = 0;
  for (int first = 0; first < 64; first += NearMemoryMachine::kPerMemory) {
    n += processors.count(first, first + NearMemoryMachine::kPerMemory) > 0 ? 1 : 0;
  }
  return n;
}

std::int64_t quadrants_of(const network::UnitSet& processors) {
  std::int64_t n = 0;
  for (int first = 0; first < 64; first += NearMemoryMachine::kPerQuadrant) {
    n += processors.count(first, first + NearMemoryMachine::kPerQuadrant) > 0 ? 1 : 0;
  }
  return n;
}

std::int64_t kernel_words(const NearMemoryLayer& l) {
  if (l.kind == Kind::kPass) return 0;
  const std::int64_t kernel = l.taps() * l.weight_bits;
  const std::int64_t a_word = std::max<std::int64_t>(1, NearMemoryMachine::kWeightWordBits / kernel);
  const std::int64_t flat = l.kind == Kind::kFlatten ? l.height * l.width : 1;
  const std::int64_t kernels = l.kind == Kind::kDepthwise ? l.passes() : l.steps * l.passes() * flat;
  return ceil_div(kernels, a_word);
}

NearMemoryClocks clocks_of(const NearMemoryMachine& machine, const NearMemoryLayer& l) {
  const bool window = l.kind == Kind::kConvolution || l.kind == Kind::kDepthwise;
  NearMemoryClocks clocks = window ? convolution(l) : one_by_one(l);
  // The vendor's estimate: half as long again.
  if (l.streaming) clocks.read += ceil_div(clocks.read + clocks.write, std::int64_t{2});
  clocks.read *= l.images;
  clocks.write *= l.images;
  if (machine.pipeline) clocks.stalled = (l.positions() * l.images * machine.stall_tenths + 5) / 10;
  return clocks;
}

NearMemoryCounts counts_of(const NearMemoryMachine& machine, const NearMemoryLayer& l) {
  const NearMemoryClocks clocks = clocks_of(machine, l);
  const std::int64_t processors = l.processors.count(), memories = memories_of(l.processors), m = l.passes();
  NearMemoryCounts n;
  if (l.kind == Kind::kDepthwise) n.kernel_words = l.positions() * l.channels * l.images;
  if (l.kind == Kind::kConvolution || l.kind == Kind::kFlatten) n.kernel_words = clocks.write * processors;
  n.weight_bits = n.kernel_words * l.weight_bits;
  n.kernel_bits = n.weight_bits * l.taps();
  n.weight_flips = share(l.toggle, n.weight_bits);
  n.kernel_flips = share(l.toggle, n.kernel_bits);
  n.words_first = l.height * l.width / l.zeros * l.pool_taps * l.operands * m * memories * l.images;
  if (l.kind != Kind::kPass && l.taps() == 1 && m > 1) n.words_again = clocks.write * memories;
  n.bytes_written = l.out_height * l.out_width * l.out_channels * l.out_bytes * l.images;
  n.processor_clocks = clocks.all() * processors;
  n.quadrant_clocks =
      clocks.all() * std::max(quadrants_of(l.processors), quadrants_of({l.processors.bits | l.outputs.bits}));
  return n;
}

}  // namespace subvolt::mapping
