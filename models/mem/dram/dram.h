// DRAM in a SoC: the TLM-2.0 target of models/mem/target around one channel's engine.
//
// Parameters: DramConfig; the device's own are in its memory document (device_config.h). Port: "" (target, TLM-2.0 base
// protocol). Clocks: "dram" runs on the memory clock, its child "dram.controller" on the on-chip clock. Events: those
// of engine.h, read_B, write_B; of the controller: request (price dram_controller.request).
//
// A clock domain that holds only this memory may scale (power intent, `scaling:`): the set-points are the device's own
// below the domain's frequency.
//
// Errors: kConfiguration, at the policy that the device cannot follow, or at `device` for what else does not fit, such
// as the clock or the temperature.
#pragma once

#include <optional>

#include "models/mem/dram/engine.h"
#include "models/mem/target/memory_target.h"
#include "sim/kernel/frequency_policy.h"
#include "sim/units/hertz.h"
#include "sim/units/picoseconds.h"

namespace subvolt::mem {

struct DramConfig {
  config::Node device;  // name of a memory document of kind dram
  dram::Settings policies;
  config::Node policies_at;  // where they were written, for errors; empty: nowhere
  MemoryControllerConfig controller;
  // estimate: an LPDDR4 byte with its I/O and row activation costs some 70 pJ, a byte of a 64 KiB SRAM bank in a
  // 28 nm process some 1.4 pJ
  double cost_per_byte = 50.0;
  std::optional<double> bytes_per_cycle;
  static const config::Schema<DramConfig>& schema();
};

class Dram : public MemoryTarget, public kernel::ScalableClock {
 public:
  Dram(sc_core::sc_module_name name, const DramConfig& config, kernel::Environment& environment);

  std::vector<Hertz> set_points() const override { return engine().set_points(); }
  std::size_t set_point() const override { return set_point_; }
  void request_set_point(std::size_t point) override;
  Picoseconds busy_time() override;

 private:
  std::size_t set_point_ = 0;
};

}  // namespace subvolt::mem
