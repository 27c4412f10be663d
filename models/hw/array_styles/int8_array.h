// Base of the styles whose array is rows x columns of one int8 multiplier and one int32 adder each.
//
// Keys of soc.npu.array: rows, columns, overlap_folds, scale_sim.
//
// scale_sim: the array that SCALE-Sim v3 counts (scalesim-project/SCALE-Sim, scalesim/compute/systolic_compute_*.py),
// cycle for cycle. It has one register set whatever overlap_folds says, holds one group of a tile at a time, and its
// output-stationary columns have a bus in place of the drain. A layer is one tile where the buffers allow it, as there.
// A tile then takes one cycle more than the tool prints for each of its groups: it numbers cycles from 0 and prints the
// last number, for every product that it is given, and a depthwise layer ("DP") is one per channel there.
//
// Events: mac_int8 (price mac.int8), register_byte (price pe.register_byte; bytes latched in operand and
// partial-sum registers). Statistic: fill_cycles (sim/mapping/tile/array_style.h).
#pragma once

#include <string>
#include <vector>

#include "sim/mapping/tile/array_style.h"

namespace subvolt::hw {

struct ArrayGeometry {
  std::int64_t rows = 16;     // >= 1
  std::int64_t columns = 16;  // >= 1
  // Second register set for the stationary operand: the next fold is loaded (or the last one drained) while
  // this one computes.
  bool overlap_folds = true;
  bool scale_sim = false;
  bool second_set() const { return overlap_folds && !scale_sim; }
  static const config::Schema<ArrayGeometry>& schema();
};

// Elements of a multiplier and an adder each, with so many bits of operand and sum registers.
mapping::ArrayPart int8_elements(const std::string& name, std::int64_t elements, std::int64_t register_bits);

class Int8Array : public mapping::ArrayStyle {
 public:
  using Geometry = ArrayGeometry;
  explicit Int8Array(const ArrayGeometry& geometry) : geometry_(geometry) {}

  // The declarations alone, for the reference of the NPU.
  static std::vector<mapping::ArrayEvent> int8_events();

  std::vector<mapping::ArrayEvent> events() const override { return int8_events(); }
  std::vector<mapping::ArrayPart> parts() const override;
  std::int64_t most_macs_per_cycle() const override { return geometry_.rows * geometry_.columns; }
  mapping::Granularity granularity() const override { return {geometry_.columns, geometry_.rows}; }
  std::string obstacle(const mapping::Tile& tile) const override { return mapping::obstacle_of_int8(tile); }
  bool whole_layers() const override { return geometry_.scale_sim; }

 protected:
  const ArrayGeometry& geometry() const { return geometry_; }

 private:
  ArrayGeometry geometry_;
};

}  // namespace subvolt::hw
