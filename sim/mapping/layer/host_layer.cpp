#include "sim/mapping/layer/host_layer.h"

#include <algorithm>

#include "sim/mapping/layer/recurrent_state.h"

namespace subvolt::mapping {
namespace {

using network::ElementType;
using network::Form;
using network::Layer;
using network::Network;

Block contiguous(const Placement::Place& place, Bytes bytes) {
  Block b;
  b.base = place.address;
  b.row_bytes = bytes.value();
  b.row_stride = b.row_bytes;
  return b;
}

// The type of what it works on: of its first operand that has bytes.
ElementType working_type(const Network& network, const Layer& layer) {
  for (const network::TensorId t : layer.inputs) {
    if (network.tensor(t).type != ElementType::kResource) return network.tensor(t).type;
  }
  if (!layer.constants.empty()) return layer.constants.front().type;
  return layer.outputs.empty() ? ElementType::kInt8 : network.output_of(layer).type;
}

std::int64_t elements_moved(const Network& network, const Layer& layer) {
  std::int64_t sum = 0;
  for (const network::TensorId t : layer.outputs) sum += network.tensor(t).shape.elements();
  if (sum > 0) return sum;
  for (const network::TensorId t : layer.inputs) {
    if (network.tensor(t).type != ElementType::kResource) sum += network.tensor(t).shape.elements();
  }
  for (const network::Constant& c : layer.constants) sum += c.elements();
  return sum;
}

std::vector<std::string> names_of(const std::string& op, ElementType type) { return {op + "." + to_text(type), op}; }

// An operator that nothing here knows goes by the file's name for it, with or without its domain, or by `custom`.
std::vector<std::string> names_of(const Layer& layer, ElementType type) {
  std::vector<std::string> names = names_of(network::to_text(layer.op), type);
  if (layer.counted || layer.source_op.empty()) return names;
  for (const std::string& word : {unknown_word(layer), layer.source_op}) {
    const std::vector<std::string> own = names_of(word, type);
    names.insert(names.begin(), own.begin(), own.end());
  }
  return names;
}

bool picks_elements(const Layer& layer) {
  return layer.op.is("gather") || layer.op.is("gather_nd") || layer.op.is("slice");
}

}  // namespace

std::string unknown_word(const Layer& layer) {
  const std::string& source = layer.source_op;
  const std::size_t end = source.find_last_of(".:");
  const std::string word = end == std::string::npos ? source : source.substr(end + 1);
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  return plain ? word : network::to_text(layer.op);
}

std::vector<HostTask> host_tasks(const Network& network, std::size_t index) {
  const Layer& layer = network.layers[index];
  const ElementType type = working_type(network, layer);
  HostTask own{names_of(layer, type), {layer.macs, 0, 0}};
  if (own.work.operations == 0) own.work.operations = layer.element_operations;
  if (own.work.operations == 0) own.work.operations = elements_moved(network, layer);
  if (!layer.outputs.empty()) {
    own.work.results = network.output_of(layer).shape.elements();
    own.work.rows = layer.out.images * layer.out.depth * layer.out.height;
  }
  const bool is_activation = layer.op.is("activation");
  if (is_activation && network::is_clamp(layer.activation())) {
    const std::vector<std::string> clamp = names_of("clip", type);
    own.names.insert(own.names.begin(), clamp.begin(), clamp.end());
  }
  std::vector<HostTask> tasks{own};
  if (layer.op->form == Form::kRecurrent && layer.element_operations > 0) {
    tasks.push_back({names_of("gate", type), {layer.element_operations, 0, 0}});
  }
  if (!is_activation && layer.activation() != network::Activation::kNone && !network::is_clamp(layer.activation()) &&
      layer.op->form != Form::kRecurrent) {
    tasks.push_back({names_of("activation", type), {network.output_of(layer).shape.elements(), 0, 0}});
  }
  return tasks;
}

HostWork host_work(const Network& network, std::size_t index, const Placement& placement) {
  const Layer& layer = network.layers[index];
  HostWork work;
  Bytes written(0);
  for (const network::TensorId t : layer.outputs) {
    const Bytes bytes = network.tensor(t).bytes();
    written += bytes;
    if (bytes > Bytes(0)) {
      work.writes.push_back(contiguous(placement.activations[static_cast<std::size_t>(t)], bytes));
    }
  }
  const Bytes most = picks_elements(layer) ? written : Bytes(INT64_MAX);
  for (const network::TensorId t : layer.inputs) {
    const Bytes bytes = std::min(network.tensor(t).bytes(), most);
    if (bytes == Bytes(0)) continue;
    work.reads.push_back(contiguous(placement.activations[static_cast<std::size_t>(t)], bytes));
  }
  for (std::size_t c = 0; c < layer.constants.size(); ++c) {
    const Block block = contiguous(placement.constants[index][c], std::min(layer.constants[c].bytes(), most));
    if (block.bytes() == 0) continue;
    // Biases behind weights are one run.
    const bool follows = !work.reads.empty() && c > 0 &&
                         work.reads.back().base + static_cast<Address>(work.reads.back().row_bytes) == block.base;
    if (follows) {
      work.reads.back().row_bytes += block.row_bytes;
      work.reads.back().row_stride = work.reads.back().row_bytes;
    } else {
      work.reads.push_back(block);
    }
  }
  if (const Placement::Place& state = placement.states[index]; state.memory >= 0) {
    if (layer.op->form == Form::kRecurrent) {
      const Bytes bytes(recurrent_state(network, layer).bytes());
      work.reads.push_back(contiguous(state, bytes));
      work.writes.push_back(contiguous(state, bytes));
    }
    if (layer.op.is("read_variable")) work.reads.push_back(contiguous(state, written));
    if (layer.op.is("assign_variable")) {
      Bytes value(0);
      for (const Block& read : work.reads) value += Bytes(read.bytes());
      work.writes.push_back(contiguous(state, value));
    }
  }
  return work;
}

}  // namespace subvolt::mapping
