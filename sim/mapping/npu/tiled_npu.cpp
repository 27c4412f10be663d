#include "sim/mapping/npu/tiled_npu.h"

#include <algorithm>
#include <map>

#include "sim/config/error.h"
#include "sim/mapping/follow/replay.h"
#include "sim/mapping/follow/second_look.h"
#include "sim/mapping/layer/mac_lowering.h"
#include "sim/mapping/layer/move_layer.h"
#include "sim/mapping/layer/recurrent_layer.h"
#include "sim/mapping/layer/svdf_layer.h"
#include "sim/mapping/layer/transposed_layer.h"
#include "sim/mapping/layer/vector_layer.h"
#include "sim/mapping/npu/chain_layer.h"
#include "sim/mapping/program/command_list.h"

namespace subvolt::mapping {
namespace {

std::string sentence(const Shortage& s, const std::string& npu) {
  const std::string buffer = npu + "." + to_text(s.buffer);
  if (s.required == 0 && !s.obstacle.empty()) {
    return "no dataflow of " + npu + ".array runs a tile of it: " + npu + " " + s.obstacle;
  }
  if (s.required == 0) {
    return "no tiling needs fewer than " + grouped(kMostCommands) + " commands; enlarge the buffers of " + npu;
  }
  return "the smallest tile needs " + grouped(s.required) + " B of " + buffer + " for its " + to_text(s.operand) +
         ", available " + grouped(s.available) + " B; enlarge " + buffer;
}

using Known = std::vector<std::pair<MacSearchKey, MacChoice>>;

// One layer's plan.
class Planning {
 public:
  Planning(const network::Network& network, std::size_t layer, const Placement& placement,
           const std::vector<MemoryRegion>& memories, const NpuCapabilities& npu, Objective objective)
      : network_(network),
        l_(layer),
        placement_(placement),
        memories_(memories),
        npu_(npu),
        objective_(objective),
        look_(network, objective) {}

  std::optional<LayerPlan> run(NpuUnit unit, Known& known, std::string& why_not) {
    bool fits = true;
    if (unit == NpuUnit::kArray) fits = plan_for_array(known, why_not);
    if (unit == NpuUnit::kVector) fits = plan_for_vector_unit(why_not);
    if (unit == NpuUnit::kDma) plan_for_dma();
    if (unit == NpuUnit::kRecurrent) plan_recurrent();
    if (!fits) return std::nullopt;
    if (unit == NpuUnit::kDma || unit == NpuUnit::kRecurrent)
      plan_.mapping.estimated_cycles = Cycles(followed(plan_.commands));
    return std::move(plan_);
  }

 private:
  bool plan_for_array(Known& known, std::string& why_not) {
    const MacLayer whole = mac_layer(network_, l_, placement_, memories_);
    const network::Layer& layer = network_.layers[l_];
    if (!is_transposed(layer)) return plan_for_array(whole, known, why_not);
    const std::vector<MacLayer> phases = phases_of(whole, layer);
    plan_.mapping.phases = static_cast<std::int64_t>(phases.size());
    return std::all_of(phases.begin(), phases.end(),
                       [&](const MacLayer& phase) { return plan_for_array(phase, known, why_not); });
  }

  // Behind what is planned already; the mapping tells how the last one is tiled, and the figures of all.
  bool plan_for_array(const MacLayer& layer, Known& all_known, std::string& why_not) {
    const MacSearchKey key(layer, objective_);
    auto known = std::find_if(all_known.begin(), all_known.end(), [&](const auto& k) { return k.first == key; });
    if (known == all_known.end()) {
      Shortage shortage;
      const Found<MacChoice> found = search_mac_layer(layer, npu_, look_.objectives(), look_.reach(), shortage);
      if (found.choices.empty()) {
        why_not = sentence(shortage, npu_.instance);
        return false;
      }
      MacLayer one = layer;
      one.repetitions.resize(1);
      known = all_known.emplace(
          all_known.end(), key,
          look_.best(
              found, [](MacChoice& c) -> Figures& { return c.estimate.figures; },
              [&](const MacChoice& c) { return followed(lower_mac_layer(one, c.tiling, c.residency, *c.style)); },
              [&](const MacChoice& c) { return with_weights_at_once(layer, c); }));
    }
    const MacChoice& c = known->second;
    LayerMapping& m = plan_.mapping;
    m.style = c.style;
    m.order = c.tiling.order;
    m.tile_rows = c.tiling.size.rows;
    m.tile_columns = c.tiling.size.columns;
    m.tile_channels = c.tiling.size.channels;
    m.tile_reduction = c.tiling.size.reduction;
    m.double_buffered = c.tiling.double_buffered;
    const auto times = static_cast<std::int64_t>(layer.repetitions.size());
    m.input_bytes += c.traffic.input_bytes * times;
    m.weight_bytes += c.traffic.weight_bytes * times;
    m.bias_bytes += c.traffic.bias_bytes * times;
    m.output_bytes += c.traffic.output_bytes * times;
    m.array_cycles += Cycles(c.estimate.array_cycles * times);
    m.cost += c.estimate.figures.cost * static_cast<double>(times);
    m.off_chip_bytes += c.estimate.figures.off_chip_bytes * times;
    m.estimated_cycles += Cycles(c.estimate.figures.cycles * times);
    m.repetitions = times;
    m.candidates += c.candidates;
    append(plan_.commands, lower_mac_layer(layer, c.tiling, c.residency, *c.style));
    return true;
  }

  std::optional<MacChoice> with_weights_at_once(const MacLayer& layer, MacChoice choice) const {
    const std::optional<Residency> r = weights_at_once(layer, choice.tiling, choice.residency, npu_);
    if (!r) return std::nullopt;
    choice.residency = *r;
    return choice;
  }

  std::int64_t followed(const std::vector<Command>& commands) const {
    std::map<std::pair<const ArrayStyle*, Tile>, std::int64_t> tiles;
    const auto cycles = [&](const Command& command) {
      if (const auto* vector = std::get_if<Vector>(&command.what)) {
        const VectorActivity a = vector_timing(npu_.vector, vector->work);
        return std::max(a.cycles, Cycles(ceil_div(a.bytes_read + a.bytes_written, npu_.rates.output))).value();
      }
      const auto& compute = std::get<Compute>(command.what);
      const std::pair key{compute.style, compute.tile};
      const auto known = tiles.find(key);
      if (known != tiles.end()) return known->second;
      return tiles.emplace(key, npu_.rates.cycles(compute.style->timing(compute.tile)).value()).first->second;
    };
    return replay(commands, {npu_.issue, npu_.burst, npu_.outstanding, cycles}, memories_).value();
  }

  bool plan_for_vector_unit(std::string& why_not) {
    const VectorLayer layer = vector_layer(network_, l_, placement_, memories_);
    Shortage shortage;
    const Found<VectorChoice> found = search_vector_layer(layer, npu_, look_.objectives(), look_.reach(), shortage);
    if (found.choices.empty()) {
      why_not = sentence(shortage, npu_.instance);
      return false;
    }
    VectorLayer one = layer;
    one.images = 1;
    const VectorChoice best = look_.best(
        found, [](VectorChoice& c) -> Figures& { return c.figures; },
        [&](const VectorChoice& c) { return followed(lower_vector_layer(one, c)); },
        [](const VectorChoice&) { return std::optional<VectorChoice>(); });
    const VectorChoice* const c = &best;
    LayerMapping& m = plan_.mapping;
    m.order = LoopOrder::kPixelsOuter;
    m.tile_rows = c->size.rows;
    m.tile_columns = c->size.columns;
    m.tile_channels = c->size.channels;
    m.tile_reduction = c->size.channels;
    m.double_buffered = c->slots > 1;
    m.repetitions = layer.images;
    m.input_bytes = c->input_bytes;
    m.weight_bytes = c->constant_bytes;
    m.output_bytes = c->output_bytes;
    m.cost = c->figures.cost * static_cast<double>(layer.images);
    m.off_chip_bytes = c->figures.off_chip_bytes * layer.images;
    m.estimated_cycles = Cycles(c->figures.cycles * layer.images);
    m.candidates = c->candidates;
    plan_.commands = lower_vector_layer(layer, *c);
    return true;
  }

  void plan_for_dma() {
    MoveProgram moves = lower_move_layer(placed_copies(network_, l_, placement_, memories_), npu_);
    LayerMapping& m = plan_.mapping;
    m.moves_only = true;
    m.candidates = 1;
    m.input_bytes = moves.input_bytes;
    m.weight_bytes = moves.constant_bytes;
    m.output_bytes = moves.output_bytes;
    m.cost = moves.figures.cost;
    m.off_chip_bytes = moves.figures.off_chip_bytes;
    m.estimated_cycles = Cycles(moves.figures.cycles);
    plan_.commands = std::move(moves.commands);
  }

  void plan_recurrent() {
    std::string why;
    LayerMapping& m = plan_.mapping;
    m.candidates = 1;
    if (network_.layers[l_].op.is("svdf")) {
      SvdfLayer layer = svdf_layer(network_, l_, npu_, why).value();
      place_svdf_layer(layer, network_, l_, placement_, memories_);
      plan_.commands = lower_svdf_layer(layer, npu_);
      m.repetitions = layer.batches;
      m.tile_channels = layer.chunk;
      m.tile_reduction = layer.features;
    } else {
      RecurrentLayer layer = recurrent_layer(network_, l_, npu_, why).value();
      place_recurrent_layer(layer, network_, l_, placement_, memories_);
      choose_chunks(layer);
      plan_.commands = lower_recurrent_layer(layer, npu_);
      m.repetitions = layer.steps;
      m.tile_channels = layer.chunk * layer.gates;
      m.tile_reduction = layer.features;
    }
    for (const Command& command : plan_.commands) add_up(command, m);
  }

  // Of the chunks that fit those by which the first steps take least: large ones keep the array waiting for their
  // weights, small ones for their commands. All move the same bytes.
  void choose_chunks(RecurrentLayer& layer) const {
    choose_chunk(layer, &RecurrentLayer::chunk);
    if (layer.projection > 0) choose_chunk(layer, &RecurrentLayer::projection_chunk);
  }

  void choose_chunk(RecurrentLayer& layer, std::int64_t RecurrentLayer::*chunk) const {
    RecurrentLayer tried = layer;
    std::int64_t least = 0;
    for (const std::int64_t size : chunk_sizes(layer.*chunk, npu_.channel_grain())) {
      const bool whole = tried.*chunk == size;
      tried.*chunk = size;
      const std::optional<std::int64_t> cycles = recurrent_cycles(tried, !whole);
      if (!cycles) break;
      if (!whole && *cycles >= least) continue;
      layer.*chunk = size;
      least = *cycles;
    }
  }

  // The largest first, then halves of it in whole columns of the array, and sizes that any array and buffer has in
  // common with another.
  static std::vector<std::int64_t> chunk_sizes(std::int64_t most, std::int64_t grain) {
    constexpr std::int64_t kMostParts = 32;
    std::vector<std::int64_t> sizes{most};
    for (std::int64_t size = most; size > 1 && size * kMostParts > most;) {
      size = ceil_div(size, 2);
      sizes.push_back(std::min(most, ceil_div(size, grain) * grain));
    }
    for (std::int64_t size = 4; size < most; size += size < 8 ? 4 : (size & (size - 1)) == 0 ? size / 2 : size / 3) {
      if (size * kMostParts >= most) sizes.push_back(size);
    }
    std::sort(sizes.rbegin(), sizes.rend());
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    return sizes;
  }

  // From the first steps, which are unlike the others, and some more. Nothing where `bounded` commands would be too
  // many.
  std::optional<std::int64_t> recurrent_cycles(RecurrentLayer layer, bool bounded) const {
    constexpr std::int64_t kFirst = 2, kMore = 2;
    const std::int64_t steps = layer.steps;
    layer.steps = std::min(steps, kFirst);
    const std::vector<Command> begin = lower_recurrent_layer(layer, npu_);
    if (bounded && static_cast<std::int64_t>(begin.size()) * ceil_div(steps, layer.steps) > kMostCommands) return {};
    const std::int64_t first = followed(begin);
    if (steps <= kFirst) return first;
    layer.steps = std::min(steps, kFirst + kMore);
    const std::int64_t both = followed(lower_recurrent_layer(layer, npu_));
    return first + (both - first) * (steps - kFirst) / (layer.steps - kFirst);
  }

  // For programs whose figures nobody searched for: what their commands move and compute, one after the other.
  void add_up(const Command& command, LayerMapping& m) const {
    std::int64_t cycles = 0;
    if (const auto* load = std::get_if<Load>(&command.what)) {
      (load->operand == Operand::kInput    ? m.input_bytes
       : load->operand == Operand::kWeight ? m.weight_bytes
                                           : m.bias_bytes) += load->from.bytes();
    } else if (const auto* compute = std::get_if<Compute>(&command.what)) {
      m.style = compute->style;
      cycles = npu_.rates.cycles(compute->style->timing(compute->tile)).value();
      m.array_cycles += Cycles(cycles);
    } else if (const auto* vector = std::get_if<Vector>(&command.what)) {
      cycles = vector_timing(npu_.vector, vector->work).cycles.value();
    } else {
      m.output_bytes += std::get<Store>(command.what).to.bytes();
    }
    m.estimated_cycles += Cycles(cycles);
  }

  const network::Network& network_;
  std::size_t l_;
  const Placement& placement_;
  const std::vector<MemoryRegion>& memories_;
  const NpuCapabilities& npu_;
  Objective objective_;
  SecondLook look_;
  LayerPlan plan_;
};

}  // namespace

std::string TiledNpu::obstacle(const network::Network& network, std::size_t layer) const {
  NpuUnit unit = NpuUnit::kArray;
  return npu_obstacle(network, layer, npu_, unit);
}

bool TiledNpu::takes_pitch(const network::Network& network, std::size_t layer, network::TensorId tensor) const {
  NpuUnit unit = NpuUnit::kArray;
  npu_obstacle(network, layer, npu_, unit);
  switch (unit) {
    case NpuUnit::kArray:
      return has_pixels(network, network.layers[layer], tensor);
    case NpuUnit::kVector:
      return goes_by_pixels(network, layer, tensor);
    case NpuUnit::kDma:
      return moves_between_rows(network, layer, tensor);
    case NpuUnit::kRecurrent:
      break;
  }
  return false;
}

std::optional<LayerPlan> TiledNpu::plan(const network::Network& network, std::size_t layer, const Placement& placement,
                                        const std::vector<MemoryRegion>& memories, Objective objective,
                                        std::string& why_not) const {
  NpuUnit unit = NpuUnit::kArray;
  npu_obstacle(network, layer, npu_, unit);
  return Planning(network, layer, placement, memories, npu_, objective).run(unit, found_, why_not);
}

bool TiledNpu::chain(const LayerProgram* before, LayerProgram& layer) const {
  chain_layer(before, layer, npu_);
  return true;
}

}  // namespace subvolt::mapping
