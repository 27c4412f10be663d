#include "models/hw/array_styles/output_stationary.h"

#include <algorithm>
#include <utility>

namespace subvolt::hw {

using mapping::TileActivity;
using mapping::TileWork;

OutputFolds::OutputFolds(const ArrayGeometry& g, const TileWork& w)
    : geometry(g), work(w), pixel_chunks(ceil_div(w.pixels, g.rows)), channel_chunks(ceil_div(w.channels, g.columns)) {}

OutputFolds::Fold OutputFolds::at(std::int64_t index) const {
  Fold fold;
  fold.channel = index % channel_chunks * geometry.columns;
  fold.columns = std::min(geometry.columns, work.channels - fold.channel);
  index /= channel_chunks;
  fold.pixel = index % pixel_chunks * geometry.rows;
  fold.rows = std::min(geometry.rows, work.pixels - fold.pixel);
  fold.group = index / pixel_chunks;
  return fold;
}

TileActivity OutputStationary::timing(const mapping::Tile& tile) const {
  const ArrayGeometry& geometry = this->geometry();
  const TileWork work = tile.as_product();
  const OutputFolds folds(geometry, work);
  const std::int64_t rows = geometry.rows;
  const std::int64_t compute = work.reduction + rows + geometry.columns - 2;
  const std::int64_t outputs = work.pixels * work.channels * work.groups;

  // A value drained from row r steps down rows - 1 - r times.
  const auto steps = [rows](std::int64_t used) { return used * (rows - 1) - used * (used - 1) / 2; };
  const std::int64_t drain_steps =
      geometry.scale_sim ? 0 : work.pixels / rows * steps(rows) + steps(work.pixels % rows);
  const std::int64_t drain = geometry.scale_sim ? 0 : rows;

  TileActivity a;
  a.cycles = Cycles(geometry.second_set() ? (folds.count() - 1) * std::max(work.reduction, rows) + compute + drain
                                          : folds.count() * compute + drain);
  a.fill_cycles = a.cycles.value() - folds.count() * work.reduction;
  a.macs = work.macs();
  a.register_writes = (1 + 1 + 4) * work.macs() + 4 * drain_steps * work.channels * work.groups;
  a.input_bytes_read = work.pixels * work.reduction * work.groups * folds.channel_chunks;
  a.weight_bytes_read = work.reduction * work.channels * work.groups * folds.pixel_chunks;
  a.psum_bytes_written = 4 * outputs;
  a.psum_bytes_read = work.accumulate ? 4 * outputs : 0;
  return a;
}

namespace {
const bool output_stationary_registered = mapping::register_array_style(mapping::array_style_kind<OutputStationary>(
    "output_stationary", "each PE keeps one output, inputs and weights flow past"));
}

}  // namespace subvolt::hw
