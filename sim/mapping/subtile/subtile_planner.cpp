#include "sim/mapping/subtile/subtile_planner.h"

#include <algorithm>

#include "sim/mapping/l1/l1_timing.h"
#include "sim/mapping/layer/type_obstacle.h"
#include "sim/mapping/layer/window_obstacle.h"
#include "sim/mapping/subtile/subtile_job.h"
#include "sim/mapping/subtile/subtile_layer.h"

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

L1Memory l1_of(const SubtileCapabilities& own) { return {own.l1, own.burst, own.issue, own.outstanding}; }

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
  const std::int64_t room = whole ? whole_l1_room(subtiles) : least_l1_room(subtiles);
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
  const L1Cycles cycles = [&](const Compute& compute) {
    return subtile_activity(own_.machine, subtile_job(compute.tile)).cycles();
  };
  const L1Lower lower = [&](MacLayer one, const L1Tiling& tiling) {
    return lower_l1_layer(SubtileLayer(own_.machine, std::move(one), input), tiling, resident);
  };
  std::optional<L1Tiling> tiling;
  if (resident) {
    tiling.emplace();
    tiling->rows = places.rows.out;
    tiling->columns = places.columns.out;
    tiling->channels = subtiles.most_channels();
    tiling->candidates = 1;
  } else {
    tiling = best_l1_tiling(subtiles, l1_of(own_), SecondLook(network, objective), memories, cycles, lower);
  }
  if (!tiling) {
    why_not = "one sub-tile of one kernel needs " + grouped(least_l1_room(subtiles)) + " B of " + own_.instance +
              ".l1, available " + grouped(own_.l1.value()) + " B; enlarge " + own_.instance + ".l1";
    return std::nullopt;
  }
  LayerPlan plan = plan_l1_layer(places, *tiling, l1_of(own_), resident, memories, cycles, lower);
  LayerMapping& m = plan.mapping;
  if (subtiles.gathered()) m.tile_reduction = places.taps * places.inputs_per_group;
  m.how = mode_text(subtiles, plan.commands) + ", " + m.how;
  return plan;
}

}  // namespace subvolt::mapping
