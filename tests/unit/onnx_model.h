// Small ONNX models, written operator by operator.
#pragma once

#include <cstring>
#include <initializer_list>
#include <string>
#include <vector>

#include "sim/config/error.h"
#include "sim/network/onnx/onnx_reader.h"
#include "sim/network/onnx/proto.h"

namespace subvolt::test {

using Names = std::vector<std::string>;
using Sizes = std::vector<std::int64_t>;

class OnnxModel {
 public:
  explicit OnnxModel(int opset = 13) {
    model_.set_ir_version(8);
    model_.set_producer_name("test");
    import_domain("", opset);
    graph().set_name("g");
  }

  onnx::ModelProto& model() { return model_; }
  onnx::GraphProto& graph() { return *model_.mutable_graph(); }

  OnnxModel& import_domain(const std::string& domain, int version) {
    auto* opset = model_.add_opset_import();
    opset->set_domain(domain);
    opset->set_version(version);
    return *this;
  }

  // Negative sizes are not known: -1 has no name, others are symbols, one for each number: -2 is "n2".
  OnnxModel& input(const std::string& name, const Sizes& sizes, int type = onnx::TensorProto::FLOAT) {
    describe(*graph().add_input(), name, sizes, type);
    return *this;
  }
  OnnxModel& output(const std::string& name) {
    graph().add_output()->set_name(name);
    return *this;
  }

  // Constants: without values, with real numbers, with integers.
  onnx::TensorProto& shapeless(const std::string& name, const Sizes& sizes, int type = onnx::TensorProto::FLOAT) {
    return tensor(*graph().add_initializer(), name, sizes, type);
  }
  OnnxModel& reals(const std::string& name, const Sizes& sizes, const std::vector<float>& values) {
    auto& t = shapeless(name, sizes);
    for (const float value : values) t.add_float_data(value);
    return *this;
  }
  OnnxModel& integers(const std::string& name, const Sizes& sizes, const Sizes& values) {
    auto& t = shapeless(name, sizes, onnx::TensorProto::INT64);
    for (const std::int64_t value : values) t.add_int64_data(value);
    return *this;
  }
  OnnxModel& bytes(const std::string& name, const Sizes& sizes, const std::vector<int>& values) {
    auto& t = shapeless(name, sizes, onnx::TensorProto::INT8);
    for (const int value : values) t.mutable_raw_data()->push_back(static_cast<char>(value));
    return *this;
  }

  // The operator is named like its first output, with "_op" behind; "" as a name leaves it without.
  onnx::NodeProto& node(const std::string& op, const Names& inputs, const Names& outputs) {
    return fill(*graph().add_node(), op, inputs, outputs);
  }
  static onnx::NodeProto& fill(onnx::NodeProto& node, const std::string& op, const Names& inputs,
                               const Names& outputs) {
    node.set_op_type(op);
    node.set_name(outputs.empty() ? "" : outputs[0] + "_op");
    for (const std::string& name : inputs) node.add_input(name);
    for (const std::string& name : outputs) node.add_output(name);
    return node;
  }

  std::string text() const { return model_.SerializeAsString(); }
  network::Network read(const network::ReadOptions& options = {}) const {
    const std::string bytes = text();
    return network::read_onnx(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), "m.onnx", options);
  }
  // What is wrong with it; "" when nothing is.
  std::string error(const network::ReadOptions& options = {}) const {
    try {
      read(options);
      return "";
    } catch (const Error& e) {
      return e.kind() == ErrorKind::kConfiguration ? e.what() : "of another kind: " + std::string(e.what());
    }
  }

  static onnx::TensorProto& tensor(onnx::TensorProto& t, const std::string& name, const Sizes& sizes, int type) {
    t.set_name(name);
    t.set_data_type(type);
    for (const std::int64_t size : sizes) t.add_dims(size);
    return t;
  }
  static void describe(onnx::ValueInfoProto& info, const std::string& name, const Sizes& sizes, int type) {
    info.set_name(name);
    auto* tensor = info.mutable_type()->mutable_tensor_type();
    tensor->set_elem_type(type);
    tensor->mutable_shape();
    for (const std::int64_t size : sizes) {
      auto* dim = tensor->mutable_shape()->add_dim();
      if (size < 0) {
        if (size < -1) dim->set_dim_param("n" + std::to_string(-size));
      } else {
        dim->set_dim_value(size);
      }
    }
  }

 private:
  onnx::ModelProto model_;
};

inline onnx::NodeProto& with(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  auto* a = node.add_attribute();
  a->set_name(name);
  a->set_type(onnx::AttributeProto::INT);
  a->set_i(value);
  return node;
}
inline onnx::NodeProto& with_sizes(onnx::NodeProto& node, const std::string& name, const Sizes& values) {
  auto* a = node.add_attribute();
  a->set_name(name);
  a->set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) a->add_ints(value);
  return node;
}
inline onnx::NodeProto& with_text(onnx::NodeProto& node, const std::string& name, const std::string& value) {
  auto* a = node.add_attribute();
  a->set_name(name);
  a->set_type(onnx::AttributeProto::STRING);
  a->set_s(value);
  return node;
}
inline onnx::GraphProto& graph_in(onnx::NodeProto& node, const std::string& name) {
  auto* a = node.add_attribute();
  a->set_name(name);
  a->set_type(onnx::AttributeProto::GRAPH);
  a->mutable_g()->set_name(name);
  return *a->mutable_g();
}

// "conv2d:1x8x16x16": operators with the shapes of their first outputs.
inline Names layers_of(const network::Network& network) {
  Names all;
  for (const network::Layer& layer : network.layers) {
    all.push_back(to_text(layer.op) + ":" + (layer.outputs.empty() ? "" : network.output_of(layer).shape.text()));
  }
  return all;
}

}  // namespace subvolt::test
