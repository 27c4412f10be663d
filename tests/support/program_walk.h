// Reading a program back: what its commands move and which bytes that touches.
#pragma once

#include <cstdint>
#include <variant>

#include "sim/mapping/program/plan.h"
#include "tests/support/mapping_hardware.h"

namespace subvolt::test {

// Calls visit(address, bytes) for each contiguous run.
template <class Visit>
void for_each_run(const mapping::Block& block, const Visit& visit) {
  if (block.bytes() == 0) return;
  for (std::int64_t p = 0; p < block.planes; ++p) {
    for (std::int64_t r = 0; r < block.rows; ++r) {
      visit(block.base + static_cast<std::uint64_t>(p * block.plane_stride + r * block.row_stride), block.row_bytes);
    }
  }
}

inline bool contains(const mapping::Block& block, mapping::Address address) {
  bool found = false;
  for_each_run(block, [&](mapping::Address begin, std::int64_t bytes) {
    found = found || (address >= begin && address < begin + static_cast<std::uint64_t>(bytes));
  });
  return found;
}

struct Moved {
  std::int64_t input = 0, weights = 0, biases = 0, output = 0;
  std::int64_t macs = 0, array_cycles = 0;
};

inline Moved moved_by(const mapping::LayerProgram& program) {
  Moved m;
  for (const mapping::Command& c : program.commands) {
    if (const auto* load = std::get_if<mapping::Load>(&c.what)) {
      (load->operand == mapping::Operand::kInput    ? m.input
       : load->operand == mapping::Operand::kWeight ? m.weights
                                                    : m.biases) += load->from.bytes();
    } else if (const auto* compute = std::get_if<mapping::Compute>(&c.what)) {
      m.macs += compute->tile.macs();
      m.array_cycles += compute->style->timing(compute->tile).cycles.value();
    } else if (const auto* store = std::get_if<mapping::Store>(&c.what)) {
      m.output += store->to.bytes();
    }
  }
  return m;
}

// Bytes that the programs move to and from off-chip memories.
inline std::int64_t off_chip_bytes(const mapping::Plan& plan, const test::MapperHardware& hardware) {
  const auto off_chip = [&](mapping::Address address) {
    for (const mapping::MemoryRegion& m : hardware.memories) {
      if (address >= m.base && address - m.base < static_cast<std::uint64_t>(m.size.value())) return m.off_chip;
    }
    return false;
  };
  std::int64_t bytes = 0;
  const auto count = [&](const mapping::Block& block) {
    if (off_chip(block.base)) bytes += block.bytes();
  };
  for (const mapping::LayerProgram& layer : plan.program.layers) {
    for (const mapping::Command& c : layer.commands) {
      if (const auto* load = std::get_if<mapping::Load>(&c.what)) count(load->from);
      if (const auto* store = std::get_if<mapping::Store>(&c.what)) count(store->to);
    }
    for (const mapping::Block& b : layer.host.reads) count(b);
    for (const mapping::Block& b : layer.host.writes) count(b);
  }
  return bytes;
}

}  // namespace subvolt::test
