// Which bytes of memory a layer reads and writes: whether two layers may run side by side.
//
// Blocks count with the rows that they are made of, where these lie at one distance, else with all that lies between
// their first and last byte: a footprint never misses a byte and may hold some that are not touched.
#pragma once

#include <vector>

#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

// [begin, end), or of these the first `row` bytes of every `pitch`.
struct AddressRange {
  Address begin = 0, end = 0;
  Address row = 0, pitch = 0;  // 0: all of them
  // Of rows at different distances it is said that they do if their ends do.
  bool meets(const AddressRange& other) const;
};
AddressRange range_of(const Block& block);                                          // empty: begin = end
AddressRange hull_of(const Block& block);                                           // without its rows
bool meet(const std::vector<AddressRange>& a, const std::vector<AddressRange>& b);  // both as of a footprint

struct Footprint {
  std::vector<AddressRange> reads, writes;  // apart from each other, ascending by begin
  // One writes what the other reads or writes: their order matters.
  bool conflicts(const Footprint& other) const;
};
Footprint footprint_of(const LayerProgram& layer);

}  // namespace subvolt::mapping
