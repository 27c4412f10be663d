// What a network's mapping hints say of the machine, and whether it can be so.
#include <algorithm>

#include "sim/mapping/near_memory/near_memory_graph.h"

namespace subvolt::mapping {
namespace {

// Of an output position: all passes but the last over all output processors and the holes between, the last up to its
// last channel.
std::int64_t least_steps(const NearMemoryLayer& layer) {
  const std::int64_t all = steps_of(layer);
  if (layer.kind == NearMemoryLayer::Kind::kDepthwise) return std::min(all, layer.out_channels);
  const std::int64_t passes = layer.out_passes(), a_pass = all / passes;
  std::int64_t left = layer.out_channels - (passes - 1) * layer.outputs.count();
  int first = 0;
  while (!layer.outputs.has(first)) ++first;
  int unit = first;
  for (; left > 0; ++unit) left -= layer.outputs.has(unit) ? 1 : 0;
  return (passes - 1) * a_pass + unit - first;
}

}  // namespace

void NearMemoryGraph::check_hints(config::Diagnostics& diagnostics) const {
  const int processors = machine_.processors();
  for (std::size_t l = 0; l < network_.layers.size(); ++l) {
    const auto& hint = network_.layers[l].attributes.mapping;
    if (!hint || !own_obstacle(l).empty()) continue;
    bool exist = true;
    const auto check_units = [&](const char* key, const std::optional<network::UnitSet>& units) {
      if (!units || units->count(processors) == 0) return;
      exist = false;
      const config::Node& at = config::node_at(hint->origin, {key});
      diagnostics.error(at, "expected processors from 0 to " + std::to_string(processors - 1) + ", as " + instance_ +
                                " has " + std::to_string(machine_.quadrants) + " quadrants of " +
                                std::to_string(NearMemoryMachine::kPerQuadrant) + ", got " + at.describe());
    };
    check_units("processors", hint->processors);
    check_units("outputs", hint->outputs);
    if (!exist || !hint->output_steps || root_of(l) != l) continue;
    const NearMemoryWork work = work_of(l);
    if (work.layer.kind == NearMemoryLayer::Kind::kPass) continue;
    const std::int64_t least = least_steps(work.layer);
    if (*hint->output_steps >= least) continue;
    const config::Node& at = config::node_at(hint->origin, {"output_steps"});
    diagnostics.error(at, "expected a value >= " + std::to_string(least) + ", as " +
                              std::to_string(work.layer.out_channels) + " channels take on " +
                              std::to_string(work.layer.outputs.count()) +
                              " output processors with the holes between, got " + at.describe());
  }
}

}  // namespace subvolt::mapping
