#include "sim/mapping/subtile/subtile_planner.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/mapping/layer/type_obstacle.h"
#include "sim/mapping/layer/window_obstacle.h"
#include "sim/mapping/program/command_list.h"
#include "sim/mapping/subtile/subtile_job.h"
#include "sim/mapping/subtile/subtile_tiling.h"

namespace subvolt::mapping {
namespace {

using network::Layer;

// Of a layer that the engine computes one output of at a time, its group by group, or depthwise.
Tile smallest_tile(const Layer& layer, network::ElementType weights) {
  const network::Window& w = layer.window;
  Tile tile;
  tile.rows = {1, w.kernel_height, w.stride_height, w.dilation_height};
  tile.columns = {1, w.kernel_width, w.stride_width, w.dilation_width};
  tile.inputs = layer.in.channels / layer.groups;
  tile.weight = {weights};
  if (tile.inputs == 1 && layer.out.channels == layer.groups) tile.groups = layer.groups;
  return tile;
}

// Whether the DMA can make a pixel of each window: their columns lie side by side.
bool can_gather(const SubtileCapabilities& own, const Layer& layer) {
  return own.tensors == SubtileTensors::kInMemory && layer.groups == 1 && layer.window.dilation_width == 1;
}

// Whether it has to: the engine has no such window.
bool gathered(const SubtileCapabilities& own, const Layer& layer, network::ElementType weights) {
  return can_gather(own, layer) && !subtile_obstacle(own.machine, smallest_tile(layer, weights)).empty();
}

SubtileInput input_of(const SubtileCapabilities& own, const Layer& layer, network::ElementType weights) {
  if (gathered(own, layer, weights)) return SubtileInput::kWindows;
  const bool line = layer.op.is("fully_connected") && layer.out.height * layer.out.width == 1 &&
                    layer.in.channels > SubtileMachine::kWindow;
  return line ? SubtileInput::kLine : SubtileInput::kImage;
}

// Why not even that helps.
std::string window_trouble(const SubtileCapabilities& own, const Layer& layer, network::ElementType weights) {
  Tile tile = smallest_tile(layer, weights);
  if (can_gather(own, layer)) tile.rows = tile.columns = {1, 1, 1, 1};
  return subtile_obstacle(own.machine, tile);
}

// Of which nothing has a place yet.
Placement unplaced(const network::Network& network) {
  Placement nowhere;
  nowhere.activations.resize(network.tensors.size());
  for (const Layer& layer : network.layers) nowhere.constants.emplace_back(layer.constants.size());
  return nowhere;
}

// How long the commands take when DMA and engine work side by side, each transfer as if alone.
class Following {
 public:
  Following(const SubtileCapabilities& own, const MacLayer& places) : own_(own), places_(places) {}

  std::int64_t cycles(const std::vector<Command>& commands) {
    std::vector<double> done(commands.size(), 0.0);
    std::array<double, kEngines> free{};
    double end = 0.0;
    for (std::size_t c = 0; c < commands.size(); ++c) {
      const Command& command = commands[c];
      double& engine = free[static_cast<std::size_t>(command.engine())];
      double begin = std::max(engine, static_cast<double>(own_.issue.value()) * static_cast<double>(c + 1));
      for (const std::int32_t before : command.after) begin = std::max(begin, done[static_cast<std::size_t>(before)]);
      double latency = 0.0;
      engine = begin + time_of(command, latency);
      done[c] = engine + latency;
      end = std::max(end, done[c]);
    }
    return static_cast<std::int64_t>(std::ceil(end));
  }

 private:
  double time_of(const Command& command, double& latency) const {
    if (const auto* compute = std::get_if<Compute>(&command.what)) {
      const SubtileJob job = subtile_job(compute->tile);
      return static_cast<double>(subtile_activity(own_.machine, job).cycles());
    }
    if (const auto* store = std::get_if<Store>(&command.what)) {
      return moved(places_.output.memory->path.write, store->to, latency);
    }
    const auto& load = std::get<Load>(command.what);
    const OperandPlace& place = load.operand == Operand::kInput    ? places_.input
                                : load.operand == Operand::kWeight ? places_.weights
                                                                   : places_.biases;
    return moved(place.memory->path.read, load.from, latency);
  }
  double moved(const Lane& lane, const Block& block, double& latency) const {
    const Transfer t = transfer(block, own_.burst);
    latency = lane.latency(t);
    return lane.exact_cycles(t);
  }

  const SubtileCapabilities& own_;
  const MacLayer& places_;
};

void add_up(const Command& command, const SubtileMachine& machine, LayerMapping& m) {
  if (const auto* load = std::get_if<Load>(&command.what)) {
    (load->operand == Operand::kInput    ? m.input_bytes
     : load->operand == Operand::kWeight ? m.weight_bytes
                                         : m.bias_bytes) += load->from.bytes();
  } else if (const auto* store = std::get_if<Store>(&command.what)) {
    m.output_bytes += store->to.bytes();
  } else {
    const SubtileJob job = subtile_job(std::get<Compute>(command.what).tile);
    m.array_cycles += Cycles(subtile_activity(machine, job).cycles());
  }
}

std::string mode_text(const SubtileLayer& layer, const std::vector<Command>& commands) {
  const auto job = std::find_if(commands.begin(), commands.end(),
                                [](const Command& c) { return std::holds_alternative<Compute>(c.what); });
  const std::string gathered = layer.gathered() ? "gathered windows, " : "";
  switch (subtile_job(std::get<Compute>(job->what).tile).mode) {
    case SubtileMode::kWindow:
      return gathered + "3x3";
    case SubtileMode::kPoint:
      return gathered + "1x1";
    case SubtileMode::kLinear:
      return gathered + "linear";
    case SubtileMode::kDepthwise:
      break;
  }
  return "depthwise";
}

}  // namespace

std::string SubtilePlanner::obstacle(const network::Network& network, std::size_t index) const {
  const std::string why = window_obstacle(network, index, own_.instance);
  if (!why.empty()) return why;
  const Layer& layer = network.layers[index];
  const network::ElementType weights = layer.constant(network::Role::kWeights)->type;
  if (network::is_float(weights)) return own_.instance + " " + computes_int8("weights", weights);
  const network::Constant* biases = layer.constant(network::Role::kBias);
  if (biases && biases->type != network::ElementType::kInt32) return own_.instance + " " + adds_int32(biases->type);
  const std::string trouble = window_trouble(own_, layer, weights);
  if (!trouble.empty()) return own_.instance + " " + trouble;
  // What it takes of the L1 is no matter of places.
  MacLayer shape = mac_layer(network, index, unplaced(network), {});
  const SubtileLayer subtiles(own_.machine, std::move(shape), input_of(own_, layer, weights));
  const bool whole = own_.tensors == SubtileTensors::kInL1;
  const std::int64_t room = whole ? whole_room(subtiles, own_.machine) : least_room(subtiles, own_.machine);
  if (room <= own_.l1.value()) return "";
  return own_.instance + ".l1 holds " + grouped(own_.l1.value()) + " B and " +
         (whole ? "the layer" : "one sub-tile of one kernel") + " needs " + grouped(room) + " B";
}

bool SubtilePlanner::takes_pitch(const network::Network& network, std::size_t index, network::TensorId tensor) const {
  const Layer& layer = network.layers[index];
  const network::Constant* weights = layer.constant(network::Role::kWeights);
  const bool input = tensor == layer.inputs.at(0);
  if (!weights || (input && gathered(own_, layer, weights->type))) return false;
  return has_pixels(network, layer, tensor);
}

std::optional<LayerPlan> SubtilePlanner::plan(const network::Network& network, std::size_t index,
                                              const Placement& placement, const std::vector<MemoryRegion>& memories,
                                              Objective objective, std::string& why_not) const {
  const Layer& layer = network.layers[index];
  const MacLayer places = mac_layer(network, index, placement, memories);
  const SubtileInput input = input_of(own_, layer, places.weights.format.type);
  const SubtileLayer subtiles(own_.machine, places, input);
  const bool resident = own_.tensors == SubtileTensors::kInL1;
  std::int64_t least = 0;
  std::optional<SubtileTiling> tiling;
  if (resident) {
    tiling.emplace();
    tiling->rows = places.rows.out;
    tiling->columns = places.columns.out;
    tiling->channels = subtiles.most_channels();
    tiling->candidates = 1;
  } else {
    tiling = best_subtile_tiling(subtiles, own_, objective, least);
  }
  if (!tiling) {
    why_not = "one sub-tile of one kernel needs " + grouped(least) + " B of " + own_.instance + ".l1, available " +
              grouped(own_.l1.value()) + " B; enlarge " + own_.instance + ".l1";
    return std::nullopt;
  }
  LayerPlan plan;
  for (const MacLayer::Repetition& repetition : places.repetitions) {
    MacLayer one = places;
    one.input.address += static_cast<Address>(one.input.format.offset(repetition.input));
    one.output.address += static_cast<Address>(one.output.format.offset(repetition.output));
    append(plan.commands, lower_subtile_layer(SubtileLayer(own_.machine, std::move(one), input), *tiling, resident));
  }
  LayerMapping& m = plan.mapping;
  for (const Command& command : plan.commands) add_up(command, own_.machine, m);
  m.order = tiling->order;
  m.tile_rows = tiling->rows;
  m.tile_columns = tiling->columns;
  m.tile_channels = tiling->channels;
  m.tile_reduction = subtiles.gathered() ? places.taps * places.inputs_per_group : places.inputs_per_group;
  m.double_buffered = tiling->double_buffered;
  m.repetitions = static_cast<std::int64_t>(places.repetitions.size());
  m.candidates = tiling->candidates;
  m.how = mode_text(subtiles, plan.commands) + ", " + (resident ? "in the L1" : to_text(m.order)) +
          (resident || m.double_buffered ? "" : ", single-buffered");
  m.off_chip_bytes = tiling->figures.off_chip_bytes * m.repetitions;
  m.estimated_cycles = Cycles(Following(own_, places).cycles(plan.commands));
  m.cost = (tiling->figures.cost - kCycleCost * static_cast<double>(tiling->figures.cycles)) *
               static_cast<double>(m.repetitions) +
           kCycleCost * static_cast<double>(m.estimated_cycles.value());
  return plan;
}

}  // namespace subvolt::mapping
