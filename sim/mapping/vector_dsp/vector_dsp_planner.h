// An accelerator of the kind `vector_dsp` plans for itself: a layer becomes tiles or runs of a kernel in its L1, and
// the transfers between memory and L1 around them.
//
// Convolutions in one and two dimensions, grouped and depthwise ones and fully connected layers with constant weights
// of a type in its table are tiles (l1/l1_tiling.h, vector_dsp_tile.h). Every other operator that its kernels have a
// cost for (processor/processor.h) is a kernel that goes over its operands piece by piece (dsp_kernel.h), and so is a
// layer of which not even the smallest tile fits. What it cannot run: floating point that is not in its table,
// operators without a cost.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/mapping/accelerator.h"
#include "sim/mapping/l1/l1_tiling.h"
#include "sim/mapping/vector_dsp/vector_dsp_machine.h"

namespace subvolt::mapping {

struct VectorDspCapabilities {
  std::string instance;
  VectorDspMachine machine;
  KernelCosts kernels;  // of one core
  L1Memory l1;
};

// What its component is told of a command. Of a kernel's piece everything, of a tile what the tile does not say.
struct VectorDspLayer : MachineLayer {
  bool kernel = false;
  std::int64_t extra = 0;  // tile: cycles of each result beside the machine's, an activation with a table
  // Kernel: of the piece, with its start; cores' cycles together; MACs, element operations and bytes of the L1.
  std::int64_t cycles = 0, core_cycles = 0, macs = 0, operations = 0, read_bytes = 0, written_bytes = 0;
};

class VectorDspPlanner : public Accelerator {
 public:
  explicit VectorDspPlanner(VectorDspCapabilities capabilities) : own_(std::move(capabilities)) {}

  const std::string& instance() const override { return own_.instance; }
  std::int64_t most_macs_per_cycle() const override { return own_.machine.most_macs_per_cycle(); }
  int outstanding() const override { return own_.l1.outstanding; }
  std::int64_t longest_burst() const override { return own_.l1.burst.value(); }
  std::string obstacle(const network::Network& network, std::size_t layer) const override;
  bool takes_pitch(const network::Network& network, std::size_t layer, network::TensorId tensor) const override;
  // It copies what it moves.
  bool joins(const network::Network&, std::size_t) const override { return false; }
  std::optional<LayerPlan> plan(const network::Network& network, std::size_t layer, const Placement& placement,
                                const std::vector<MemoryRegion>& memories, Objective objective,
                                std::string& why_not) const override;

 private:
  bool in_tiles(const network::Network& network, std::size_t layer) const;
  VectorDspCapabilities own_;
};

}  // namespace subvolt::mapping
