// An accelerator of the kind `block_engine` plans for itself: a layer becomes blocks (block_choice.h), with the loads
// of their input blocks, the stores of their output blocks and the transfers of weights to the weight buffer, slice by
// slice of output channels (weight_stream.h), or block by block where weights do not pass it.
//
// Weights pass the buffer when they lie off the chip, but not those of a fully connected layer whose pixels are in one
// block: they are used once. What a layer's first slice costs depends on the layer before it on the engine, under which
// it comes: that is worked out from the network's first layer on. pipeline_cycles are those of the engine with its
// weight transfers, without what reads and writes of feature maps, and of weights that do not pass the buffer, take
// beyond a block's interval: what Vela calls NPU cycles. estimated_cycles follow the commands to memory and back
// (block_timeline.h), of the layer by itself.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/mapping/accelerator.h"
#include "sim/mapping/block_engine/weight_stream.h"

namespace subvolt::mapping {

struct BlockEngineCapabilities {
  std::string instance;
  BlockEngineMachine machine;
  double weight_ratio = 1.0;  // of the code
  Bytes weight_buffer;
  Bytes burst{256}, weight_burst{4096};
  int outstanding = 8;
};

// What the engine takes for a block: in Compute::machine.
struct BlockStep : MachineLayer {
  std::int64_t multiply = 0, output = 0, interval = 0;  // cycles
  std::int64_t products = 0;                            // that the multipliers have room for in `multiply`
  std::int64_t input_bytes = 0, weight_bytes = 0;       // read from the shared buffer and decoded
  std::int64_t accumulator_bytes = 0;
  bool multiplies = false;  // MACs; else taps are compared or added
};

class BlockEnginePlanner : public Accelerator {
 public:
  explicit BlockEnginePlanner(BlockEngineCapabilities capabilities) : own_(std::move(capabilities)) {}

  const std::string& instance() const override { return own_.instance; }
  std::int64_t most_macs_per_cycle() const override { return own_.machine.macs_per_cycle(); }
  int outstanding() const override { return own_.outstanding; }
  std::int64_t longest_burst() const override { return std::max(own_.burst, own_.weight_burst).value(); }
  std::string obstacle(const network::Network& network, std::size_t layer) const override;
  bool takes_pitch(const network::Network& network, std::size_t layer, network::TensorId tensor) const override;
  std::optional<LayerPlan> plan(const network::Network& network, std::size_t layer, const Placement& placement,
                                const std::vector<MemoryRegion>& memories, Objective objective,
                                std::string& why_not) const override;

 private:
  std::optional<BlockChoice> choice(const BlockWork& work) const;
  // Of a layer without obstacle, which may have no weights.
  WeightSource source(const network::Network& network, std::size_t layer, const Placement& placement,
                      const std::vector<MemoryRegion>& memories) const;
  WeightPlan weights(const network::Network& network, std::size_t layer, const Placement& placement,
                     const std::vector<MemoryRegion>& memories) const;

  BlockEngineCapabilities own_;
  // By what they are chosen for. Planning asks for the same layers many times, and is done by one thread.
  mutable std::map<decltype(BlockWork().key()), std::optional<BlockChoice>> choices_;
};

}  // namespace subvolt::mapping
