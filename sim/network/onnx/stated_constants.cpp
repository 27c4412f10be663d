// Constants as files state them: tensors, sparse tensors, and the attributes of Constant.
#include "sim/network/onnx/constants.h"
#include "sim/network/onnx/fault.h"

namespace subvolt::network::from_onnx {
namespace {

template <class T, class Field>
Value listed(const Field& field, std::int32_t data_type, Shape shape) {
  Value value;
  value.constant = true;
  value.type = {data_type, std::move(shape)};
  value.stored_type = data_type;
  value.contents = std::make_shared<const Contents>(std::vector<T>(field.begin(), field.end()));
  return value;
}

Value from_attribute(const onnx::NodeProto& proto) {
  constexpr auto kReals = onnx::TensorProto::FLOAT;
  constexpr auto kIntegers = onnx::TensorProto::INT64;
  for (const auto& a : proto.attribute()) {
    if (a.name() == "value" && a.has_t()) return constant_value(a.t(), proto.output(0));
    if (a.name() == "sparse_value" && a.has_sparse_tensor()) return constant_value(a.sparse_tensor());
    if (a.name() == "value_float") return listed<double>(std::vector<float>{a.f()}, kReals, {});
    if (a.name() == "value_int") return listed<std::int64_t>(std::vector<std::int64_t>{a.i()}, kIntegers, {});
    if (a.name() == "value_floats") return listed<double>(a.floats(), kReals, {a.floats_size()});
    if (a.name() == "value_ints") return listed<std::int64_t>(a.ints(), kIntegers, {a.ints_size()});
  }
  throw Fault("expected a constant of numbers");
}

}  // namespace

Value constant_value(const onnx::TensorProto& tensor, const std::string& name) {
  Value value;
  value.type = {tensor.data_type(), shape_of(tensor)};
  value.constant = true;
  value.root = name;
  value.stored_type = tensor.data_type();
  value.data = &tensor;
  value.in_order = true;
  return value;
}

Value constant_value(const onnx::SparseTensorProto& tensor) {
  Value value = constant_value(tensor.values(), tensor.values().name());
  value.type.shape = checked_shape(std::vector<std::int64_t>(tensor.dims().begin(), tensor.dims().end()));
  value.data = nullptr;
  return value;
}

Value constant_of(const onnx::NodeProto& proto) {
  Value value = from_attribute(proto);
  value.root = proto.output(0);
  return value;
}

}  // namespace subvolt::network::from_onnx
