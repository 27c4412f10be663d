// Weight-stationary systolic array: weights stay in the PEs, inputs flow right, partial sums flow down.
//
// Rows hold the reduction, columns the output channels. A *fold* is what the array holds at once: a reduction
// chunk of at most R by a channel chunk of at most C. Folds run reduction chunk innermost, then channel
// chunks, then groups.
//
// One fold with P pixels, at its cycle 0 being ready to load:
//   load     R cycles. One weight bus per column and a row select that walks down the array: one row a cycle.
//            It reaches column c at cycle c, as the pixels do: in front of it the last fold may still stream.
//   stream   pixel p enters row r at cycle R + p + r and reaches column c at R + p + r + c; its sums leave the
//            foot of column c at R + p + (R - 1) + c. The sequencer waits for the physical array, whatever part
//            of it the fold uses: P + R + C - 2 cycles. The skew comes from address generators that start one
//            cycle later per row and column, not from delay registers.
// Without overlap_folds a fold loads when the last one has left the array: 2R + C + P - 2 cycles each, which is
// SCALE-Sim's figure (the tool prints one less, it counts from 0). With overlap_folds each PE has two weight
// registers: fold f+1 loads as soon as fold f streams, and streams when fold f's pixels are in and its own
// weights are: folds start max(P, R) apart and the total is
//   R + (F - 1) max(P, R) + P + R + C - 2.
//
// Partial sums enter at the head of a column: zero for the first reduction chunk unless the tile accumulates,
// else the value in the output buffer. An old sum is read at least max(P, R) + p cycles after its fold began
// and was written at p + R - 1, so read-after-write through the buffer never stalls, in any fold order.
//
// Groups (depthwise) lie block-diagonally: g = min(R / reduction, C / channels, groups), at least 1, at once,
// each in its own rows and columns. A group that exceeds the array is folded on its own.
//
// Registers are clock-gated; counted are those that latch valid data:
//   weight       1 byte per weight and load (either set)
//   input        1 byte per pixel in each PE that the row passes through, up to the last column that uses it
//   partial sum  4 bytes per pixel in every PE of a used column, idle rows included: sums leave at the foot
#pragma once

#include "models/hw/array_styles/int8_array.h"

namespace subvolt::hw {

// How a tile is cut into folds; timing and sequencer share it.
struct WeightFolds {
  WeightFolds(const ArrayGeometry& geometry, const mapping::TileWork& work);
  struct Fold {
    std::int64_t group = 0, groups = 1;     // first group and how many
    std::int64_t reduction = 0, rows = 0;   // first reduction index and rows per group
    std::int64_t channel = 0, columns = 0;  // first channel and columns per group
    std::int64_t used_rows() const { return groups * rows; }
    std::int64_t used_columns() const { return groups * columns; }
  };
  Fold at(std::int64_t index) const;
  std::int64_t count() const { return group_chunks * channel_chunks * reduction_chunks; }

  ArrayGeometry geometry;
  mapping::TileWork work;
  std::int64_t groups_at_once = 1;
  std::int64_t group_chunks = 1;
  std::int64_t channel_chunks = 1;
  std::int64_t reduction_chunks = 1;
};

class WeightStationary : public Int8Array {
 public:
  using Int8Array::Int8Array;
  std::string name() const override { return "weight_stationary"; }
  mapping::TileActivity timing(const mapping::Tile& tile) const override;
  std::unique_ptr<mapping::ArrayReference> reference(const mapping::Tile& tile,
                                                     mapping::TileOperands operands) const override;
};

}  // namespace subvolt::hw
