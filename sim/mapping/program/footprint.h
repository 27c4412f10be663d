// Which bytes of memory a layer reads and writes: whether two layers may run side by side.
//
// Blocks count with all that lies between their first and last byte, so a footprint never misses a byte and may hold
// some that are not touched.
#pragma once

#include <vector>

#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

struct AddressRange {  // [begin, end)
  Address begin = 0, end = 0;
  bool meets(const AddressRange& other) const { return begin < other.end && other.begin < end; }
};
AddressRange range_of(const Block& block);  // empty: begin = end

struct Footprint {
  std::vector<AddressRange> reads, writes;  // apart from each other, ascending
  // One writes what the other reads or writes: their order matters.
  bool conflicts(const Footprint& other) const;
};
Footprint footprint_of(const LayerProgram& layer);

}  // namespace subvolt::mapping
