// The systolic array that holds one operand and streams the other: the machine of weight_stationary.h, whose columns
// hold output channels, and of input_stationary.h, whose columns hold pixels. They differ in the buffers that the two
// operands come from, and in nothing that happens in the array.
//
// Rows hold the reduction, columns the *held* vectors (one each); the *moving* vectors flow right, partial sums flow
// down. A *fold* is what the array holds at once: a reduction chunk of at most R by at most C held vectors. Folds run
// reduction chunk innermost, then chunks of held vectors, then groups.
//
// One fold with M moving vectors, at its cycle 0 being ready to load:
//   load     R cycles. One bus per column and a row select that walks down the array: one row a cycle. It reaches
//            column c at cycle c, as the moving vectors do: in front of it the last fold may still stream.
//   stream   vector m enters row r at cycle R + m + r and reaches column c at R + m + r + c; its sums leave the foot
//            of column c at R + m + (R - 1) + c. The sequencer waits for the physical array, whatever part of it the
//            fold uses: M + R + C - 2 cycles. The skew comes from address generators that start one cycle later per
//            row and column, not from delay registers.
// With one register set a fold loads when the last one has left the array: 2R + C + M - 2 cycles each, which is
// SCALE-Sim's figure. With overlap_folds each PE has two: fold f+1 loads as soon as fold f streams, and streams when
// fold f's vectors are in and its own are: folds start max(M, R) apart and the total is
//   R + (F - 1) max(M, R) + M + R + C - 2.
//
// Steps are M a fold, those of the element in the first row and column; all other cycles fill and drain.
//
// Partial sums enter at the head of a column: zero for the first reduction chunk unless the tile accumulates, else the
// value in the output buffer. An old sum is read at least max(M, R) + m cycles after its fold began and was written at
// m + R - 1, so read-after-write through the buffer never stalls, in any fold order.
//
// Groups (depthwise) lie block-diagonally: g = min(R / reduction, C / held, groups), at least 1, at once, each in its
// own rows and columns. A group that exceeds the array is folded on its own; with scale_sim each is.
//
// Registers are clock-gated; counted are those that latch valid data:
//   held         1 byte per element and load (either set)
//   moving       1 byte per vector in each PE that the row passes through, up to the last column that uses it
//   partial sum  4 bytes per vector in every PE of a used column, idle rows included: sums leave at the foot
#pragma once

#include <memory>

#include "models/hw/array_styles/int8_array.h"

namespace subvolt::hw {

enum class Held { kWeights, kInputs };

// A tile's product as this array sees it.
struct StationaryProduct {
  StationaryProduct(const mapping::TileWork& work, Held held);
  std::int64_t moving = 1;  // vectors: pixels, or output channels
  std::int64_t reduction = 1;
  std::int64_t held = 1;  // vectors: output channels, or pixels
  std::int64_t groups = 1;
  bool accumulate = false;
};

// How a tile is cut into folds; timing and sequencer share it.
struct StationaryFolds {
  StationaryFolds(const ArrayGeometry& geometry, const StationaryProduct& product);
  struct Fold {
    std::int64_t group = 0, groups = 1;    // first group and how many
    std::int64_t reduction = 0, rows = 0;  // first reduction index and rows per group
    std::int64_t held = 0, columns = 0;    // first held vector and columns per group
    std::int64_t used_rows() const { return groups * rows; }
    std::int64_t used_columns() const { return groups * columns; }
  };
  Fold at(std::int64_t index) const;
  std::int64_t count() const { return group_chunks * held_chunks * reduction_chunks; }

  ArrayGeometry geometry;
  StationaryProduct product;
  std::int64_t groups_at_once = 1;
  std::int64_t group_chunks = 1;
  std::int64_t held_chunks = 1;
  std::int64_t reduction_chunks = 1;
};

class StationaryArray : public Int8Array {
 public:
  mapping::TileActivity timing(const mapping::Tile& tile) const override;
  std::unique_ptr<mapping::ArrayReference> reference(const mapping::Tile& tile,
                                                     mapping::TileOperands operands) const override;

 protected:
  StationaryArray(const ArrayGeometry& geometry, Held held) : Int8Array(geometry), held_(held) {}

 private:
  Held held_;
};

}  // namespace subvolt::hw
