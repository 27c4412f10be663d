// Output-stationary systolic array: each PE keeps one output; inputs flow right, weights flow down.
//
// Rows are pixels, columns output channels; a fold is at most R pixels x C channels of one group. Folds run
// channel chunk innermost, then pixel chunks, then groups: columns share their inputs, so only one group (a
// depthwise tile: its `channels` columns) is in the array at a time.
//
// One fold with reduction K, at its cycle 0:
//   compute  step k reaches PE (r, c) at cycle k + r + c. The sequencer waits for the physical array:
//            K + R + C - 2 cycles.
//   drain    when the PE at the foot of column c has its last product (cycle K - 1 + R - 1 + c), the column
//            shifts down for R cycles into the output buffer, one value a cycle.
// Without overlap_folds the accumulators themselves shift. A fold starts when the last one has computed; its
// first products reach a PE when or after the last drained value has passed it, so drains hide behind the next
// fold's fill: F (K + R + C - 2) + R cycles in all. With overlap_folds the last product goes to a second
// register, which shifts while the accumulator takes the next fold; a column must be drained before it is
// filled again, so folds start max(K, R) apart: (F - 1) max(K, R) + K + R + C - 2 + R.
// With scale_sim there is no drain: each column has a bus into the output buffer, and a PE that adds its last product
// puts the sum there in the same cycle. Rows of a column are done one cycle after the other, so the bus carries one
// value a cycle, the first row's first: F (K + R + C - 2) in all, SCALE-Sim's `os` with S_r = pixels, S_c = filters,
// T = reduction.
//
// Steps are K a fold, those of the element in the first row and column; all other cycles fill and drain.
//
// A tile that accumulates adds the partial sum from the output buffer to each value as it leaves the column
// (one read and one write per output, no hazard: each is touched once).
//
// Registers are clock-gated; counted are those that latch valid data:
//   operands     1 byte input and 1 byte weight per MAC (PEs outside the fold latch nothing)
//   partial sum  4 bytes per MAC (the last one in the drain register when there is one)
//   drain        4 bytes per step from row to row; leaving the array is the buffer's write. A bus has no registers
#pragma once

#include "models/hw/array_styles/int8_array.h"

namespace subvolt::hw {

// How a tile is cut into folds; timing and sequencer share it.
struct OutputFolds {
  OutputFolds(const ArrayGeometry& geometry, const mapping::TileWork& work);
  struct Fold {
    std::int64_t group = 0;
    std::int64_t pixel = 0, rows = 0;       // first pixel and rows used
    std::int64_t channel = 0, columns = 0;  // first channel and columns used
  };
  Fold at(std::int64_t index) const;
  std::int64_t count() const { return work.groups * pixel_chunks * channel_chunks; }

  ArrayGeometry geometry;
  mapping::TileWork work;
  std::int64_t pixel_chunks = 1;
  std::int64_t channel_chunks = 1;
};

class OutputStationary : public Int8Array {
 public:
  using Int8Array::Int8Array;
  std::string name() const override { return "output_stationary"; }
  mapping::TileActivity timing(const mapping::Tile& tile) const override;
  std::unique_ptr<mapping::ArrayReference> reference(const mapping::Tile& tile,
                                                     mapping::TileOperands operands) const override;
};

}  // namespace subvolt::hw
