// An accelerator of the kind `subtile` plans for itself: a layer becomes jobs on tiles in its L1, and the transfers
// between memory and L1 around them.
//
// Tiles (l1/l1_tiling.h): outputs in whole sub-tiles, kernels or depthwise channels in whole blocks of them, all
// input channels; groups one by one. Of the tilings of which two of each operand that changes fit into the L1, or else
// one, the best by the objective. Windows that the engine does not have, of a dense convolution, are gathered by the
// DMA: each output's window becomes a pixel of taps x channels. What it cannot run: other layers than convolutions and
// fully connected ones, weights of more or fewer bits than it takes, activations with a table, dilated depthwise
// windows and such larger than 3x3, strides that differ, a layer of which not even one sub-tile of one kernel fits into
// the L1.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/mapping/accelerator.h"
#include "sim/mapping/subtile/subtile_machine.h"

namespace subvolt::mapping {

// Where a layer finds its operands: in memory, from where they are moved, or in the L1 already.
enum class SubtileTensors { kInMemory, kInL1 };

struct SubtileCapabilities {
  std::string instance;
  SubtileMachine machine;
  SubtileTensors tensors = SubtileTensors::kInMemory;
  Bytes l1;
  Bytes burst{256};
  int outstanding = 8;
  Cycles issue{4};
};

class SubtilePlanner : public Accelerator {
 public:
  explicit SubtilePlanner(SubtileCapabilities capabilities) : own_(std::move(capabilities)) {}

  const std::string& instance() const override { return own_.instance; }
  std::int64_t most_macs_per_cycle() const override { return own_.machine.most_macs_per_cycle(); }
  int outstanding() const override { return own_.outstanding; }
  std::int64_t longest_burst() const override { return own_.burst.value(); }
  std::string obstacle(const network::Network& network, std::size_t layer) const override;
  bool takes_pitch(const network::Network& network, std::size_t layer, network::TensorId tensor) const override;
  std::optional<LayerPlan> plan(const network::Network& network, std::size_t layer, const Placement& placement,
                                const std::vector<MemoryRegion>& memories, Objective objective,
                                std::string& why_not) const override;

 private:
  SubtileCapabilities own_;
};

}  // namespace subvolt::mapping
