// What stays in the weight buffer from one inference to the next.
#include <algorithm>
#include <set>

#include "sim/mapping/npu/tiled_npu.h"

namespace subvolt::mapping {
namespace {

bool fills_weight_buffer(const Command& command) {
  const auto* const load = std::get_if<Load>(&command.what);
  return load && load->buffer == Buffer::kWeight;
}

// Bytes that a layer puts into the weight buffer; -1: some of it comes more than once, or is no constant.
std::int64_t resident_bytes(const network::Layer& layer, const LayerProgram& program) {
  const bool constants = layer.op->form == network::Form::kArray && !layer.op.is("batch_matmul");
  std::int64_t bytes = 0;
  std::set<Address> loaded;
  for (const Command& command : program.commands) {
    if (!fills_weight_buffer(command)) continue;
    // One that waits for another command keeps pace with it, and would take the place of what that was the last to use;
    // where all have room there is no need.
    const Block& from = std::get<Load>(command.what).from;
    if (!constants || !loaded.insert(from.base).second) return -1;
    bytes += from.bytes();
  }
  return bytes;
}

std::vector<Command> without_weights(const std::vector<Command>& commands) {
  std::vector<Command> kept;
  std::vector<std::int32_t> now_at(commands.size(), -1);
  for (std::size_t c = 0; c < commands.size(); ++c) {
    if (fills_weight_buffer(commands[c])) continue;
    now_at[c] = static_cast<std::int32_t>(kept.size());
    kept.push_back(commands[c]);
    std::vector<std::int32_t>& after = kept.back().after;
    for (std::int32_t& a : after) a = now_at[static_cast<std::size_t>(a)];
    after.erase(std::remove(after.begin(), after.end(), -1), after.end());
  }
  return kept;
}

}  // namespace

std::vector<std::vector<Command>> TiledNpu::steady(const network::Network& network,
                                                   const std::vector<std::size_t>& layers,
                                                   const std::vector<const LayerProgram*>& programs) const {
  if (!npu_.keeps_weights) return {};
  std::int64_t all = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::int64_t bytes = resident_bytes(network.layers[layers[i]], *programs[i]);
    if (bytes < 0) return {};
    all += bytes;
  }
  if (all > npu_.weight_buffer.value()) return {};
  std::vector<std::vector<Command>> steady;
  for (const LayerProgram* program : programs) steady.push_back(without_weights(program->commands));
  return steady;
}

}  // namespace subvolt::mapping
