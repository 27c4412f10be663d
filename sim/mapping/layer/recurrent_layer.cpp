#include "sim/mapping/layer/recurrent_layer.h"

#include <algorithm>

#include "sim/mapping/layer/type_obstacle.h"
#include "sim/mapping/place/residency.h"

namespace subvolt::mapping {
namespace {

using network::Layer;
using network::Role;

std::int64_t bytes_of(const Layer& layer, Role role) {
  const network::Constant* constant = layer.constant(role);
  return constant ? constant->bytes().value() : 0;
}

std::string obstacle(const Layer& layer) {
  if (!layer.op.is("lstm") && !layer.op.is("gru") && !layer.op.is("rnn")) return "has no way to run it";
  if (layer.inputs.size() > 1 || layer.outputs.size() > 1) return "keeps the state inside the layer";
  if (layer.attributes.bidirectional) return "runs one direction";
  if (layer.in.images > 1) return "runs one sequence at a time and there are " + grouped(layer.in.images);
  for (const network::Constant& c : layer.constants) {
    if (c.role == Role::kOperand) return "starts from its own state and another one is given";
    if (c.role == Role::kBias && c.type != network::ElementType::kInt32) {
      return adds_int32(c.type);
    }
    const bool matrix = c.role != Role::kBias && c.role != Role::kPeephole;
    if (matrix && (bits(c.type) != 8 || network::is_float(c.type))) {
      return computes_int8("weight matrix", c.type);
    }
    if (network::is_float(c.type))
      return "computes integers and its constants are " + to_text(c.type) + ": --quantize int8 takes them as int32";
  }
  return "";
}

// The largest chunk that fits, or 0.
std::int64_t chunk_of(std::int64_t size, std::int64_t weight_bytes_each, std::int64_t weight_room,
                      std::int64_t sum_bytes_each, std::int64_t sum_room, std::int64_t unit) {
  const std::int64_t most = std::min({size, weight_room / weight_bytes_each, sum_room / sum_bytes_each});
  return most >= size || most < unit ? most : most / unit * unit;
}

}  // namespace

std::optional<RecurrentLayer> recurrent_layer(const network::Network& network, std::size_t index,
                                              const NpuCapabilities& npu, std::string& why) {
  const Layer& layer = network.layers[index];
  why = obstacle(layer);
  if (!why.empty()) return std::nullopt;
  const network::Attributes& a = layer.attributes;
  RecurrentLayer r;
  const bool gru = layer.op.is("gru"), lstm = layer.op.is("lstm");
  r.cell = gru          ? VectorOperator::kGruCell
           : !lstm      ? VectorOperator::kRequantize
           : a.peephole ? VectorOperator::kPeepholeCell
                        : VectorOperator::kLstmCell;
  r.steps = layer.in.width;
  r.features = layer.in.channels;
  r.units = *a.units;
  r.projection = a.projection.value_or(0);
  r.width = a.projection.value_or(r.units);
  r.gates = lstm ? 4 : gru ? 3 : 1;
  r.sums = lstm || gru ? 4 : 1;
  r.last_only = a.last_only;
  r.bias_bytes = bytes_of(layer, Role::kBias) / r.units;
  r.peephole_bytes = bytes_of(layer, Role::kPeephole) / r.units;
  r.state = recurrent_state(network, layer);
  r.element = network.input_of(layer).format();
  if (const network::Constant* weights = layer.constant(Role::kWeights)) r.weight = weights->format();

  const std::int64_t inputs = 2 * (r.element.bytes(r.features) + r.element.bytes(r.width)) + r.state.inner;
  if (inputs > npu.input_buffer.value()) {
    why = "needs " + grouped(inputs) + " B of its input buffer for a step, available " +
          grouped(npu.input_buffer.value()) + " B";
    return std::nullopt;
  }
  const std::int64_t all_weights = r.units * r.unit_bytes() + r.weight.bytes(r.units * r.projection);
  r.weights_stay = all_weights <= npu.weight_buffer.value();
  const std::int64_t weight_room = r.weights_stay ? npu.weight_buffer.value() : npu.weight_buffer.value() / 2;
  r.kept_bytes = lstm ? r.state.cells : gru ? r.state.hidden : 0;
  const std::int64_t sum_room = (npu.output_buffer.value() - r.kept_bytes) / 2;
  const std::int64_t columns = npu.channel_grain();
  r.chunk = chunk_of(r.units, r.unit_bytes(), weight_room, kInt32.bytes(r.sums), sum_room, columns);
  r.projection_chunk = r.projection > 0 ? chunk_of(r.projection, r.weight.bytes(r.units), weight_room, kInt32.bytes(1),
                                                   sum_room, columns)
                                        : 0;
  if (r.chunk < 1 || (r.projection > 0 && r.projection_chunk < 1)) {
    why = "has too small buffers: a unit has " + grouped(r.unit_bytes()) + " B of weights";
    return std::nullopt;
  }
  const std::int64_t commands = r.steps * (10 * ceil_div(r.units, r.chunk) +
                                           (r.projection > 0 ? 4 * ceil_div(r.projection, r.projection_chunk) : 0));
  if (commands > kMostCommands) {
    why = "would need " + grouped(commands) + " commands, at most " + grouped(kMostCommands);
    return std::nullopt;
  }
  return r;
}

void place_recurrent_layer(RecurrentLayer& r, const network::Network& network, std::size_t index,
                           const Placement& placement, const std::vector<MemoryRegion>& memories) {
  const Layer& layer = network.layers[index];
  const auto place_of = [&](const Placement::Place& p, Format format) {
    return OperandPlace{&memories.at(static_cast<std::size_t>(p.memory)), p.address, format};
  };
  r.input = place_of(placement.activations[static_cast<std::size_t>(layer.inputs.at(0))], r.element);
  r.output = place_of(placement.activations[static_cast<std::size_t>(layer.outputs.at(0))], r.element);
  r.states = place_of(placement.states[index], r.element);
  for (std::size_t c = 0; c < layer.constants.size(); ++c) {
    const OperandPlace place = place_of(placement.constants[index][c], layer.constants[c].format());
    const Role role = layer.constants[c].role;
    (role == Role::kWeights      ? r.weights
     : role == Role::kRecurrent  ? r.recurrent
     : role == Role::kProjection ? r.projections
     : role == Role::kPeephole   ? r.peepholes
                                 : r.biases) = place;
  }
}

}  // namespace subvolt::mapping
