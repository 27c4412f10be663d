// An accelerator of the kind `dot_product` plans for itself: a layer becomes one or more hardware layers, each a dense
// convolution whose input fits into the buffer beside its weights or a part of them.
//
// Cuts. Images one by one. Groups of a convolution in the smallest blocks that begin with a plane each; where these
// have more channels than the engine takes at a time and than a group has, as one dense convolution whose other weights
// are zero if that takes less time; so, too, where there are no such blocks or the configuration says so. Each of these
// by output rows, an image of one row by its columns, so that all input of a part is in the buffer: as few parts as
// leave room for the weights of one, two or all kernel groups, whichever of the three takes the least time. Kernels,
// where the weights of a group of them do not fit beside one row, in smaller groups.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
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

 private:
  // To the memories of input, weights and output.
  struct Ways {
    const std::vector<MemoryRegion>& memories;
    std::array<std::int64_t, 3> numbers;  // way_of()
    std::optional<BeatMemory> beats;      // where both operands come beat by beat
  };
  // Cycles of a hardware layer from its start to its last result written.
  std::int64_t cycles(const DotProductStart& start, const Ways& ways) const;
  // A number for it, the same for the same ways to the same place.
  std::int64_t way_of(const MemoryRegion& memory) const;

  std::string instance_;
  DotProductMachine machine_;
  bool dense_;
  // What a start's time depends on: its layer, where its runs end, and the ways. Networks repeat themselves.
  using Key = std::array<std::int64_t, 14>;
  mutable std::map<Key, std::int64_t> known_;
  mutable std::vector<std::pair<Address, Path>> ways_;
};

}  // namespace subvolt::mapping
