#include "sim/network/onnx/graph_inputs.h"

#include "sim/config/diagnostics.h"
#include "sim/network/layer_builder.h"

namespace subvolt::network::from_onnx {
namespace {

bool is_static(const onnx::TypeProto_Tensor& type) {
  if (!type.has_shape()) return false;
  for (const auto& dimension : type.shape().dim()) {
    if (!dimension.has_dim_value() || dimension.dim_value() < 1) return false;
  }
  return true;
}

}  // namespace

std::vector<GraphInput> graph_inputs(const onnx::GraphProto& graph, const std::string& file, const ReadOptions& options,
                                     const Shapes& example) {
  config::Diagnostics diagnostics;
  std::vector<GraphInput> inputs;
  std::vector<std::string> names;
  for (const onnx::ValueInfoProto* free : free_inputs(graph)) {
    const onnx::ValueInfoProto& proto = *free;
    const config::Node origin = at_part_of(file, "input " + proto.name());
    names.push_back(proto.name());
    if (!proto.type().has_tensor_type()) {
      diagnostics.error(origin, "expected a tensor, got a sequence, a map or an optional value");
      continue;
    }
    const auto& type = proto.type().tensor_type();
    GraphInput input;
    input.name = proto.name();
    input.type.data_type = type.elem_type();
    const auto element = element_type_of(type.elem_type());
    if (element) {
      input.element = *element;
    } else {
      diagnostics.error(origin,
                        "elements of " + data_type_name(type.elem_type()) + " are not known to any hardware here");
    }
    const auto given = options.shapes.find(proto.name());
    if (given != options.shapes.end()) {
      input.type.shape = Shape(given->second);
      if (type.has_shape() && type.shape().dim_size() != static_cast<int>(given->second.size())) {
        diagnostics.error(origin, "expected a shape of the dimensions " + text_of(type.shape()) + ", got " +
                                      input.type.shape->text());
      }
    } else if (is_static(type)) {
      Shape shape;
      for (const auto& dimension : type.shape().dim()) shape.sizes().push_back(dimension.dim_value());
      input.type.shape = std::move(shape);
    } else {
      const auto own = example.find(proto.name());
      diagnostics.error(origin, (type.has_shape() ? "its dimensions " + text_of(type.shape()) + " are not fixed"
                                                  : std::string("its dimensions are not known")) +
                                    ": expected their sizes" +
                                    (own == example.end() ? "" : ", such as " + as_options({*own})));
    }
    if (input.type.shape) {
      if (const auto fault = fault_of(*input.type.shape)) diagnostics.error(origin, *fault);
    }
    inputs.push_back(std::move(input));
  }
  for (const auto& [name, shape] : options.shapes) {
    bool known = false;
    for (const std::string& input : names) known = known || input == name;
    if (known) continue;
    diagnostics.error(at_part_of(file, ""), "no input \"" + name + "\" to give a shape, expected one of " +
                                                config::listed(names) + config::did_you_mean(name, names));
  }
  diagnostics.throw_if_any();
  return inputs;
}

}  // namespace subvolt::network::from_onnx
