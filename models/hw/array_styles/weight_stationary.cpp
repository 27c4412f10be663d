#include "models/hw/array_styles/weight_stationary.h"

#include <algorithm>
#include <utility>

namespace subvolt::hw {

using mapping::TileActivity;
using mapping::TileWork;

WeightFolds::WeightFolds(const ArrayGeometry& g, const TileWork& w) : geometry(g), work(w) {
  if (w.reduction <= g.rows && w.channels <= g.columns) {
    groups_at_once = std::min({g.rows / w.reduction, g.columns / w.channels, w.groups});
  }
  group_chunks = ceil_div(w.groups, groups_at_once);
  channel_chunks = ceil_div(w.channels, g.columns);
  reduction_chunks = ceil_div(w.reduction, g.rows);
}

WeightFolds::Fold WeightFolds::at(std::int64_t index) const {
  Fold fold;
  fold.reduction = index % reduction_chunks * geometry.rows;
  fold.rows = std::min(geometry.rows, work.reduction - fold.reduction);
  index /= reduction_chunks;
  fold.channel = index % channel_chunks * geometry.columns;
  fold.columns = std::min(geometry.columns, work.channels - fold.channel);
  fold.group = index / channel_chunks * groups_at_once;
  fold.groups = std::min(groups_at_once, work.groups - fold.group);
  return fold;
}

TileActivity WeightStationary::timing(const mapping::Tile& tile) const {
  const ArrayGeometry& geometry = this->geometry();
  const TileWork work = tile.as_product();
  const WeightFolds folds(geometry, work);
  const std::int64_t rows = geometry.rows;
  const std::int64_t stream = work.pixels + rows + geometry.columns - 2;
  const std::int64_t weights = work.reduction * work.channels * work.groups;
  const std::int64_t sums = work.pixels * work.channels * work.groups;

  // Inputs of the b-th group of a fold pass b blocks on their way: 1 + 2 + ... + g blocks per fold.
  const auto blocks = [](std::int64_t g) { return g * (g + 1) / 2; };
  const std::int64_t whole = work.groups / folds.groups_at_once;
  const std::int64_t input_blocks = whole * blocks(folds.groups_at_once) + blocks(work.groups % folds.groups_at_once);

  TileActivity a;
  a.cycles = Cycles(geometry.overlap_folds ? rows + (folds.count() - 1) * std::max(work.pixels, rows) + stream
                                           : folds.count() * (rows + stream));
  a.macs = work.macs();
  a.register_writes =
      weights + work.pixels * work.reduction * work.channels * input_blocks + 4 * rows * sums * folds.reduction_chunks;
  a.input_bytes_read = work.pixels * work.reduction * work.groups * folds.channel_chunks;
  a.weight_bytes_read = weights;
  a.psum_bytes_written = 4 * sums * folds.reduction_chunks;
  a.psum_bytes_read = 4 * sums * (folds.reduction_chunks - (work.accumulate ? 0 : 1));
  return a;
}

namespace {
const bool weight_stationary_registered = mapping::register_array_style(mapping::array_style_kind<WeightStationary>(
    "weight_stationary", "weights stay in the PEs, partial sums flow down the columns"));
}

}  // namespace subvolt::hw
