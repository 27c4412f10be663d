// What an operator does beside its operands. Each operator takes the attributes that its definition lists
// (sim/network/operators); the others keep their defaults. Dimensions may be counted from the end: -1 is the last.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/network/element_type.h"
#include "sim/network/mapping_hint.h"
#include "sim/network/shape.h"

namespace subvolt::network {

enum class Activation {
  kNone,
  kRelu,
  kRelu6,
  kReluN1To1,
  kLeakyRelu,
  kSigmoid,
  kHardSigmoid,
  kTanh,
  kSwish,  // SiLU: x sigmoid(x)
  kHardSwish,
  kGelu,
  kElu,
  kSelu,
  kMish,
  kSoftplus,
  kSoftsign,
};
std::string to_text(Activation activation);  // "none", "relu", ...
// Clamps come for free with a requantisation, the others want a table.
bool is_clamp(Activation activation);

struct Extent {  // 3, 3x5 or [3, 5]; of three dimensions 2x3x5: depth, height, width
  std::int64_t height = 1;
  std::int64_t width = 1;
  std::int64_t depth = 0;  // 0: not said, as the others where these are equal
};

struct Kernel {  // as an extent, or `global`: all of the input
  bool global = false;
  Extent extent;
};

// same, same_lower, valid, 1 (each side), [top, bottom, left, right] or [front, back, top, bottom, left, right]
struct Padding {
  enum class Mode { kSame, kSameLower, kValid, kExplicit };
  Mode mode = Mode::kSame;
  std::int64_t top = 0, bottom = 0, left = 0, right = 0;
  std::int64_t front = -1, back = -1;  // -1: not said, as the others where these are equal
};

struct Attributes {
  // Windows: convolutions and pools. One-dimensional ones use the width, those of one or two no depth.
  std::optional<Kernel> kernel;
  std::optional<Extent> stride;  // 1; pools: the kernel
  Extent dilation;
  Padding padding;
  bool ceil = false;                     // pools: a last, partial window counts (ONNX ceil_mode)
  std::optional<std::int64_t> channels;  // outputs of convolutions and fully_connected
  std::int64_t multiplier = 1;           // depthwise: outputs per input channel
  std::int64_t groups = 1;               // conv2d, channel_shuffle, group_norm
  bool keep_dims = false;  // fully_connected: only over the last dimension; reductions: reduced dimensions stay as 1

  // Tensors of any rank.
  std::optional<Shape> shape;      // of the output, where the operator cannot tell or a rank is to be kept
  std::vector<std::int64_t> axes;  // softmax, reductions, norms, concat, split, gather, slice ...; recurrent: the steps
  std::vector<std::int64_t> order;   // transpose: output dimension i is input dimension order[i]
  std::vector<std::int64_t> begin;   // slice: per axis of `axes`, first element, counted from the end when negative
  std::vector<std::int64_t> end;     // slice: behind the last element
  std::vector<std::int64_t> step;    // slice: 1 where empty
  std::vector<std::int64_t> sizes;   // split: along its axis, by output; top_k: how many stay
  std::vector<std::int64_t> before;  // pad: elements in front, by dimension
  std::vector<std::int64_t> after;   // pad: elements behind
  std::int64_t block = 1;            // depth_to_space, space_to_depth
  std::int64_t heads = 1;            // batch_matmul: heads that lie in the last dimension
  bool transpose_a = false;          // batch_matmul: the first operand's last two dimensions are swapped
  bool transpose_b = false;

  // Recurrent layers: the input is [..., steps, features].
  std::optional<std::int64_t> units;       // cells; svdf: filters
  std::optional<std::int64_t> projection;  // of an lstm's output
  std::int64_t memory = 1;                 // svdf: time steps of its state
  std::int64_t rank = 1;                   // svdf: filters per output
  bool peephole = false;
  bool bidirectional = false;
  bool recurrent_bias = false;  // ONNX: input and recurrent parts have a bias each
  bool last_only = false;       // the output is that of the last step

  // Element types and constants.
  std::optional<ElementType> type;            // of the output; default: that of the first input
  Activation activation = Activation::kNone;  // fused behind the operator; what an activation layer does
  bool bias = true;                           // operators with MACs
  ElementType weight_type = ElementType::kInt8;
  ElementType bias_type = ElementType::kInt32;
  std::string state;                   // read_variable, assign_variable: the variable's name
  std::optional<MappingHint> mapping;  // any layer
};

}  // namespace subvolt::network

namespace subvolt::config {
template <>
struct EnumNames<network::Activation> {
  static const std::vector<std::pair<network::Activation, std::string>>& names();
};
template <>
struct FieldType<network::Extent> {
  static bool read(const Node& node, network::Extent& value, Diagnostics& d);
  static TypeDoc doc() { return {}; }
  static std::string text(const network::Extent& value);
};
template <>
struct FieldType<network::Kernel> {
  static bool read(const Node& node, network::Kernel& value, Diagnostics& d);
  static TypeDoc doc() { return {}; }
  static std::string text(const network::Kernel& value);
};
template <>
struct FieldType<network::Padding> {
  static bool read(const Node& node, network::Padding& value, Diagnostics& d);
  static TypeDoc doc() { return {}; }
  static std::string text(const network::Padding& value);
};
}  // namespace subvolt::config
