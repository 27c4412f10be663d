#include "sim/mapping/near_memory/near_memory_planner.h"

#include <algorithm>

#include "sim/mapping/place/cost_model.h"

namespace subvolt::mapping {

std::string NearMemoryPlanner::obstacle(const network::Network& network, std::size_t layer) const {
  return graph(network).obstacle(layer);
}

void NearMemoryPlanner::check(const network::Network& network, const std::vector<MemoryRegion>& memories,
                              config::Diagnostics& diagnostics) const {
  const auto can_be = [this](const MemoryRegion& m) { return m.writable && (!base_ || m.base == *base_); };
  const auto data = std::find_if(memories.begin(), memories.end(), [&](const MemoryRegion& m) {
    return m.instance == machine_.data_memory && can_be(m);
  });
  if (data == memories.end()) {
    std::vector<std::string> names;
    for (const MemoryRegion& m : memories) {
      if (can_be(m)) names.push_back(m.instance);
    }
    return diagnostics.error(
        config::node_at(origin_, {"data_memory"}),
        "is the memory at " + instance_ + ".data: " + config::not_one_of(names, machine_.data_memory));
  }
  const std::int64_t number = machine_.processors() / NearMemoryMachine::kPerMemory;
  const std::int64_t bytes = number * data_words_ * 4;
  if (data->size.value() == bytes) return graph(network).check_hints(diagnostics);
  const std::string text = std::to_string(number) + " data memories of " + grouped(data_words_) + " words of 4 B are " +
                           grouped(bytes) + " B, and memory " + data->instance + " has " + grouped(data->size.value()) +
                           " B";
  const std::string key = data->size_key.empty() ? "soc." + data->instance + ".size" : data->size_key;
  diagnostics.error(config::last_said(origin_, {"data_words", "quadrants", "data_memory"}),
                    text + ": --set '" + key + "=" + std::to_string(bytes) + " B', and others' way to it alike");
}

std::optional<LayerPlan> NearMemoryPlanner::plan(const network::Network& network, std::size_t index,
                                                 const Placement& placement, const std::vector<MemoryRegion>& memories,
                                                 Objective, std::string&) const {
  const network::Layer& layer = network.layers[index];
  const NearMemoryGraph known = graph(network);
  const auto root = known.root_of(index);
  LayerPlan plan;
  LayerMapping& m = plan.mapping;
  if (!root || *root != index) {
    m.in_place = true;
    m.how = root ? "in " + network.layers[*root].name : "in place";
    return plan;
  }
  const NearMemoryWork work = known.work_of(index);
  const NearMemoryClocks clocks = clocks_of(machine_, work.layer);
  m.repetitions = work.layer.images;
  m.how = work.how;
  m.candidates = 1;
  m.array_cycles = Cycles(clocks.write);
  m.estimated_cycles = Cycles(clocks.all());
  m.loads_by_time = true;
  m.tile_rows = work.layer.out_height;
  m.tile_columns = work.layer.out_width;
  m.tile_channels = work.layer.out_channels;
  m.tile_reduction = work.layer.channels;
  const auto memory_of = [&](const Placement::Place& place) -> const MemoryRegion& {
    return memories[static_cast<std::size_t>(place.memory)];
  };
  const auto run = [](const Placement::Place& place, std::int64_t bytes) {
    return Block{place.address, bytes, 1, bytes, 1, bytes};
  };
  std::vector<std::int32_t> loads;
  const auto load = [&](Operand operand, const Placement::Place& place, std::int64_t bytes) {
    loads.push_back(static_cast<std::int32_t>(plan.commands.size()));
    const Buffer buffer = operand == Operand::kInput ? Buffer::kInput : Buffer::kWeight;
    plan.commands.push_back({Load{operand, buffer, run(place, bytes)}, {}});
    add_read(bytes, memory_of(place), m);
  };
  for (std::size_t c = 0; c < layer.constants.size(); ++c) {
    const network::Constant& constant = layer.constants[c];
    const bool bias = constant.role == network::Role::kBias;
    const std::int64_t bytes = Format{constant.type}.bytes(constant.shape.elements());
    load(bias ? Operand::kBias : Operand::kWeight, placement.constants[index][c], bytes);
    (bias ? m.bias_bytes : m.weight_bytes) += bytes;
  }
  for (const network::TensorId t : work.read) {
    const std::int64_t bytes = network.tensor(t).bytes().value();
    load(Operand::kInput, placement.activations[static_cast<std::size_t>(t)], bytes);
    m.input_bytes += bytes;
  }
  Compute compute;
  compute.tile.channels = work.layer.out_channels;
  compute.tile.inputs = work.layer.channels;
  compute.machine = std::make_shared<const NearMemoryLayer>(work.layer);
  const auto at = static_cast<std::int32_t>(plan.commands.size());
  plan.commands.push_back({std::move(compute), std::move(loads)});
  const network::TensorId out = layer.outputs.front();
  const Placement::Place& place = placement.activations[static_cast<std::size_t>(out)];
  m.output_bytes = network.tensor(out).bytes().value();
  plan.commands.push_back({Store{run(place, m.output_bytes)}, {at}});
  add_write(m.output_bytes, memory_of(place), m);
  m.cost += kCycleCost * static_cast<double>(clocks.all());
  return plan;
}

// The weights of all layers have room beside each other, or the planner would have refused some.
std::vector<std::vector<Command>> NearMemoryPlanner::steady(const network::Network&, const std::vector<std::size_t>&,
                                                            const std::vector<const LayerProgram*>& programs) const {
  std::vector<std::vector<Command>> all;
  for (const LayerProgram* program : programs) {
    std::vector<Command>& kept = all.emplace_back();
    for (const Command& command : program->commands) {
      const auto* const load = std::get_if<Load>(&command.what);
      if (load && load->buffer == Buffer::kWeight) continue;
      kept.push_back(command);
      std::vector<std::int32_t>& after = kept.back().after;
      after.clear();
      for (std::size_t c = 0; !load && c + 1 < kept.size(); ++c) after.push_back(static_cast<std::int32_t>(c));
    }
  }
  return all;
}

}  // namespace subvolt::mapping
