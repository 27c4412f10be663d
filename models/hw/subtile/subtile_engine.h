// The engine proper of a sub-tile accelerator: works off jobs, commands of the kind `compute`, on tiles in the L1.
//
// Timing: mapping::subtile_activity(), of each job from its start to its last result. Events: subtile_engine()
// (subtile_config.h); its streams are accesses of the L1, all of them over the job's time.
#pragma once

#include "models/hw/npu/timed_unit.h"
#include "models/hw/subtile/subtile_config.h"

namespace subvolt::hw {

class SubtileEngine : public TimedUnit {
 public:
  SubtileEngine(sc_core::sc_module_name name, const SubtileConfig& config, kernel::Environment& environment,
                SramBuffer& l1);
  void start(std::int32_t command, const mapping::Command& what, int task) override;

 private:
  void finish() override { l1_.close(); }

  mapping::SubtileMachine machine_;
  SramBuffer& l1_;
};

}  // namespace subvolt::hw
