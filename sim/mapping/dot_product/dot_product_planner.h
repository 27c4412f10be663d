// An accelerator of the kind `dot_product` plans for itself: a layer becomes one or more hardware layers, each a dense
// convolution whose input fits into the buffer beside its weights or a part of them.
//
// Cuts. Images one by one. Groups of a convolution in blocks of the channels that the engine takes at a time, or of one
// group where that has more, if all blocks begin with a plane; else, or where the configuration says so, as one dense
// convolution whose other weights are zero. Each of these by output rows, an image of one row by its columns, so that
// all input of a part is in the buffer: as few parts as leave room for the weights of one, two or all kernel groups,
// whichever of the three takes the least time. Kernels, where the weights of a group of them do not fit beside one row,
// in smaller groups.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/mapping/accelerator.h"
#include "sim/mapping/dot_product/dot_product_run.h"
#include "sim/mapping/dot_product/dot_product_start.h"

namespace subvolt::mapping {

class DotProductPlanner : public Accelerator {
 public:
  // `dense`: grouped convolutions are one dense convolution always.
  DotProductPlanner(std::string instance, const DotProductMachine& machine, bool dense)
      : instance_(std::move(instance)), machine_(machine), dense_(dense) {}

  const std::string& instance() const override { return instance_; }
  std::int64_t most_macs_per_cycle() const override { return machine_.channels * machine_.kernels; }
  int outstanding() const override { return static_cast<int>(machine_.reads_in_flight); }
  std::int64_t longest_burst() const override { return machine_.burst_beats * machine_.channels; }
  std::string obstacle(const network::Network& network, std::size_t layer) const override;
  std::optional<LayerPlan> plan(const network::Network& network, std::size_t layer, const Placement& placement,
                                const std::vector<MemoryRegion>& memories, Objective objective,
                                std::string& why_not) const override;

  // Cycles of a hardware layer from its start to its last result.
  std::int64_t cycles(const DotProductLayer& layer, const BeatMemory& memory) const;

 private:
  std::string instance_;
  DotProductMachine machine_;
  bool dense_;
  using Key = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t,
                         std::int64_t, std::vector<BeatMemory::Request>, std::vector<BeatMemory::Request>>;
  mutable std::map<Key, std::int64_t> known_;  // networks repeat themselves
};

}  // namespace subvolt::mapping
