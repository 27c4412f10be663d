#include "sim/mapping/tile/mac_search_key.h"

#include <tuple>

namespace subvolt::mapping {
namespace {

MacSearchKey::Operand operand(const OperandPlace& place, const OperandPlace& output) {
  const MemoryRegion& m = *place.memory;
  return {place.format, m.read_cost_per_byte, m.write_cost_per_byte, m.path, m.off_chip, place.memory == output.memory};
}

auto tied(const MacSearchKey::Operand& o) {
  return std::tie(o.format, o.read_cost_per_byte, o.write_cost_per_byte, o.path, o.off_chip, o.with_output);
}

auto tied(const Axis& a) { return std::tie(a.in, a.out, a.kernel, a.stride, a.dilation, a.pad, a.sparse, a.resized); }

auto tied(const MacSearchKey& k) {
  return std::tie(k.taps, k.groups, k.inputs_per_group, k.outputs_per_group, k.macs, k.bias, k.lookup, k.input_pitch,
                  k.output_pitch, k.output_step, k.matrix.pitch, k.matrix.transposed, k.input, k.weights, k.output,
                  k.biases, k.sums, k.objective);
}

}  // namespace

MacSearchKey::MacSearchKey(const MacLayer& m, Objective o)
    : rows(m.rows),
      columns(m.columns),
      taps(m.taps),
      groups(m.groups),
      inputs_per_group(m.inputs_per_group),
      outputs_per_group(m.outputs_per_group),
      macs(m.macs),
      bias(m.bias),
      lookup(m.lookup),
      input_pitch(m.input_pitch),
      output_pitch(m.output_pitch),
      output_step(m.output_step),
      matrix(m.matrix),
      input(operand(m.input, m.output)),
      weights(operand(m.weights, m.output)),
      output(operand(m.output, m.output)),
      biases(m.biases.format),
      sums(m.sums),
      objective(o) {}

bool operator==(const MacSearchKey::Operand& a, const MacSearchKey::Operand& b) { return tied(a) == tied(b); }

bool operator==(const MacSearchKey& a, const MacSearchKey& b) {
  return tied(a.rows) == tied(b.rows) && tied(a.columns) == tied(b.columns) && tied(a) == tied(b);
}

}  // namespace subvolt::mapping
