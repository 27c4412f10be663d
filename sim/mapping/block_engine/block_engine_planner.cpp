#include "sim/mapping/block_engine/block_engine_planner.h"

#include <algorithm>
#include <cmath>

#include "sim/mapping/block_engine/block_layer.h"
#include "sim/mapping/block_engine/block_lowering.h"
#include "sim/mapping/block_engine/block_timeline.h"
#include "sim/mapping/layer/mac_layer.h"
#include "sim/mapping/place/cost_model.h"
#include "sim/units/text.h"

namespace subvolt::mapping {
namespace {

using network::Layer;
using network::Network;

const MemoryRegion& memory_of(const Placement::Place& place, const std::vector<MemoryRegion>& memories) {
  return memories[static_cast<std::size_t>(place.memory)];
}

std::string text_of(const BlockSize& b) {
  return std::to_string(b.rows) + "x" + std::to_string(b.columns) + "x" + std::to_string(b.channels);
}

}  // namespace

std::optional<BlockChoice> BlockEnginePlanner::choice(const BlockWork& work) const {
  const auto key = work.key();
  auto known = choices_.find(key);
  if (known == choices_.end()) known = choices_.emplace(key, choose_block(own_.machine, work)).first;
  return known->second;
}

std::string BlockEnginePlanner::obstacle(const Network& network, std::size_t index) const {
  const std::string why = block_engine_obstacle(network, index, own_.instance);
  if (!why.empty()) return why;
  if (choice(block_work(network, index))) return "";
  return own_.instance + ".buffer has " + std::to_string(own_.machine.block_banks(false)) +
         " banks for blocks and the smallest of this layer need more";
}

bool BlockEnginePlanner::takes_pitch(const Network& network, std::size_t index, network::TensorId tensor) const {
  const Layer& layer = network.layers[index];
  return layer.constant(network::Role::kWeights) && !layer.op.is("fully_connected") &&
         has_pixels(network, layer, tensor);
}

WeightSource BlockEnginePlanner::source(const Network& network, std::size_t index, const Placement& placement,
                                        const std::vector<MemoryRegion>& memories) const {
  WeightSource source;
  source.ratio = own_.weight_ratio;
  source.buffer = own_.weight_buffer.value();
  const Layer& layer = network.layers[index];
  if (!layer.constant(network::Role::kWeights)) return source;
  const MemoryRegion& memory = memory_of(placement.constants[index].front(), memories);
  source.buffered = memory.off_chip;
  source.cycles = [&memory, burst = own_.weight_burst](std::int64_t bytes) {
    Transfer t;
    t.bytes = bytes;
    t.bursts = ceil_div(bytes, burst.value());
    const Lane& lane = memory.path.read;
    return lane.cycles(t) + static_cast<std::int64_t>(std::ceil(lane.latency(t)));
  };
  return source;
}

WeightPlan BlockEnginePlanner::weights(const Network& network, std::size_t index, const Placement& placement,
                                       const std::vector<MemoryRegion>& memories) const {
  // From the layer behind the last one that is not this engine's.
  std::vector<std::size_t> chain;
  for (std::size_t l = index + 1; l-- > 0;) {
    if (network::is_view(network.layers[l])) continue;
    if (!obstacle(network, l).empty()) break;
    chain.push_back(l);
  }
  WeightPlan plan;
  for (auto l = chain.rbegin(); l != chain.rend(); ++l) {
    BlockWork work = block_work(network, *l);
    WeightSource from = source(network, *l, placement, memories);
    const BlockChoice blocks = choice(work).value();
    const bool once = work.out.rows <= blocks.out.rows && work.out.columns <= blocks.out.columns;
    if (work.operation == BlockOperation::kVectorProduct && once) from.buffered = false;
    if (work.has_weights() && !from.buffered) {
      const Lane& lane = memory_of(placement.constants[*l].front(), memories).path.read;
      work.scale_latency = static_cast<std::int64_t>(std::ceil(lane.latency({1, 1, 1, 0, 0})));
    }
    plan = plan_weights(own_.machine, work, blocks, from, plan.slack);
  }
  return plan;
}

std::optional<LayerPlan> BlockEnginePlanner::plan(const Network& network, std::size_t index, const Placement& placement,
                                                  const std::vector<MemoryRegion>& memories, Objective,
                                                  std::string&) const {
  const BlockWork work = block_work(network, index);
  const BlockChoice blocks = choice(work).value();
  const WeightPlan weights = this->weights(network, index, placement, memories);
  LayerPlan plan = block_program(network, index, placement, memories, own_, work, blocks, weights,
                                 [&](std::size_t l) { return obstacle(network, l).empty(); });
  LayerMapping& m = plan.mapping;
  m.tile_rows = blocks.out.rows;
  m.tile_columns = blocks.out.columns;
  m.tile_channels = blocks.out.channels;
  m.tile_reduction = std::min(work.in.channels, blocks.in.channels);
  m.candidates = 1;
  m.array_cycles = Cycles(weights.compute * m.repetitions);
  m.pipeline_cycles = Cycles(weights.cycles + weights.compute * (m.repetitions - 1));
  const Layer& layer = network.layers[index];
  const MemoryRegion& from = memory_of(placement.activations[static_cast<std::size_t>(layer.inputs[0])], memories);
  const MemoryRegion& to = memory_of(placement.activations[static_cast<std::size_t>(layer.outputs[0])], memories);
  m.estimated_cycles = Cycles(block_timeline(plan.commands, own_, memories));
  m.how = "blocks of " + text_of(blocks.out);
  if (blocks.part_kernel && work.operation == BlockOperation::kConvolution) m.how += ", part kernel";
  if (weights.slices.size() > 1) m.how += ", " + std::to_string(weights.slices.size()) + " slices of weights";
  add_read(m.input_bytes, from, m);
  if (m.weight_bytes > 0) add_read(m.weight_bytes, memory_of(placement.constants[index].front(), memories), m);
  add_write(m.output_bytes, to, m);
  m.cost += kCycleCost * static_cast<double>(m.estimated_cycles.value());
  return plan;
}

}  // namespace subvolt::mapping
