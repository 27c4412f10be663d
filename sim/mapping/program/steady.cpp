#include "sim/mapping/program/steady.h"

#include <map>

namespace subvolt::mapping {
namespace {

// By accelerator: the layers of a part that it runs.
std::map<int, std::vector<std::size_t>> layers_by_accelerator(const Program& program,
                                                              const network::Network::Part& part) {
  std::map<int, std::vector<std::size_t>> layers;
  for (std::size_t l = part.first_layer; l < part.end_layer; ++l) {
    const LayerProgram& layer = program.layers[l];
    if (layer.runs == LayerProgram::Runs::kOnAccelerator) layers[layer.accelerator].push_back(l);
  }
  return layers;
}

}  // namespace

bool add_steady_form(Program& program, const network::Network& network, const Hardware& hardware) {
  const std::size_t count = network.layers.size();
  std::map<std::size_t, std::vector<Command>> all;  // of layers that have another form
  for (const network::Network::Part& part : network.parts) {
    for (const auto& [accelerator, layers] : layers_by_accelerator(program, part)) {
      std::vector<const LayerProgram*> own;
      for (const std::size_t l : layers) own.push_back(&program.layers[l]);
      auto steady = hardware.accelerators[static_cast<std::size_t>(accelerator)]->steady(network, layers, own);
      for (std::size_t i = 0; i < steady.size(); ++i) all[layers[i]] = std::move(steady[i]);
    }
  }
  if (all.empty()) return false;
  program.layers.reserve(2 * count);
  for (std::size_t l = 0; l < count; ++l) program.layers.push_back(program.layers[l]);
  for (auto& [l, commands] : all) program.layers[l + count].commands = std::move(commands);
  return true;
}

void use_steady_form(Program& program, const network::Network& network, const std::vector<std::size_t>& part_of_job) {
  const std::size_t count = network.layers.size();
  std::map<int, std::size_t> last_part;  // by accelerator
  for (std::size_t j = 0; j < program.jobs.size(); ++j) {
    const std::size_t p = part_of_job[j];
    bool found = true;
    for (const auto& [accelerator, layers] : layers_by_accelerator(program, network.parts[p])) {
      const auto last = last_part.find(accelerator);
      found = found && last != last_part.end() && last->second == p;
      last_part[accelerator] = p;
    }
    if (!found) continue;
    program.jobs[j].first_layer += static_cast<std::int32_t>(count);
    program.jobs[j].end_layer += static_cast<std::int32_t>(count);
  }
}

}  // namespace subvolt::mapping
