#include "sim/mapping/place/cost_model.h"

#include <algorithm>

namespace subvolt::mapping {

namespace {

// Bursts end at multiples of their largest size (a power of two). A run that begins `into` one has so many.
std::int64_t bursts_of_run(std::int64_t into, std::int64_t bytes, std::int64_t burst) {
  return (into + bytes - 1) / burst + 1;
}

// Of runs of `bytes` that begin in all places which are `grain` apart and `into` behind one: of burst / grain such
// runs. Over i, floor((x + i grain) / burst) sums up to floor(x / grain) (Hermite's identity).
std::int64_t bursts_of_all_places(std::int64_t into, std::int64_t bytes, std::int64_t grain, std::int64_t burst) {
  return burst / grain + (into + bytes - 1) / grain;
}

std::int64_t largest_power_in(std::int64_t n, std::int64_t most) { return n == 0 ? most : std::min(n & -n, most); }

// Those that lie behind each other are one.
Block joined_runs(Block block) {
  if (block.rows == 1 || block.row_stride == block.row_bytes) {
    block = {block.base, block.row_bytes * block.rows, block.planes, block.plane_stride};
    if (block.rows > 1 && block.row_stride == block.row_bytes) {
      block = {block.base, block.row_bytes * block.rows, 1, 0};
    }
  }
  return block;
}

Transfer moved(const Block& joined, std::int64_t bursts) {
  const std::int64_t runs = joined.rows * joined.planes;
  const bool apart = runs > 1;
  return {joined.bytes(), bursts, runs * std::max(joined.row_bytes, kShortestRun), apart ? runs : 0,
          apart ? joined.row_stride : 0};
}

}  // namespace

Transfer transfer(const Block& block, Bytes largest) {
  if (block.bytes() == 0) return {};
  const std::int64_t burst = largest.value();
  const Block b = joined_runs(block);
  const auto into = static_cast<std::int64_t>(b.base % static_cast<Address>(burst));
  const std::int64_t grain = largest_power_in(b.row_stride, burst);
  std::int64_t bursts = 0;
  for (std::int64_t p = 0; p < b.planes; ++p) {
    const std::int64_t first = (into + p * b.plane_stride) % burst;
    const std::int64_t places = burst / grain, all = b.rows / places, rest = b.rows % places;
    if (all > 0) bursts += all * bursts_of_all_places(first % grain, b.row_bytes, grain, burst);
    for (std::int64_t r = 0; r < rest; ++r)
      bursts += bursts_of_run((first + r * b.row_stride) % burst, b.row_bytes, burst);
    if (b.plane_stride % burst == 0) {
      bursts *= b.planes;
      break;
    }
  }
  return moved(b, bursts);
}

Transfer usual_transfer(const Block& block, Bytes largest) {
  if (block.bytes() == 0) return {};
  const std::int64_t burst = largest.value();
  const Block b = joined_runs(block);
  const std::int64_t grain = largest_power_in(
      static_cast<std::int64_t>(b.base) | b.row_bytes | (b.rows > 1 ? b.row_stride : 0) | b.plane_stride, burst);
  const std::int64_t places = burst / grain;
  return moved(b, ceil_div(b.rows * b.planes * bursts_of_all_places(0, b.row_bytes, grain, burst), places));
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
      return {f.cost, off_chip, cycles};
    case Objective::kLatency:
      return {cycles, off_chip, f.cost};
    case Objective::kEdp:
      return {f.cost * cycles, off_chip, f.cost};
  }
  return {};
}

}  // namespace subvolt::mapping
