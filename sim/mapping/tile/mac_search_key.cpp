#include "sim/mapping/tile/mac_search_key.h"

#include <algorithm>
#include <tuple>

namespace subvolt::mapping {
namespace {

MacSearchKey::Operand operand(const OperandPlace& place, std::int64_t bytes, const OperandPlace& output) {
  const MemoryRegion& m = *place.memory;
  MacSearchKey::Operand o{place.format, m.read_cost_per_byte, m.write_cost_per_byte,
                          m.path,       m.off_chip,           place.memory == output.memory};
  const auto into = [&m](Address address) { return static_cast<std::int64_t>(address - m.base); };
  std::int64_t stripe = 0;
  for (const Lane::Stage& s : m.path.read.stages()) {
    o.into_word = std::max(o.into_word, into(place.address) % s.word);
    stripe = std::max(stripe, s.stripe);
  }
  if (stripe == 0) return o;
  const std::int64_t from = o.with_output ? into(output.address) / stripe : 0;
  o.first_part = into(place.address) / stripe - from;
  o.last_part = (into(place.address) + bytes - 1) / stripe - from;
  return o;
}

auto tied(const MacSearchKey::Operand& o) {
  return std::tie(o.format, o.read_cost_per_byte, o.write_cost_per_byte, o.path, o.off_chip, o.with_output, o.into_word,
                  o.first_part, o.last_part);
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
      input(operand(m.input, m.input.format.bytes(m.rows.in * m.columns.in * m.input_pitch), m.output)),
      weights(operand(m.weights, m.weight_bytes(), m.output)),
      output(operand(m.output, m.output.format.bytes(m.rows.out * m.columns.out * m.output_pitch), m.output)),
      biases(m.biases.format),
      sums(m.sums),
      objective(o) {}

bool operator==(const MacSearchKey::Operand& a, const MacSearchKey::Operand& b) { return tied(a) == tied(b); }

bool operator==(const MacSearchKey& a, const MacSearchKey& b) {
  return tied(a.rows) == tied(b.rows) && tied(a.columns) == tied(b.columns) && tied(a) == tied(b);
}

}  // namespace subvolt::mapping
