// Base of the styles whose array is rows x columns of one int8 multiplier and one int32 adder each.
//
// Keys of soc.npu.array: rows, columns, overlap_folds.
// Events: mac_int8 (price mac.int8), register_byte (price pe.register_byte; bytes latched in operand and
// partial-sum registers).
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

 protected:
  const ArrayGeometry& geometry() const { return geometry_; }

 private:
  ArrayGeometry geometry_;
};

}  // namespace subvolt::hw
