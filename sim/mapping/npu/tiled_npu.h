// An accelerator of the kind `npu` plans for itself: layers are tiled into its three buffers, and its array, vector
// unit and DMA work on several tiles at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/mapping/accelerator.h"
#include "sim/mapping/tile/mac_search.h"
#include "sim/mapping/tile/mac_search_key.h"

namespace subvolt::mapping {

class TiledNpu : public Accelerator {
 public:
  explicit TiledNpu(NpuCapabilities capabilities) : npu_(std::move(capabilities)) {}
  const NpuCapabilities& capabilities() const { return npu_; }

  const std::string& instance() const override { return npu_.instance; }
  std::int64_t most_macs_per_cycle() const override { return npu_.most_macs_per_cycle(); }
  int outstanding() const override { return npu_.outstanding; }
  std::int64_t longest_burst() const override { return npu_.burst.value(); }
  std::string obstacle(const network::Network& network, std::size_t layer) const override;
  bool takes_pitch(const network::Network& network, std::size_t layer, network::TensorId tensor) const override;
  std::optional<LayerPlan> plan(const network::Network& network, std::size_t layer, const Placement& placement,
                                const std::vector<MemoryRegion>& memories, Objective objective,
                                std::string& why_not) const override;
  // Where all weights and biases of the network fit into the weight buffer beside each other.
  std::vector<std::vector<Command>> steady(const network::Network& network, const std::vector<std::size_t>& layers,
                                           const std::vector<const LayerProgram*>& programs) const override;
  bool chain(const LayerProgram* before, LayerProgram& layer) const override;

 private:
  NpuCapabilities npu_;
  // Networks repeat themselves, and their layers' searches are long.
  mutable std::vector<std::pair<MacSearchKey, MacChoice>> found_;
};

// The part that a layer is planned for. The vector unit follows the array, the DMA serves both.
enum class NpuUnit { kArray, kVector, kDma, kRecurrent };

// Why the NPU cannot run the layer; empty when it can, and then the part that does. What the operator lacks comes
// before the types of its operands: those alone are no obstacle to what nobody runs in any type.
std::string npu_obstacle(const network::Network& network, std::size_t layer, const NpuCapabilities& npu, NpuUnit& unit);

}  // namespace subvolt::mapping
