#include "sim/mapping/dot_product/dot_product_cuts.h"

#include <algorithm>

#include "sim/mapping/dot_product/dot_product_start.h"

namespace subvolt::mapping {
namespace {

// What is cut.
struct CutAxis {
  std::int64_t in, out, stride, pad, extent;
  static CutAxis of(const network::Layer& layer) {
    const network::Window& w = layer.window;
    if (is_line(layer)) return {layer.in.width, layer.out.width, w.stride_width, w.pad_left, w.extent_width()};
    return {layer.in.height, layer.out.height, w.stride_height, w.pad_top, w.extent_height()};
  }
};

// All input where there is one part only: the engine is told of the image, and reads what no output needs, too.
RowPart row_part(const CutAxis& axis, std::int64_t first, std::int64_t end) {
  if (first == 0 && end == axis.out) return {first, end, 0, axis.in};
  const std::int64_t top = first * axis.stride - axis.pad;
  const std::int64_t bottom = (end - 1) * axis.stride - axis.pad + axis.extent;
  // At least one, for rows that see nothing but padding.
  const std::int64_t begin = std::clamp<std::int64_t>(top, 0, axis.in - 1);
  return {first, end, begin, std::clamp<std::int64_t>(bottom, begin + 1, axis.in)};
}

std::vector<RowPart> row_parts(const CutAxis& axis, std::int64_t rows) {
  std::vector<RowPart> parts;
  for (std::int64_t first = 0; first < axis.out; first += rows) {
    parts.push_back(row_part(axis, first, std::min(axis.out, first + rows)));
  }
  return parts;
}

class Cutting {
 public:
  Cutting(const DotProductMachine& machine, const network::Layer& layer, std::int64_t inputs)
      : machine_(machine), layer_(layer), axis_(CutAxis::of(layer)), inputs_(inputs) {}
  const CutAxis& axis() const { return axis_; }

  std::int64_t data_banks(const RowPart& rows) const {
    return dot_product_layer(machine_, layer_, inputs_, 1, rows).data_banks(machine_);
  }
  // Of so many kernels, which begin anywhere in a beat.
  std::int64_t banks_of_kernels(std::int64_t kernels) const {
    const std::int64_t bytes = kernels * inputs_ * layer_.window.taps();
    const bool aligned = bytes % machine_.channels == 0;
    return ceil_div(bytes / machine_.channels + (aligned ? 0 : 2), machine_.bank_entries);
  }
  std::int64_t most_data_banks(std::int64_t reserved) const {
    const std::int64_t there = machine_.banks - reserved;
    return machine_.data_banks ? std::min(there, *machine_.data_banks) : there;
  }
  // The most output rows whose inputs fit beside so many banks for weights; 0: none.
  std::int64_t most_rows(std::int64_t reserved) const {
    const std::int64_t banks = most_data_banks(reserved);
    const auto fit = [&](std::int64_t rows) {
      const std::vector<RowPart> parts = row_parts(axis_, rows);
      return std::all_of(parts.begin(), parts.end(), [&](const RowPart& p) { return data_banks(p) <= banks; });
    };
    if (fit(axis_.out)) return axis_.out;
    std::int64_t low = 0, high = axis_.out;  // low fits, high does not
    while (high - low > 1) {
      const std::int64_t middle = (low + high) / 2;
      (fit(middle) ? low : high) = middle;
    }
    return low;
  }

 private:
  const DotProductMachine& machine_;
  const network::Layer& layer_;
  CutAxis axis_;
  std::int64_t inputs_;
};

}  // namespace

std::vector<std::vector<DotProductPart>> dot_product_parts(const DotProductMachine& machine,
                                                           const network::Layer& layer, bool dense) {
  const std::int64_t groups = layer.groups, beat = machine.channels;
  const std::int64_t inputs = layer.in.channels / groups, kernels = layer.out.channels / groups;
  const std::vector<DotProductPart> whole{{0, layer.in.channels, 0, layer.out.channels, groups}};
  if (groups == 1 || dense) return {whole};
  std::int64_t at_once = std::max<std::int64_t>(1, beat / inputs);
  const auto planes = [&](std::int64_t n) { return n * inputs % beat == 0 && n * kernels % machine.kernels == 0; };
  while (at_once < groups && !planes(at_once)) ++at_once;
  if (!planes(at_once)) return {whole};
  std::vector<DotProductPart> blocks;
  for (std::int64_t g = 0; g < groups; g += at_once) {
    const std::int64_t n = std::min(at_once, groups - g);
    blocks.push_back({g * inputs, n * inputs, g * kernels, n * kernels, n});
  }
  if (at_once * inputs <= std::max(beat, inputs)) return {blocks};
  return {blocks, whole};
}

DotProductLayer dot_product_layer(const DotProductMachine& machine, const network::Layer& layer, std::int64_t inputs,
                                  std::int64_t kernels, const RowPart& rows) {
  DotProductLayer hardware;
  const std::int64_t in = rows.in_end - rows.in_first, out = rows.end - rows.first;
  hardware.width = is_line(layer) ? in : layer.in.width;
  hardware.height = is_line(layer) ? 1 : in;
  hardware.inputs = inputs;
  hardware.kernels = kernels;
  hardware.taps = layer.window.taps();
  hardware.positions = out * (is_line(layer) ? 1 : layer.out.width);
  hardware.weight_banks = weight_banks_for(machine, hardware);
  return hardware;
}

std::optional<DotProductCut> cut_dot_product(const DotProductMachine& machine, const network::Layer& layer,
                                             std::int64_t inputs, std::int64_t kernels,
                                             const HardwareLayerCycles& cycles, SmallestCut& smallest) {
  const Cutting cutting(machine, layer, inputs);
  const std::int64_t limit = machine.weight_banks.value_or(machine.banks);
  // As many kernels of a group as can be beside a row.
  std::int64_t group = std::min(kernels, machine.kernels);
  const auto possible = [&](std::int64_t n) {
    const std::int64_t banks = cutting.banks_of_kernels(n);
    return banks <= limit && cutting.most_rows(banks) > 0;
  };
  while (group > 0 && !possible(group)) group /= 2;  // no part of a group lies in two planes
  if (group == 0) {
    const DotProductLayer one = dot_product_layer(machine, layer, inputs, 1, row_part(cutting.axis(), 0, 1));
    smallest = {one.input_beats(machine) * machine.channels, one.weight_bytes()};
    return std::nullopt;
  }
  const bool whole_groups = group == std::min(kernels, machine.kernels);
  const std::int64_t at_once = whole_groups ? kernels : group;  // kernels of a hardware layer
  std::optional<DotProductCut> best;
  std::int64_t before = 0, candidates = 0;
  for (const std::int64_t reserved : {group, 2 * group, at_once}) {
    const std::int64_t banks = std::min(cutting.banks_of_kernels(std::min(reserved, at_once)), limit);
    const std::int64_t most = banks < machine.banks ? cutting.most_rows(banks) : 0;
    if (most == 0 || most == before) continue;
    before = most;
    DotProductCut cut;
    const std::int64_t all = cutting.axis().out;
    cut.rows = row_parts(cutting.axis(), ceil_div(all, ceil_div(all, most)));
    cut.kernels = at_once;
    for (const RowPart& rows : cut.rows) {
      for (std::int64_t k = 0; k < kernels; k += at_once) {
        cut.cycles += cycles({rows, k, std::min(at_once, kernels - k), at_once}) + machine.restart;
      }
    }
    ++candidates;
    if (!best || cut.cycles < best->cycles) best = std::move(cut);
  }
  best->candidates = candidates;
  return best;
}

}  // namespace subvolt::mapping
