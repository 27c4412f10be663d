#include "sim/mapping/vector_dsp/vector_dsp_planner.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "sim/mapping/l1/l1_timing.h"
#include "sim/mapping/vector_dsp/dsp_kernel.h"
#include "sim/mapping/vector_dsp/vector_dsp_tile.h"

namespace subvolt::mapping {
namespace {

using network::ElementType;
using network::Layer;

class DspLayer : public L1Layer {
 public:
  DspLayer(const VectorDspMachine& machine, MacLayer layer, std::shared_ptr<const VectorDspLayer> told)
      : L1Layer(std::move(layer)), machine_(machine), told_(std::move(told)) {}
  std::int64_t side() const override { return 1; }
  std::int64_t grain() const override { return depthwise() ? 1 : machine_.kernels; }
  L1Work work(const Tile& tile) const override {
    const VectorDspActivity a = vector_dsp_activity(machine_, tile, told_->extra);
    const std::int64_t kernels = tile.channels * tile.groups;
    const std::int64_t weights = tile.rows.kernel * tile.columns.kernel * tile.inputs * kernels;
    L1Work work;
    work.cycles = a.cycles;
    work.output = layer_.output.format.bytes(a.results);
    work.streamed = (a.loads + 2 * a.gathered) * machine_.word + work.output;
    work.weights = layer_.weights.format.bytes(weights) + (layer_.bias ? layer_.biases.format.bytes(kernels) : 0);
    return work;
  }
  std::shared_ptr<const MachineLayer> machine() const override { return told_; }

 private:
  const VectorDspMachine& machine_;
  std::shared_ptr<const VectorDspLayer> told_;
};

// What an activation that is no clamp takes of each result beside the rest.
std::int64_t extra_of(const VectorDspCapabilities& own, const network::Network& network, std::size_t index) {
  const std::vector<HostTask> tasks = host_tasks(network, index);
  if (tasks.size() < 2) return 0;
  std::string missing;
  const std::vector<std::string> names = kernels_of(network, index, own.kernels, missing);
  return static_cast<std::int64_t>(std::ceil(find_cost(own.kernels, names[1])->operation));
}

}  // namespace

bool VectorDspPlanner::in_tiles(const network::Network& network, std::size_t index) const {
  static const char* const all[] = {"conv2d", "conv1d", "depthwise_conv2d", "depthwise_conv1d", "fully_connected"};
  const Layer& layer = network.layers[index];
  if (std::none_of(std::begin(all), std::end(all), [&](const char* op) { return layer.op.is(op); })) return false;
  const network::Constant* weights = layer.constant(network::Role::kWeights);
  if (!weights || (layer.bias && !layer.constant(network::Role::kBias)) || layer.inputs.size() != 1) return false;
  const Format input = network.tensor(layer.inputs[0]).format();
  if (own_.machine.lanes_of(dsp_type(input, weights->format())) == 0) return false;
  const DspLayer shape(own_.machine, mac_layer(network, index, unplaced(network), {}),
                       std::make_shared<VectorDspLayer>());
  return least_l1_room(shape) <= own_.l1.size.value();
}

std::string VectorDspPlanner::obstacle(const network::Network& network, std::size_t index) const {
  const Layer& layer = network.layers[index];
  const auto refused = [&](ElementType type) { return network::is_float(type) && own_.machine.lanes_of(type) == 0; };
  const auto no_type = [&](ElementType type) {
    return own_.instance + " has no " + to_text(type) + " in its type table: --quantize int8 takes it as int8";
  };
  for (const network::TensorId t : layer.inputs) {
    if (refused(network.tensor(t).type)) return no_type(network.tensor(t).type);
  }
  for (const network::Constant& c : layer.constants) {
    if (refused(c.type)) return no_type(c.type);
  }
  std::string missing;
  if (kernels_of(network, index, own_.kernels, missing).empty()) {
    return own_.instance + " has no kernel for " + missing;
  }
  return "";
}

bool VectorDspPlanner::takes_pitch(const network::Network& network, std::size_t index, network::TensorId tensor) const {
  return in_tiles(network, index) && has_pixels(network, network.layers[index], tensor);
}

std::optional<LayerPlan> VectorDspPlanner::plan(const network::Network& network, std::size_t index,
                                                const Placement& placement, const std::vector<MemoryRegion>& memories,
                                                Objective objective, std::string& why_not) const {
  if (!in_tiles(network, index)) return plan_dsp_kernel(own_, network, index, placement, memories);
  const MacLayer places = mac_layer(network, index, placement, memories);
  auto told = std::make_shared<VectorDspLayer>();
  told->extra = extra_of(own_, network, index);
  const DspLayer layer(own_.machine, places, told);
  const L1Cycles cycles = [&](const Compute& compute) { return dsp_cycles(own_.machine, compute); };
  const L1Lower lower = [&](MacLayer one, const L1Tiling& tiling) {
    return lower_l1_layer(DspLayer(own_.machine, std::move(one), told), tiling, false);
  };
  const SecondLook look(network, objective);
  const std::optional<L1Tiling> tiling = best_l1_tiling(layer, own_.l1, look, memories, cycles, lower);
  if (!tiling) {
    why_not = "no tile fits into " + own_.instance + ".l1 of " + grouped(own_.l1.size.value()) + " B; enlarge it";
    return std::nullopt;
  }
  LayerPlan plan = plan_l1_layer(places, *tiling, own_.l1, false, memories, cycles, lower);
  plan.mapping.cost += dsp_core_cost(own_.machine, plan.commands);
  plan.mapping.how = "tiles, " + plan.mapping.how;
  return plan;
}

}  // namespace subvolt::mapping
