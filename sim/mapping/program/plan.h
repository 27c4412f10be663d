// From a network and the hardware's capabilities to a program.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/field_type.h"
#include "sim/mapping/accelerator.h"
#include "sim/mapping/capabilities.h"
#include "sim/mapping/place/placement_rules.h"
#include "sim/network/network.h"

namespace subvolt::mapping {

// Who runs what, where there are several accelerators.
enum class LayerAssignment {
  kBest,      // each layer the one that the objective likes best; of equal ones the first
  kPipeline,  // a stretch of layers each, so that the slowest stretch is fastest: inferences follow each other through
};

struct Plan {
  Placement placement;
  std::vector<LayerMapping> mappings;  // by layer
  Program program;
};

struct Hardware {
  std::vector<std::shared_ptr<const Accelerator>> accelerators;  // plans point to them
  HostCapabilities host;
  std::vector<MemoryRegion> memories;
  std::vector<std::vector<Path>> paths;  // by accelerator and memory; none: as the memories say
  // As the accelerator sees them.
  std::vector<MemoryRegion> memories_of(std::size_t accelerator) const;

  // Of all together.
  std::int64_t most_macs_per_cycle() const;
};

// Deterministic: the same inputs give the same plan, ties broken by the order of enumeration. Throws
// Error(kConfiguration): an operator that neither an accelerator nor the host can run, a mistake in the placement
// rules, a tensor that no memory holds, a layer whose smallest tile does not fit, each naming the layer, operand,
// required and available bytes.
Plan make_plan(const network::Network& network, const Hardware& hardware, Objective objective,
               const std::vector<PlacementRule>& rules = {}, LayerAssignment assignment = LayerAssignment::kBest);

}  // namespace subvolt::mapping

namespace subvolt::config {
template <>
struct EnumNames<mapping::LayerAssignment> {
  static const std::vector<std::pair<mapping::LayerAssignment, std::string>>& names();
};
}  // namespace subvolt::config
