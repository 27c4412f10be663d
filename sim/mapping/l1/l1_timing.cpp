#include "sim/mapping/l1/l1_timing.h"

#include <algorithm>
#include <utility>

#include "sim/mapping/follow/replay.h"
#include "sim/mapping/program/command_list.h"

namespace subvolt::mapping {

const MemoryRegion& region_of(const std::vector<MemoryRegion>& memories, const Block& block) {
  return *std::find_if(memories.begin(), memories.end(), [&](const MemoryRegion& m) {
    return block.base >= m.base && block.base < m.base + static_cast<Address>(m.size.value());
  });
}

std::int64_t l1_cycles(const L1Memory& own, const std::vector<MemoryRegion>& memories,
                       const std::vector<Command>& commands, const L1Cycles& cycles) {
  const auto unit = [&](const Command& command) { return cycles(std::get<Compute>(command.what)); };
  return replay(commands, {own.issue, own.burst, own.outstanding, unit}, memories).value();
}

std::optional<L1Tiling> best_l1_tiling(const L1Layer& layer, const L1Memory& own, const SecondLook& look,
                                       const std::vector<MemoryRegion>& memories, const L1Cycles& cycles,
                                       const L1Lower& lower) {
  const Found<L1Tiling> found = search_l1_tilings(layer, own, look.objectives(), look.reach());
  if (found.choices.empty()) return std::nullopt;
  return look.best(
      found, [](L1Tiling& t) -> Figures& { return t.figures; },
      [&](const L1Tiling& t) { return l1_cycles(own, memories, lower(layer.mac(), t), cycles); },
      [](const L1Tiling&) { return std::optional<L1Tiling>(); });
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
                        const std::vector<MemoryRegion>& memories, const L1Cycles& cycles, const L1Lower& lower) {
  LayerPlan plan;
  for (const MacLayer::Repetition& repetition : places.repetitions) {
    MacLayer one = places;
    one.input.address += static_cast<Address>(one.input.format.offset(repetition.input));
    one.weights.address += static_cast<Address>(one.weights.format.offset(repetition.weights));
    one.output.address += static_cast<Address>(one.output.format.offset(repetition.output));
    append(plan.commands, lower(std::move(one), tiling));
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
