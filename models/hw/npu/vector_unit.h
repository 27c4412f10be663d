// The vector unit: bias, requantisation, activation, pooling, residual add and softmax on the output buffer.
//
// Parameters: see VectorUnitConfig. Timing: sim/mapping/tile/vector_timing.h (its clock-by-clock reference with
// --fidelity cycle), or the cycles in which the output buffer can stream the bytes at banks x word per cycle,
// whichever is more.
//
// Event: lane_operation (price vector.lane_operation).
#pragma once

#include <cstdint>
#include <vector>

#include "models/hw/npu/sram_buffer.h"
#include "models/hw/npu/timed_unit.h"

namespace subvolt::hw {

struct VectorUnitConfig {
  std::int64_t lanes = 16;
  std::int64_t pipeline_depth = 4;
  std::vector<mapping::VectorOperator> operators;  // empty: all
  static const config::Schema<VectorUnitConfig>& schema();
};

class VectorUnit : public TimedUnit {
 public:
  VectorUnit(sc_core::sc_module_name name, const VectorUnitConfig& config, kernel::Environment& environment,
             SramBuffer& output);
  static std::vector<power::EventDeclaration> events(const VectorUnitConfig& config = {});

  const mapping::VectorGeometry& geometry() const { return geometry_; }
  const std::vector<mapping::VectorOperator>& operators() const { return operators_; }

  void start(std::int32_t command, const mapping::Command& what, int task) override;

 private:
  void finish() override { output_.close(); }

  mapping::VectorGeometry geometry_;
  std::vector<mapping::VectorOperator> operators_;
  SramBuffer& output_;
};

}  // namespace subvolt::hw
