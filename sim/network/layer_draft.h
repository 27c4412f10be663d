// One layer while its operator's definition works it out: what the file says on one side, what follows from it on
// the other.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/network/network_spec.h"

namespace subvolt::network {

class LayerDraft {
 public:
  LayerDraft(const LayerSpec& spec, Layout layout, std::vector<const Tensor*> inputs, config::Diagnostics& diagnostics);

  // What the file says.
  const LayerSpec& spec() const { return spec_; }
  Layout layout() const { return layout_; }
  std::size_t inputs() const { return inputs_.size(); }
  const Tensor& input(std::size_t i = 0) const { return *inputs_.at(i); }
  const Shape& in(std::size_t i = 0) const { return input(i).shape; }

  // What follows. `layer` has name, op, attributes and location already.
  Layer& layer() { return layer_; }
  // Appends an output. Type: what the file says, else `type`, else that of the first input. A shape that the file
  // states must have as many elements and is then taken; otherwise that is an error.
  bool output(const Shape& shape, std::optional<ElementType> type = std::nullopt);
  // Appends a constant that the operator derives, with what the file says of the constant of this role (the n-th).
  bool constant(Role role, const Shape& shape, ElementType type, std::size_t nth = 0);
  // Takes over all constants of the file as they are.
  void constants_as_stated();
  // Refused above 2^53, with an error.
  bool macs(std::initializer_list<std::int64_t> factors);
  bool element_operations(std::initializer_list<std::int64_t> factors);

  // Reports an error at `key` of the layer where the file has it; always false.
  bool fail(std::string_view key, const std::string& message);
  // The dimension that `axis` means in a tensor of `rank`, or an error.
  std::optional<std::size_t> dimension(std::int64_t axis, std::size_t rank);

  const std::vector<Tensor>& outputs() const { return outputs_; }

 private:
  const LayerSpec& spec_;
  Layout layout_;
  std::vector<const Tensor*> inputs_;
  config::Diagnostics& diagnostics_;
  Layer layer_;
  std::vector<Tensor> outputs_;
};

}  // namespace subvolt::network
