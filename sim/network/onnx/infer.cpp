#include "sim/network/onnx/infer.h"

#include <onnx/defs/schema.h>
#include <onnx/defs/shape_inference.h>

#include <memory>
#include <set>

#include "sim/network/bounded.h"
#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/preconditions.h"

namespace subvolt::network::from_onnx {
namespace {

constexpr std::int64_t kMostPassed = 1 << 16;  // shapes and the like; libonnx looks at no larger operand's values
constexpr std::int64_t kNewestKnown = 17;      // opset of libonnx 1.12

onnx::TypeProto type_proto(const TypeInfo& type) {
  onnx::TypeProto proto;
  proto.mutable_tensor_type()->set_elem_type(type.data_type);
  if (type.shape) {
    auto* shape = proto.mutable_tensor_type()->mutable_shape();
    for (const std::int64_t size : type.shape->sizes()) shape->add_dim()->set_dim_value(size);
  }
  return proto;
}

onnx::TensorProto tensor_proto(const TypeInfo& type, const Contents& contents) {
  onnx::TensorProto proto;
  proto.set_data_type(type.data_type);
  for (const std::int64_t size : type.shape->sizes()) proto.add_dims(size);
  const auto add = [&](auto value) {
    switch (type.data_type) {
      case onnx::TensorProto::FLOAT:
        proto.add_float_data(static_cast<float>(value));
        break;
      case onnx::TensorProto::DOUBLE:
        proto.add_double_data(static_cast<double>(value));
        break;
      case onnx::TensorProto::INT64:
        proto.add_int64_data(static_cast<std::int64_t>(value));
        break;
      case onnx::TensorProto::UINT32:
      case onnx::TensorProto::UINT64:
        proto.add_uint64_data(static_cast<std::uint64_t>(value));
        break;
      default:
        proto.add_int32_data(static_cast<std::int32_t>(value));
    }
  };
  std::visit(
      [&](const auto& values) {
        for (const auto value : values) add(value);
      },
      contents);
  return proto;
}

class Context : public onnx::InferenceContext {
 public:
  explicit Context(const Node& node) : node_(node), outputs_(static_cast<std::size_t>(node.proto().output_size())) {
    for (std::size_t i = 0; i < node.inputs(); ++i) {
      types_.push_back(node.has(i) ? std::make_unique<onnx::TypeProto>(type_proto(node.input(i).type)) : nullptr);
    }
    data_.resize(node.inputs());
  }

  const onnx::AttributeProto* getAttribute(const std::string& name) const override { return node_.attribute(name); }
  size_t getNumInputs() const override { return types_.size(); }
  const onnx::TypeProto* getInputType(size_t i) const override { return i < types_.size() ? types_[i].get() : nullptr; }
  const onnx::TensorProto* getInputData(size_t i) const override {
    if (!node_.has(i) || !node_.input(i).has_shape() || node_.shape(i).elements() > kMostPassed) return nullptr;
    if (!data_[i]) {
      const Contents* contents = node_.contents(i);
      if (!contents || holds_reals(node_.input(i).type.data_type) != (contents->index() == 1)) return nullptr;
      // Half-precision values travel as bits; no operator infers a shape from them.
      if (node_.input(i).type.data_type == onnx::TensorProto::FLOAT16) return nullptr;
      if (node_.input(i).type.data_type == onnx::TensorProto::BFLOAT16) return nullptr;
      data_[i] = std::make_unique<onnx::TensorProto>(tensor_proto(node_.input(i).type, *contents));
    }
    return data_[i].get();
  }
  size_t getNumOutputs() const override { return outputs_.size(); }
  onnx::TypeProto* getOutputType(size_t i) override { return &outputs_.at(i); }
  onnx::GraphInferencer* getGraphAttributeInferencer(const std::string& name) override {
    throw onnx::InferenceError("attribute " + name + " holds a graph");
  }
  const onnx::SparseTensorProto* getInputSparseData(size_t) const override { return nullptr; }
  const onnx::TensorShapeProto* getSymbolicInput(size_t) const override { return nullptr; }

  const std::vector<onnx::TypeProto>& outputs() const { return outputs_; }

 private:
  const Node& node_;
  std::vector<std::unique_ptr<onnx::TypeProto>> types_;
  mutable std::vector<std::unique_ptr<onnx::TensorProto>> data_;
  std::vector<onnx::TypeProto> outputs_;
};

// Sizes below 0 are nobody's: either the file says one, or what is taken away is more than there is.
[[noreturn]] void refuse_negative(const Node& node, std::size_t dimension) {
  static const std::set<std::string> kTakeAway{"AveragePool", "Conv",    "ConvInteger", "ConvTranspose",
                                               "LpPool",      "MaxPool", "Pad",         "QLinearConv"};
  const std::string which = "dimension " + std::to_string(dimension);
  if (kTakeAway.count(node.op()) == 0) {
    throw Fault(which + " of its output would be smaller than nothing: expected sizes, counts and scales from 0");
  }
  throw Fault("nothing is left of " + which + " of its input " + node.shape(0).text() +
              ": expected a larger input, or less that its window and pads take away");
}

std::optional<Shape> shape_in(const onnx::TypeProto& type, const Node& node) {
  if (!type.has_tensor_type() || !type.tensor_type().has_shape()) return std::nullopt;
  std::vector<std::int64_t> sizes;
  for (const auto& dim : type.tensor_type().shape().dim()) {
    if (!dim.has_dim_value()) return std::nullopt;
    if (dim.dim_value() < 0) refuse_negative(node, sizes.size());
    sizes.push_back(dim.dim_value());
  }
  return checked_shape(std::move(sizes));
}

// Only the first line, without libonnx's own marks.
std::string shortened(const std::string& what) {
  const std::size_t mark = what.rfind("Error] ");
  std::string text = mark == std::string::npos ? what : what.substr(mark + 7);
  return text.substr(0, text.find('\n'));
}

}  // namespace

std::vector<TypeInfo> infer_types(const Node& node) {
  std::vector<TypeInfo> types(static_cast<std::size_t>(node.proto().output_size()));
  if (!is_safe_to_infer(node)) return types;
  const int version = static_cast<int>(std::min<std::int64_t>(node.opset(), kMaxSize));
  const onnx::OpSchema* schema = onnx::OpSchemaRegistry::Schema(node.op(), version, node.domain());
  if (!schema || schema->deprecated()) return types;
  Context context(node);
  try {
    schema->Verify(node.proto());
    if (!schema->has_type_and_shape_inference_function()) return types;
    schema->GetTypeAndShapeInferenceFunction()(context);
  } catch (const std::exception& error) {
    if (node.domain().empty() && node.opset() > kNewestKnown) return types;
    throw Fault(shortened(error.what()));
  }
  for (std::size_t i = 0; i < types.size(); ++i) {
    const onnx::TypeProto& type = context.outputs()[i];
    if (type.has_tensor_type()) types[i].data_type = type.tensor_type().elem_type();
    types[i].shape = shape_in(type, node);
  }
  return types;
}

}  // namespace subvolt::network::from_onnx
