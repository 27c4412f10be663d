// The cores proper of a vector_dsp: work off tiles and pieces of kernels, commands of the kind `compute`, in the L1.
//
// Timing: mapping::vector_dsp_activity() of a tile, mapping::VectorDspLayer::cycles of a piece. Events:
// vector_dsp_cores() (vector_dsp_config.h); accesses of the L1 over the command's time.
#pragma once

#include "models/hw/npu/timed_unit.h"
#include "models/hw/vector_dsp/vector_dsp_config.h"

namespace subvolt::hw {

class DspCores : public TimedUnit {
 public:
  DspCores(sc_core::sc_module_name name, const VectorDspConfig& config, kernel::Environment& environment,
           SramBuffer& l1);
  void start(std::int32_t command, const mapping::Command& what, int task) override;

 private:
  void finish() override { l1_.close(); }

  mapping::VectorDspMachine machine_;
  SramBuffer& l1_;
};

}  // namespace subvolt::hw
