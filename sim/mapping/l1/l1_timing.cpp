#include "sim/mapping/l1/l1_timing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "sim/mapping/program/command_list.h"

namespace subvolt::mapping {

const MemoryRegion& region_of(const std::vector<MemoryRegion>& memories, const Block& block) {
  return *std::find_if(memories.begin(), memories.end(), [&](const MemoryRegion& m) {
    return block.base >= m.base && block.base < m.base + static_cast<Address>(m.size.value());
  });
}

std::int64_t l1_cycles(const L1Memory& own, const std::vector<MemoryRegion>& memories,
                       const std::vector<Command>& commands, const L1Cycles& cycles) {
  std::vector<double> done(commands.size(), 0.0);
  std::array<double, kEngines> free{};
  double end = 0.0;
  for (std::size_t c = 0; c < commands.size(); ++c) {
    const Command& command = commands[c];
    double& engine = free[static_cast<std::size_t>(command.engine())];
    double begin = std::max(engine, static_cast<double>(own.issue.value()) * static_cast<double>(c + 1));
    for (const std::int32_t before : command.after) begin = std::max(begin, done[static_cast<std::size_t>(before)]);
    double latency = 0.0;
    const auto moved = [&](const Lane& lane, const Block& block) {
      const Transfer t = transfer(block, own.burst);
      latency = lane.latency(t);
      return lane.exact_cycles(t);
    };
    double taken = 0.0;
    if (const auto* compute = std::get_if<Compute>(&command.what)) {
      taken = static_cast<double>(cycles(*compute));
    } else if (const auto* store = std::get_if<Store>(&command.what)) {
      taken = moved(region_of(memories, store->to).path.write, store->to);
    } else {
      const Block& from = std::get<Load>(command.what).from;
      taken = moved(region_of(memories, from).path.read, from);
    }
    engine = begin + taken;
    done[c] = engine + latency;
    end = std::max(end, done[c]);
  }
  return static_cast<std::int64_t>(std::ceil(end));
}

void add_up_l1(const std::vector<Command>& commands, const L1Cycles& cycles, LayerMapping& m) {
  for (const Command& command : commands) {
    if (const auto* load = std::get_if<Load>(&command.what)) {
      (load->operand == Operand::kInput    ? m.input_bytes
       : load->operand == Operand::kWeight ? m.weight_bytes
                                           : m.bias_bytes) += load->from.bytes();
    } else if (const auto* store = std::get_if<Store>(&command.what)) {
      m.output_bytes += store->to.bytes();
    } else {
      m.array_cycles += Cycles(cycles(std::get<Compute>(command.what)));
    }
  }
}

LayerPlan plan_l1_layer(const MacLayer& places, const L1Tiling& tiling, const L1Memory& own, bool compute_only,
                        const std::vector<MemoryRegion>& memories, const L1Cycles& cycles,
                        const std::function<std::vector<Command>(MacLayer)>& lower) {
  LayerPlan plan;
  for (const MacLayer::Repetition& repetition : places.repetitions) {
    MacLayer one = places;
    one.input.address += static_cast<Address>(one.input.format.offset(repetition.input));
    one.weights.address += static_cast<Address>(one.weights.format.offset(repetition.weights));
    one.output.address += static_cast<Address>(one.output.format.offset(repetition.output));
    append(plan.commands, lower(std::move(one)));
  }
  LayerMapping& m = plan.mapping;
  add_up_l1(plan.commands, cycles, m);
  m.order = tiling.order;
  m.tile_rows = tiling.rows;
  m.tile_columns = tiling.columns;
  m.tile_channels = tiling.channels;
  m.tile_reduction = places.inputs_per_group;
  m.double_buffered = tiling.double_buffered;
  m.repetitions = static_cast<std::int64_t>(places.repetitions.size());
  m.candidates = tiling.candidates;
  m.how =
      (compute_only ? "in the L1" : to_text(m.order)) + (compute_only || m.double_buffered ? "" : ", single-buffered");
  m.off_chip_bytes = tiling.figures.off_chip_bytes * m.repetitions;
  m.estimated_cycles = Cycles(l1_cycles(own, memories, plan.commands, cycles));
  m.cost = (tiling.figures.cost - kCycleCost * static_cast<double>(tiling.figures.cycles)) *
               static_cast<double>(m.repetitions) +
           kCycleCost * static_cast<double>(m.estimated_cycles.value());
  return plan;
}

}  // namespace subvolt::mapping
