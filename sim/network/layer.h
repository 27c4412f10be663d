// One layer of a network and the amounts of work in it.
//
// Counting rules (docs/models.md): one MAC is a multiply with its add; convolution MACs are output elements x
// kernel height x kernel width x input channels per group, padded taps included; bias, requantisation,
// pooling and element-wise work are no MACs. Parameters include biases, which are stored as int32.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/config/node.h"
#include "sim/network/tensor.h"

namespace subvolt::network {

enum class Operator {
  kConv2d,
  kDepthwiseConv2d,  // weights.groups == input channels; out channels = in channels x multiplier
  kFullyConnected,   // reduces over all elements of its input, whatever its shape
  kAveragePool,
  kMaxPool,
  kAdd,         // residual: two inputs of one shape
  kActivation,  // a standalone activation
  kSoftmax,
  kReshape,  // a view: no work, no traffic
};
std::string to_text(Operator op);  // "conv2d", "depthwise_conv2d", "fully_connected", ...

enum class Activation { kNone, kRelu, kRelu6, kSigmoid, kTanh };
std::string to_text(Activation activation);  // "none", "relu", ...

// Sliding window of convolutions and pools; padding in elements on each side.
struct Window {
  std::int64_t kernel_height = 1, kernel_width = 1;
  std::int64_t stride_height = 1, stride_width = 1;
  std::int64_t dilation_height = 1, dilation_width = 1;
  std::int64_t pad_top = 0, pad_bottom = 0, pad_left = 0, pad_right = 0;
  std::int64_t extent_height() const { return (kernel_height - 1) * dilation_height + 1; }
  std::int64_t extent_width() const { return (kernel_width - 1) * dilation_width + 1; }
};

struct Layer {
  std::string name;
  Operator op = Operator::kConv2d;
  std::vector<TensorId> inputs;
  TensorId output = -1;
  Window window;
  std::int64_t groups = 1;                    // convolutions
  Activation activation = Activation::kNone;  // fused behind the operator
  bool bias = false;
  ElementType weight_type = ElementType::kInt8;
  config::SourceLocation location;  // where the file says it, for errors

  // Filled by the network builder from the shapes.
  std::int64_t macs = 0;
  std::int64_t weight_elements = 0;
  std::int64_t bias_elements = 0;
  std::int64_t parameters() const { return weight_elements + bias_elements; }
  Bytes weight_bytes() const;     // as stored, without biases
  Bytes bias_bytes() const;       // int32
  Bytes parameter_bytes() const;  // both
  // Work that is no MAC: element operations of pools (per tap), adds, activations and softmax.
  std::int64_t element_operations = 0;
};

bool has_macs(Operator op);
bool is_view(Operator op);

}  // namespace subvolt::network
