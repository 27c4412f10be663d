// One layer of a network and the amounts of work in it.
//
// Counting rules (docs/models.md): one MAC is a multiply with its add; convolution MACs are output elements x
// kernel height x kernel width x input channels per group, padded taps included; bias, requantisation,
// pooling and element-wise work are no MACs. Parameters are the elements of all constants that no earlier layer has.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/config/node.h"
#include "sim/network/attributes.h"
#include "sim/network/operator.h"
#include "sim/network/tensor.h"

namespace subvolt::network {

// Sliding window of convolutions and pools; padding in elements on each side.
struct Window {
  std::int64_t kernel_height = 1, kernel_width = 1;
  std::int64_t stride_height = 1, stride_width = 1;
  std::int64_t dilation_height = 1, dilation_width = 1;
  std::int64_t pad_top = 0, pad_bottom = 0, pad_left = 0, pad_right = 0;
  // Windows of three dimensions.
  std::int64_t kernel_depth = 1, stride_depth = 1, dilation_depth = 1, pad_front = 0, pad_back = 0;
  std::int64_t extent_height() const { return (kernel_height - 1) * dilation_height + 1; }
  std::int64_t extent_width() const { return (kernel_width - 1) * dilation_width + 1; }
  std::int64_t taps() const { return kernel_depth * kernel_height * kernel_width; }
};

// A tensor as layers of the forms kArray and kVector see it, channels last.
struct Image {
  std::int64_t images = 1, height = 1, width = 1, channels = 1;
  std::int64_t depth = 1;  // above 1 for windows of three dimensions only
  std::int64_t elements() const { return images * depth * height * width * channels; }
};

struct Layer {
  std::string name;
  Operator op;
  std::string source_op;          // as the file it came from calls it: "CONV_2D", "QuantizeLinear"; may be empty
  std::vector<TensorId> inputs;   // activations
  std::vector<TensorId> outputs;  // at least one, but for assign_variable and its like
  Attributes attributes;
  std::vector<Constant> constants;
  config::SourceLocation location;  // where the file says it, for errors

  // Worked out by the operator's definition from attributes and shapes.
  Window window;
  Image in, out;            // the first input and the first output
  std::int64_t groups = 1;  // convolutions: input channels for depthwise ones
  bool bias = false;        // there is one
  std::int64_t macs = 0;
  bool counted = true;  // false: nobody knows how much work it is, and 0 is no statement
  // Work that is no MAC: element operations of pools (per tap), element-wise operators, reductions, norms.
  std::int64_t element_operations = 0;

  Activation activation() const { return attributes.activation; }
  ElementType weight_type() const { return attributes.weight_type; }
  const Constant* constant(Role role) const;  // the first of this role, or nullptr
  // Without constants that an earlier layer has.
  std::int64_t parameters() const;
  Bytes parameter_bytes() const;
  // What the layer reads, shared constants included: biases, and the rest.
  std::int64_t weight_elements() const;  // all but biases
  std::int64_t bias_elements() const;
  Bytes weight_bytes() const;
  Bytes bias_bytes() const;
  Bytes constant_bytes() const { return weight_bytes() + bias_bytes(); }
};

inline bool has_macs(const Layer& layer) { return layer.macs > 0; }
inline bool is_view(const Layer& layer) { return layer.op->form == Form::kView; }

}  // namespace subvolt::network
