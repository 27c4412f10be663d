// Layers with what their definitions make of them so far, so that later operators know the shapes of their inputs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/network/network_spec.h"
#include "sim/network/onnx/value.h"

namespace subvolt::network::from_onnx {

class LayerList {
 public:
  explicit LayerList(Layout layout) : layout_(layout) {}

  void add_input(const Tensor& tensor) { tensors_[tensor.name] = tensor; }
  // Layers of one operator of the file, of which output i is tensor bound[i] of the last one and has types[i] as far
  // as known: ONNX's inference has the last word on element types, and both must agree on shapes. Throws Fault, or
  // Error as the definition reports it.
  void add(std::vector<LayerSpec> layers, const std::vector<std::string>& bound, const std::vector<TypeInfo>& types);
  const Tensor& tensor(const std::string& name) const { return tensors_.at(name); }
  std::size_t size() const { return layers_.size(); }
  std::vector<LayerSpec> take() { return std::move(layers_); }

 private:
  std::vector<Tensor> outputs_of(const LayerSpec& layer) const;

  Layout layout_;
  std::map<std::string, Tensor> tensors_;
  std::vector<LayerSpec> layers_;
};

}  // namespace subvolt::network::from_onnx
