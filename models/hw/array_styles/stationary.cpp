#include "models/hw/array_styles/stationary.h"

#include <algorithm>
#include <utility>

namespace subvolt::hw {

using mapping::TileActivity;

StationaryProduct::StationaryProduct(const mapping::TileWork& work, Held stays)
    : moving(stays == Held::kWeights ? work.pixels : work.channels),
      reduction(work.reduction),
      held(stays == Held::kWeights ? work.channels : work.pixels),
      groups(work.groups),
      accumulate(work.accumulate) {}

StationaryFolds::StationaryFolds(const ArrayGeometry& g, const StationaryProduct& p) : geometry(g), product(p) {
  if (!g.scale_sim && p.reduction <= g.rows && p.held <= g.columns) {
    groups_at_once = std::min({g.rows / p.reduction, g.columns / p.held, p.groups});
  }
  group_chunks = ceil_div(p.groups, groups_at_once);
  held_chunks = ceil_div(p.held, g.columns);
  reduction_chunks = ceil_div(p.reduction, g.rows);
}

StationaryFolds::Fold StationaryFolds::at(std::int64_t index) const {
  Fold fold;
  fold.reduction = index % reduction_chunks * geometry.rows;
  fold.rows = std::min(geometry.rows, product.reduction - fold.reduction);
  index /= reduction_chunks;
  fold.held = index % held_chunks * geometry.columns;
  fold.columns = std::min(geometry.columns, product.held - fold.held);
  fold.group = index / held_chunks * groups_at_once;
  fold.groups = std::min(groups_at_once, product.groups - fold.group);
  return fold;
}

TileActivity StationaryArray::timing(const mapping::Tile& tile) const {
  const ArrayGeometry& geometry = this->geometry();
  const StationaryProduct p(tile.as_product(), held_);
  const StationaryFolds folds(geometry, p);
  const std::int64_t rows = geometry.rows;
  const std::int64_t stream = p.moving + rows + geometry.columns - 2;
  const std::int64_t held = p.reduction * p.held * p.groups;
  const std::int64_t sums = p.moving * p.held * p.groups;

  // Moving vectors of the b-th group of a fold pass b blocks on their way: 1 + 2 + ... + g blocks per fold.
  const auto blocks = [](std::int64_t g) { return g * (g + 1) / 2; };
  const std::int64_t whole = p.groups / folds.groups_at_once;
  const std::int64_t moved_blocks = whole * blocks(folds.groups_at_once) + blocks(p.groups % folds.groups_at_once);

  TileActivity a;
  a.cycles = Cycles(geometry.second_set() ? rows + (folds.count() - 1) * std::max(p.moving, rows) + stream
                                          : folds.count() * (rows + stream));
  a.fill_cycles = a.cycles.value() - folds.count() * p.moving;
  a.macs = p.moving * held;
  a.register_writes = held + p.moving * p.reduction * p.held * moved_blocks + 4 * rows * sums * folds.reduction_chunks;
  a.input_bytes_read = p.moving * p.reduction * p.groups * folds.held_chunks;
  a.weight_bytes_read = held;
  if (held_ == Held::kInputs) std::swap(a.input_bytes_read, a.weight_bytes_read);
  a.psum_bytes_written = 4 * sums * folds.reduction_chunks;
  a.psum_bytes_read = 4 * sums * (folds.reduction_chunks - (p.accumulate ? 0 : 1));
  return a;
}

}  // namespace subvolt::hw
