#include "sim/network/onnx/constants.h"

#include <algorithm>

#include "sim/network/onnx/fold/fold.h"
#include "sim/network/onnx/translation.h"

namespace subvolt::network::from_onnx {
namespace {

bool draws_numbers(const std::string& op) {
  return op.rfind("Random", 0) == 0 || op == "Multinomial" || op == "Bernoulli";
}

bool all_constant(const Node& node) {
  bool any = false;
  for (std::size_t i = 0; i < node.inputs(); ++i) {
    if (!node.has(i)) continue;
    if (!node.input(i).constant) return false;
    any = true;
  }
  return any;
}

bool is_view(const std::string& op) {
  return op == "Reshape" || op == "Squeeze" || op == "Unsqueeze" || op == "Flatten" || op == "Identity";
}

std::vector<std::int64_t> zero_points_of(const Node& node) {
  const Contents* contents = node.contents(2);
  const auto* integers = contents ? std::get_if<std::vector<std::int64_t>>(contents) : nullptr;
  return integers ? *integers : std::vector<std::int64_t>();
}

std::size_t quantization_axis(const Node& node) {
  const bool slices = node.has(1) && node.input(1).has_shape() && node.shape(1).elements() > 1;
  return slices ? checked_axis(node.integer("axis", 1), node.shape(0).rank()) : 0;
}

void set_quantization(const Node& node, Value& value) {
  if (!node.contents(1)) return;
  value.quantization =
      quantization_of(node.reals_of(1, "scales"), zero_points_of(node), std::int64_t(quantization_axis(node)));
}

Value dequantized(const Node& node, const TypeInfo& type) {
  Value value = node.input(0);
  value.type.data_type = type.data_type != 0 ? type.data_type : onnx::TensorProto::FLOAT;
  value.contents = nullptr;
  set_quantization(node, value);
  value.zero_points = zero_points_of(node);
  value.zero_point_inner = 1;
  const Shape& shape = node.shape(0);
  for (std::size_t i = quantization_axis(node) + 1; i < shape.rank(); ++i) value.zero_point_inner *= shape[i];
  // Slices are told by their place in the file.
  if (value.data && !value.in_order && value.zero_points.size() > 1) value.data = nullptr;
  value.in_order = value.in_order && value.data;
  return value;
}

// The values are rounded by whoever prepares the run; what the file has are the real numbers.
Value quantized(const Node& node, const TypeInfo& type) {
  Value value = node.input(0);
  value.type.data_type = type.data_type;
  if (node.has(2)) value.type.data_type = node.input(2).type.data_type;
  if (value.type.data_type == 0) value.type.data_type = onnx::TensorProto::UINT8;
  value.stored_type = value.type.data_type;
  value.data = nullptr;
  value.contents = nullptr;
  set_quantization(node, value);
  return value;
}

// What the file stores of a result whose elements are those of constants behind DequantizeLinear: as many bits each.
void keep_encoding(const Node& node, Value& result) {
  static const char* const kMoves[] = {"Concat", "Expand", "Gather", "Slice", "Split", "Tile"};
  if (std::none_of(std::begin(kMoves), std::end(kMoves), [&](const char* op) { return node.op() == op; })) return;
  const Value& first = node.input(0);
  if (!first.constant || first.stored_type == first.type.data_type) return;
  const bool joins = node.op() == "Concat";  // the others' further inputs are places and sizes
  for (std::size_t i = 1; joins && i < node.inputs(); ++i) {
    if (node.has(i) && node.input(i).stored_type != first.stored_type) return;
  }
  result.stored_type = first.stored_type;
  if (first.quantization && first.quantization->scales == 1 && !joins) result.quantization = first.quantization;
}

// The same elements, possibly in another order.
Value rearranged(const Node& node, const TypeInfo& type) {
  Value value = node.input(0);
  value.type.shape = type.shape;
  value.contents = nullptr;
  if (node.op() == "Transpose") {
    value.in_order = false;
    const auto order = node.integers("perm");
    if (value.quantization && value.quantization->scales > 1 && order) {
      const auto at = std::find(order->begin(), order->end(), value.quantization->axis);
      if (at != order->end()) value.quantization->axis = at - order->begin();
    }
  }
  return value;
}

}  // namespace

std::optional<std::vector<Value>> constant_results(const Node& node, const std::vector<TypeInfo>& types) {
  const std::string& op = node.op();
  const bool of_sizes = op == "Shape" || op == "Size";  // of an activation, too
  if (types.empty() || draws_numbers(op) || (!all_constant(node) && !of_sizes)) return std::nullopt;
  const bool known_shape = types[0].shape.has_value();
  const bool known_domain = node.domain().empty() || node.domain() == "com.microsoft";  // where both have the same
  if (known_domain && node.has(0) && node.input(0).constant && types.size() == 1) {
    const bool has_data = node.input(0).data || node.input(0).quantization;
    if (op == "DequantizeLinear" && node.has(1)) return std::vector<Value>{dequantized(node, types[0])};
    if (op == "QuantizeLinear" && node.has(1)) return std::vector<Value>{quantized(node, types[0])};
    if ((is_view(op) || op == "Transpose") && known_shape && has_data) {
      Value value = rearranged(node, types[0]);
      if (op == "Transpose" && !value.quantization) {
        if (auto folded = fold(node, types)) {
          value.contents = std::make_shared<const Contents>(std::move(folded->front().contents));
        }
      }
      return std::vector<Value>{std::move(value)};
    }
  }
  std::vector<Value> results;
  const auto folded = fold(node, types);
  for (std::size_t i = 0; i < types.size(); ++i) {
    Value value;
    value.constant = true;
    value.type = types[i];
    value.root = node.proto().output(static_cast<int>(i));
    value.filled = op == "ConstantOfShape";
    if (folded) {
      const Folded& result = (*folded)[i];
      value.type.shape = result.shape;
      if (value.type.data_type == 0) {
        value.type.data_type = result.contents.index() == 0 ? onnx::TensorProto::INT64 : onnx::TensorProto::FLOAT;
      }
      value.contents = std::make_shared<const Contents>(result.contents);
    }
    value.stored_type = value.type.data_type;
    if (!folded) keep_encoding(node, value);
    if (!value.type.shape) return std::nullopt;
    results.push_back(std::move(value));
  }
  return results;
}

}  // namespace subvolt::network::from_onnx
