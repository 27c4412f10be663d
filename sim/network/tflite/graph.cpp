#include "sim/network/tflite/graph.h"

namespace subvolt::network::tflite {

std::string Names::unique(const std::string& wanted, const std::string& standard) {
  const std::string& name = wanted.empty() ? standard : wanted;
  if (taken_.insert(name).second) return name;
  int& next = next_.emplace(name, 2).first->second;
  for (;; ++next) {
    const std::string candidate = name + "#" + std::to_string(next);
    if (taken_.insert(candidate).second) return candidate;
  }
}

Graph::Graph(const ModelFile& file, std::size_t index, SharedState& shared)
    : file_(file), index_(index), table_(file.subgraph(index)), shared_(shared) {}

const TensorFacts& Graph::tensor(std::int32_t index, const std::string& where) {
  const auto found = facts_.find(index);
  if (found != facts_.end()) return found->second;
  const auto* tensors = table_.tensors();
  const std::size_t count = tensors ? tensors->size() : 0;
  if (index < 0 || static_cast<std::size_t>(index) >= count) {
    file_.fail(where, "tensor " + std::to_string(index) + ": expected one of the graph's " + std::to_string(count));
  }
  file_.budget().spend(sizeof(TensorFacts));
  return facts_.emplace(index, read_tensor(file_, *tensors->Get(static_cast<unsigned>(index)), where)).first->second;
}

void Graph::reshape(std::int32_t index, const Shape& shape, const std::string& where) {
  if (tensor(index, where).shape == shape) return;
  facts_[index].shape = shape;
  reshaped_ = true;
}

const std::string* Graph::made(std::int32_t index) const {
  const auto found = made_.find(index);
  return found == made_.end() ? nullptr : &found->second;
}

void Graph::make(std::int32_t index, const std::string& name, const std::string& where) {
  if (!made_.emplace(index, name).second) {
    file_.fail(where, "tensor \"" + made_[index] + "\" is there already, expected a tensor that nothing made before");
  }
}

std::string Graph::name_for(std::int32_t index, const std::string& standard, const std::string& where) {
  const std::string& name = tensor(index, where).name;
  file_.budget().spend(name.size());
  return shared_.tensors.unique(name, standard);
}

std::string Graph::variable(std::int32_t handle) const {
  const auto found = variables_.find(handle);
  return found == variables_.end() ? std::string() : found->second;
}

}  // namespace subvolt::network::tflite
