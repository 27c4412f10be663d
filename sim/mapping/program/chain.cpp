#include "sim/mapping/program/chain.h"

namespace subvolt::mapping {

void chain_layers(Program& program, std::int32_t first, std::int32_t end, const Hardware& hardware) {
  std::vector<std::int32_t> before(hardware.accelerators.size(), -1);
  for (std::int32_t l = first; l < end; ++l) {
    LayerProgram& layer = program.layers[static_cast<std::size_t>(l)];
    if (layer.runs != LayerProgram::Runs::kOnAccelerator) continue;
    const auto a = static_cast<std::size_t>(layer.accelerator);
    const LayerProgram* const last = before[a] < 0 ? nullptr : &program.layers[static_cast<std::size_t>(before[a])];
    layer.follows = hardware.accelerators[a]->chain(last, layer) ? before[a] : -1;
    before[a] = l;
  }
}

}  // namespace subvolt::mapping
