#include "sim/mapping/place/cost_model.h"

#include <algorithm>

namespace subvolt::mapping {

Transfer transfer(const Block& block, Bytes burst) {
  const std::int64_t runs = block.rows * block.planes;
  const std::int64_t bytes = runs * block.row_bytes;
  if (bytes == 0) return {};
  const bool apart = runs > 1 && block.row_stride > block.row_bytes;
  return {bytes, runs * ceil_div(block.row_bytes, burst.value()), runs * std::max(block.row_bytes, kShortestRun),
          apart ? runs : 0, apart ? block.row_stride : 0};
}

namespace {

double weighed_bytes(const Transfer& t) {
  return static_cast<double>(t.bytes) + kBurstCost * static_cast<double>(t.bursts);
}

}  // namespace

double read_cost(const Transfer& t, const MemoryRegion& memory) { return weighed_bytes(t) * memory.read_cost_per_byte; }
double write_cost(const Transfer& t, const MemoryRegion& memory) {
  return weighed_bytes(t) * memory.write_cost_per_byte;
}

void add_read(std::int64_t bytes, const MemoryRegion& memory, LayerMapping& mapping) {
  mapping.cost += static_cast<double>(bytes) * memory.read_cost_per_byte;
  if (memory.off_chip) mapping.off_chip_bytes += bytes;
}

void add_write(std::int64_t bytes, const MemoryRegion& memory, LayerMapping& mapping) {
  mapping.cost += static_cast<double>(bytes) * memory.write_cost_per_byte;
  if (memory.off_chip) mapping.off_chip_bytes += bytes;
}

Score score(Objective objective, const Figures& f) {
  const auto off_chip = static_cast<double>(f.off_chip_bytes);
  const auto cycles = static_cast<double>(f.cycles);
  switch (objective) {
    case Objective::kEnergy:
      return {off_chip, f.cost, cycles};
    case Objective::kLatency:
      return {cycles, off_chip, f.cost};
    case Objective::kEdp:
      return {f.cost * cycles, off_chip, f.cost};
  }
  return {};
}

}  // namespace subvolt::mapping
