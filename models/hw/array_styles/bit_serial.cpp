#include "models/hw/array_styles/bit_serial.h"

#include <algorithm>

namespace subvolt::hw {
namespace {

using mapping::TileActivity;

// Where the style counts what is its own.
enum Own { kOperandBits, kRowClocks, kCellWrites };

// Estimate, from what the paper draws of a bit cell: a 6T cell, an XNOR (3 NAND2), a full adder (28 transistors, 7
// NAND2) and two multiplexers (2 NAND2 each) that join columns to words.
constexpr std::int64_t kCellGates = 14;
// Estimate: at the foot of a column an adder (7 NAND2) and a flip-flop (6) of the accumulator.
constexpr std::int64_t kFootGates = 13;
constexpr std::int64_t kFlipFlopGates = 6;  // Nangate 45 nm DFF_X1: 4.52 um2 / 0.798 um2 per NAND2

std::int64_t bits_to_count(std::int64_t rows) {
  std::int64_t bits = 0;
  while ((std::int64_t{1} << bits) < rows) ++bits;
  return bits;
}

// Unsigned bytes are bytes with another zero.
bool can_be_serial(const network::Format& format) {
  return format.type <= network::ElementType::kInt16 || format.is_byte();
}

std::string not_serial(const std::string& operand, network::ElementType type) {
  const std::string remedy = network::is_float(type) ? ": --quantize int8 takes it as int8" : "";
  return "takes integers of 1 to 16 bits with a sign and the " + operand + " is " + to_text(type) + remedy;
}

power::EventDeclaration declaration(std::string name, std::string price, std::string meaning,
                                    power::EventRole role = power::EventRole::kNone) {
  return {std::move(name), std::move(price), power::Cause::kSwitching, std::move(meaning), {}, role};
}

}  // namespace

const config::Schema<BitSerialGeometry>& BitSerialGeometry::schema() {
  static const auto schema =
      config::Schema<BitSerialGeometry>("bit_serial_array", "Bit cells that add in their columns, inputs bit by bit.")
          .required("rows", &BitSerialGeometry::rows, "Rows of processing elements; of bit_serial: of bit cells.",
                    config::between(1, 1024))
          .required("columns", &BitSerialGeometry::columns,
                    "Columns of processing elements; of bit_serial: of bit cells.", config::between(1, 1024))
          .required("registers_per_column", &BitSerialGeometry::registers_per_column,
                    "Registers that sums pass on their way down a column: more let the clock run faster, and each "
                    "takes a cycle more.",
                    config::between(1, 1024));
  return schema;
}

std::int64_t BitSerial::words(std::int64_t weight_bits) const {
  return geometry_.columns / (weight_bits + bits_to_count(geometry_.rows));
}

mapping::Granularity BitSerial::granularity() const { return {std::max<std::int64_t>(1, words(8)), geometry_.rows}; }

StationaryFolds BitSerial::folds(const mapping::Tile& tile) const {
  const ArrayGeometry elements{geometry_.rows, words(tile.weight.bits()), false, false};
  return {elements, StationaryProduct(tile.as_product(), Held::kWeights)};
}

std::string BitSerial::obstacle(const mapping::Tile& tile) const {
  if (!can_be_serial(tile.input)) return not_serial("input", tile.input.type);
  if (!can_be_serial(tile.weight)) return not_serial("weights", tile.weight.type);
  if (words(tile.weight.bits()) > 0) return "";
  const std::int64_t word = tile.weight.bits() + bits_to_count(geometry_.rows);
  return "adds " + to_text(tile.weight.type) + " weights in words of " + std::to_string(word) + " columns and has " +
         std::to_string(geometry_.columns);
}

TileActivity BitSerial::timing(const mapping::Tile& tile) const {
  const StationaryFolds folds = this->folds(tile);
  const StationaryProduct& p = folds.product;
  const std::int64_t stream = p.moving * tile.input.bits();
  // Rows and words in use, over the folds: each group has its own in turn.
  const std::int64_t used_rows = p.reduction * p.groups * folds.held_chunks;
  const std::int64_t used_words = p.held * p.groups * folds.reduction_chunks;
  const std::int64_t held = p.reduction * p.held * p.groups;
  const std::int64_t sums = p.moving * p.held * p.groups;

  TileActivity a;
  a.fill_cycles = used_rows + folds.count() * geometry_.registers_per_column;
  a.cycles = Cycles(a.fill_cycles + folds.count() * stream);
  a.macs = p.moving * held;
  a.register_writes = 4 * stream * used_words;
  a.input_bytes_read = tile.input.bytes(p.moving * used_rows);
  a.weight_bytes_read = tile.weight.bytes(held);
  a.psum_bytes_written = 4 * sums * folds.reduction_chunks;
  a.psum_bytes_read = 4 * sums * (folds.reduction_chunks - (p.accumulate ? 0 : 1));
  const std::int64_t at_these_bits = geometry_.rows * folds.geometry.columns * p.moving;
  a.own[kOperandBits] = folds.count() * (stream * most_macs_per_cycle() - at_these_bits);
  a.own[kRowClocks] = stream * used_rows;
  a.own[kCellWrites] = held * tile.weight.bits();
  return a;
}

std::vector<mapping::ArrayEvent> BitSerial::events() const {
  power::EventDeclaration operand_bits =
      declaration("operand_bits", "", "A multiplication of bits that could be, had the operands one bit.",
                  power::EventRole::kIdleMac);
  operand_bits.loss = {"operand_bits", "Operands of more than a bit take as many clocks, and columns besides.",
                       "Narrower inputs and weights."};
  return {
      {declaration("mac", "", "One multiplication of a weight by an input, of whatever width.", power::EventRole::kMac),
       [](const TileActivity& a) { return a.macs; }},
      {declaration("row_clock", "bit_serial.row_clock",
                   "A row of bit cells with the adders of all its columns, one clock."),
       [](const TileActivity& a) { return a.own[kRowClocks]; }},
      {declaration("cell_write", "bit_serial.cell_write", "A bit cell written, one bit of a weight."),
       [](const TileActivity& a) { return a.own[kCellWrites]; }},
      {std::move(operand_bits), [](const TileActivity& a) { return a.own[kOperandBits]; }},
      mapping::fill_event()};
}

std::vector<mapping::ArrayPart> BitSerial::parts() const {
  const auto [rows, columns, registers] = geometry_;
  power::Inventory inventory;
  inventory.sram_bits = rows * columns;
  inventory.logic_gates = columns * (rows * kCellGates + kFootGates + registers * kFlipFlopGates);
  inventory.basis =
      "estimate, from the drawing of a cell in H. Kim et al., JSSC 56(7) 2021: 14 NAND2 of XNOR, adder and "
      "multiplexers "
      "beside each 6T cell, " +
      std::to_string(registers) +
      " registers and an accumulator's bit per column; their clock is in the price of a row's clock, as it was "
      "measured";
  return {{"bit cells with adders", inventory}};
}

namespace {

mapping::ArrayStyleKind bit_serial_kind() {
  mapping::ArrayStyleKind kind = mapping::array_style_kind<BitSerial>(
      "bit_serial", "weights stay in bit cells that add in their columns, inputs come bit by bit");
  // Several columns make a word: as many as others have are none.
  kind.draw = [](config::Node& array, const std::function<std::int64_t(std::int64_t)>& draw) {
    const config::SourceLocation here{"a small array", 1, 1};
    const auto set = [&](const std::string& key, std::int64_t value) {
      array.set(key, here, config::Node::scalar(std::to_string(value), here, {}));
    };
    set("columns", 12 * draw(6));
    if (!array.find("registers_per_column")) set("registers_per_column", draw(6));
  };
  return kind;
}

const bool bit_serial_registered = mapping::register_array_style(bit_serial_kind());

}  // namespace

}  // namespace subvolt::hw
