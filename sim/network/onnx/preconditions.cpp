#include "sim/network/onnx/preconditions.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "sim/network/bounded.h"
#include "sim/network/onnx/fault.h"

namespace subvolt::network::from_onnx {
namespace {

constexpr std::int64_t kMostAxes = 64;

bool is_one_of(const std::string& op, const std::set<std::string_view>& ops) { return ops.count(op) > 0; }

void expect_between(const std::string& name, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value >= least && value <= most) return;
  throw Fault("attribute " + name + ": expected integers from " + std::to_string(least) + " to " +
              std::to_string(most) + ", got " + std::to_string(value));
}

void check_attributes(const Node& node) {
  const auto rank = node.has(0) && node.input(0).has_shape() ? std::int64_t(node.shape(0).rank()) : kMostAxes;
  for (const auto& attribute : node.proto().attribute()) {
    const std::string& name = attribute.name();
    const bool positive =
        is_one_of(name, {"strides", "dilations", "kernel_shape", "group", "blocksize", "hidden_size"});
    const bool bounded = is_one_of(name, {"pads", "output_padding", "output_shape"});
    for (const std::int64_t value : attribute.ints()) {
      if (positive) expect_between(name, value, 1, kMaxSize);
      if (bounded) expect_between(name, value, -kMaxSize, kMaxSize);
      if (name == "axes") expect_between(name, value, -kMostAxes, kMostAxes);
    }
    if (attribute.type() != onnx::AttributeProto::INT) continue;
    if (positive) expect_between(name, attribute.i(), 1, kMaxSize);
    if (name == "axis") expect_between(name, attribute.i(), -(rank + 1), rank + 1);
  }
}

void expect_number(const Node& node, const std::string& name, std::size_t number) {
  const auto integers = node.integers(name);
  if (integers && integers->size() != number) {
    throw Fault("attribute " + name + ": expected " + std::to_string(number) + " integers, got " +
                std::to_string(integers->size()));
  }
}

// Convolutions and pools: images with as many dimensions as the window has, and two more.
void check_window(const Node& node) {
  const std::string& op = node.op();
  const bool convolution = is_one_of(op, {"Conv", "ConvInteger", "QLinearConv", "ConvTranspose", "DeformConv"});
  const bool pool = is_one_of(op, {"MaxPool", "AveragePool", "LpPool", "MaxUnpool", "GlobalMaxPool",
                                   "GlobalAveragePool", "GlobalLpPool", "MaxRoiPool", "RoiAlign"});
  if (!convolution && !pool) return;
  const std::size_t rank = node.shape(0).rank();
  if (rank < 3) throw Fault("expected an input of at least 3 dimensions, got " + node.shape(0).text());
  if (convolution) {
    const Shape& weights = node.shape(op == "QLinearConv" ? 3 : 1);
    if (weights.rank() != rank) {
      throw Fault("expected weights of as many dimensions as " + node.shape(0).text() + ", got " + weights.text());
    }
  }
  for (const char* name : {"kernel_shape", "strides", "dilations", "output_padding", "output_shape"}) {
    expect_number(node, name, rank - 2);
  }
  expect_number(node, "pads", 2 * (rank - 2));
}

// libonnx makes a dimension of each element of such an operand, known or not.
void check_sizes_operand(const Node& node) {
  const std::string& op = node.op();
  const std::size_t at = op == "ConstantOfShape" ? 0 : 1;
  const bool has_sizes =
      at == 0 || is_one_of(op, {"Reshape", "Expand", "Tile", "Pad", "Resize", "Upsample", "CenterCropPad"});
  if (!has_sizes || !node.has(at) || !node.input(at).has_shape()) return;
  if (node.shape(at).elements() > kMostAxes) {
    throw Fault("expected at most " + std::to_string(kMostAxes) + " sizes, got " + node.shape(at).text());
  }
}

// Operators that look at dimensions before they know that there are any.
void check_rank(const Node& node) {
  if (is_one_of(node.op(), {"LayerNormalization", "InstanceNormalization", "BatchNormalization", "LRN"})) {
    if (node.shape(0).rank() == 0) throw Fault("expected a tensor, got a scalar");
  }
  if (is_one_of(node.op(), {"LSTM", "GRU", "RNN"}) && node.shape(0).rank() != 3) {
    throw Fault("expected an input of 3 dimensions, got " + node.shape(0).text());
  }
  if (node.op() == "GatherND") {
    const std::size_t least = std::min(node.shape(0).rank(), node.shape(1).rank());
    expect_between("batch_dims", node.integer("batch_dims", 0), 0, static_cast<std::int64_t>(least));
  }
  if (node.op() == "LayerNormalization") checked_axis(node.integer("axis", -1), node.shape(0).rank());
  if (node.op() == "Gemm" && (node.shape(0).rank() != 2 || node.shape(1).rank() != 2)) {
    throw Fault("expected two matrices, got " + node.shape(0).text() + " and " + node.shape(1).text());
  }
}

}  // namespace

bool is_safe_to_infer(const Node& node) {
  if (!node.domain().empty()) return false;
  // These index by operands that may not be there or by what an operand says, or work on sequences, which nothing
  // here has.
  if (is_one_of(node.op(), {"STFT", "DFT", "MelWeightMatrix", "MaxUnpool", "SplitToSequence", "SequenceAt",
                            "SequenceConstruct", "SequenceEmpty", "SequenceErase", "SequenceInsert", "SequenceLength",
                            "SequenceMap", "ConcatFromSequence", "Optional", "OptionalGetElement"})) {
    return false;
  }
  check_attributes(node);
  check_window(node);
  check_sizes_operand(node);
  check_rank(node);
  return true;
}

}  // namespace subvolt::network::from_onnx
