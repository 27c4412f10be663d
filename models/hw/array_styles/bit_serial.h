// Bit-serial array in an SRAM: weights stay in the bit cells of a digital compute-in-memory macro, inputs come one bit
// a clock, and each column of bit cells has adders instead of sense amplifiers.
//
// Keys of soc.npu.array: rows, columns (of bit cells), registers_per_column.
//
// A row holds one element of the reduction. A *word* is as many columns side by side as a sum of weights over all rows
// has bits, so that it holds a weight in each row and adds them up without overflow:
//   word = weight bits + ceil(log2(rows)) columns,   W = floor(columns / word) words
// which is what makes energy over precision rise in steps (Colonnade: H. Kim, T. Yoo, T. T.-H. Kim, B. Kim, JSSC 56(7)
// 2021; 128 x 128 cells, 65 nm, 1 to 16 bits). In each clock one bit of an input enters a row; the word adds the
// weights of the rows whose bit is one. Sums pass S = registers_per_column registers on their way down, each behind
// ceil(rows / S) rows, inputs of the rows below are delayed as much, and an accumulator at the foot shifts and adds the
// B input bits, the sign's with a minus.
//
// A *fold* is what the cells hold at once: a reduction chunk of at most R rows by at most W channels; groups lie
// block-diagonally as in a systolic array of R x W elements (stationary.h), and folds run in its order.
//   write    r cycles: one row of cells a cycle, the r rows that the fold uses; the cells cannot add meanwhile
//   stream   P B cycles, P pixels of B bits
//   drain    S cycles; the next fold is written when this one has left
//   cycles = sum of (r + P B + S) over the folds
// Steps are the P B cycles. All others fill and drain. The most MACs per cycle are those of bits, R floor(columns / (1
// + ceil(log2(rows)))); operands of more bits take more columns and more clocks, and what they lose by it is told apart
// (idle MACs of cause operand_bits) from what lies idle for want of work.
//
// Registers: four bytes per word in use and cycle of the stream, in the accumulator.
//
// Events: row_clock (price bit_serial.row_clock; a row in use, all its columns, one clock of the stream), cell_write
// (price bit_serial.cell_write; a bit cell of a weight written). Statistics: mac, operand_bits, fill_cycles.
// Weights and inputs: integers of 1 to 16 bits with a sign (binary and ternary as one and two bits); sums int32.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/hw/array_styles/stationary.h"
#include "sim/mapping/tile/array_style.h"

namespace subvolt::hw {

struct BitSerialGeometry {
  std::int64_t rows = 128, columns = 128;
  std::int64_t registers_per_column = 1;
  static const config::Schema<BitSerialGeometry>& schema();
};

class BitSerial : public mapping::ArrayStyle {
 public:
  using Geometry = BitSerialGeometry;
  explicit BitSerial(const BitSerialGeometry& geometry) : geometry_(geometry) {}

  std::string name() const override { return "bit_serial"; }
  std::vector<mapping::ArrayEvent> events() const override;
  std::vector<mapping::ArrayPart> parts() const override;
  std::int64_t most_macs_per_cycle() const override { return geometry_.rows * words(1); }
  // Of words for bytes, which most networks have.
  mapping::Granularity granularity() const override;
  std::string obstacle(const mapping::Tile& tile) const override;
  mapping::TileActivity timing(const mapping::Tile& tile) const override;
  std::unique_ptr<mapping::ArrayReference> reference(const mapping::Tile& tile,
                                                     mapping::TileOperands operands) const override;

 private:
  std::int64_t words(std::int64_t weight_bits) const;  // 0: none fits
  StationaryFolds folds(const mapping::Tile& tile) const;

  BitSerialGeometry geometry_;
};

}  // namespace subvolt::hw
