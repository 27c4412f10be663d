#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include "sim/network/live_bytes.h"
#include "sim/report/tables/network_table.h"

namespace subvolt::report {
namespace {

using network::Constant;
using network::Layer;
using network::Network;
using network::Role;

Json quantization_json(const network::Quantization& q) {
  Json json{{"scale", q.scale}, {"zero_point", q.zero_point}};
  if (q.scales > 1) {
    json["scale_max"] = q.scale_max;
    json["scales"] = q.scales;
    json["axis"] = q.axis;
  }
  return json;
}

Json tensor_json(const network::Tensor& tensor) {
  Json json{{"name", utf8(tensor.name)},
            {"shape", tensor.shape.sizes()},
            {"type", network::to_text(tensor.type)},
            {"bytes", tensor.bytes().value()}};
  if (tensor.quantization) json["quantization"] = quantization_json(*tensor.quantization);
  return json;
}

// Weights are all constants but biases.
struct Weights {
  std::int64_t elements = 0;
  std::int64_t counted = 0;  // of which the values are known
  std::int64_t zeros = 0;
  void add(const Layer& layer) {
    for (const Constant& c : layer.constants) {
      if (c.role == Role::kBias || c.shared) continue;
      elements += c.elements();
      if (!c.zeros) continue;
      counted += c.elements();
      zeros += *c.zeros;
    }
  }
  Json zeros_json() const { return counted > 0 ? Json(zeros) : Json(); }
  Json share_json() const {
    return counted > 0 ? Json(static_cast<double>(zeros) / static_cast<double>(counted)) : Json();
  }
};

Json weight_type(const Layer& layer) {
  for (const Constant& c : layer.constants) {
    if (c.role != Role::kBias) return network::to_text(c.type);
  }
  return {};
}

// Depth first where the window has one.
Json window_json(const network::Window& w, bool deep) {
  Json json{{"kernel", {w.kernel_height, w.kernel_width}},
            {"stride", {w.stride_height, w.stride_width}},
            {"dilation", {w.dilation_height, w.dilation_width}},
            {"padding", {w.pad_top, w.pad_bottom, w.pad_left, w.pad_right}}};
  if (!deep) return json;
  json["kernel"].insert(json["kernel"].begin(), w.kernel_depth);
  json["stride"].insert(json["stride"].begin(), w.stride_depth);
  json["dilation"].insert(json["dilation"].begin(), w.dilation_depth);
  json["padding"].insert(json["padding"].begin(), {w.pad_front, w.pad_back});
  return json;
}

Json constant_json(const Constant& c) {
  Json json{{"role", config::FieldType<Role>::text(c.role)},
            {"name", utf8(c.name)},
            {"shape", c.shape.sizes()},
            {"type", network::to_text(c.type)},
            {"bytes", c.bytes().value()},
            {"zeros", c.zeros ? Json(*c.zeros) : Json()}};
  if (c.shared) json["shared"] = true;
  if (c.quantization) json["quantization"] = quantization_json(*c.quantization);
  return json;
}

struct Operands {
  Json names = Json::array();
  Json shapes = Json::array();
  Bytes bytes;
  Operands(const Network& network, const std::vector<network::TensorId>& ids) {
    for (const network::TensorId id : ids) {
      names.push_back(utf8(network.tensor(id).name));
      shapes.push_back(network.tensor(id).shape.sizes());
      bytes += network.tensor(id).bytes();
    }
  }
};

Json layer_json(const Network& network, const Layer& layer) {
  const Operands inputs(network, layer.inputs), outputs(network, layer.outputs);
  Weights weights;
  weights.add(layer);
  Json json{{"name", utf8(layer.name)},
            {"op", layer.op->name},
            {"source_op", utf8(layer.source_op)},
            {"inputs", inputs.names},
            {"outputs", outputs.names},
            {"input_shapes", inputs.shapes},
            {"output_shapes", outputs.shapes},
            {"type", layer.outputs.empty() ? Json() : Json(network::to_text(network.output_of(layer).type))},
            {"weight_type", weight_type(layer)},
            {"macs", layer.macs},
            {"params", layer.parameters()},
            {"param_bytes", layer.parameter_bytes().value()},
            {"in_bytes", inputs.bytes.value()},
            {"out_bytes", outputs.bytes.value()},
            {"element_operations", layer.element_operations},
            {"weights", weights.elements},
            {"weights_with_values", weights.counted},
            {"zeros", weights.zeros_json()}};
  const network::Attributes& attributes = layer.attributes;
  if (!layer.counted) json["counted"] = false;
  if (attributes.kernel) {
    json["window"] = window_json(layer.window, attributes.kernel->extent.depth > 0 || layer.window.kernel_depth > 1);
  }
  if (layer.groups > 1) json["groups"] = layer.groups;
  if (attributes.activation != network::Activation::kNone) json["activation"] = network::to_text(attributes.activation);
  if (layer.outputs.size() == 1 && network.output_of(layer).quantization) {
    json["quantization"] = quantization_json(*network.output_of(layer).quantization);
  }
  if (!layer.constants.empty()) {
    json["constants"] = Json::array();
    for (const Constant& c : layer.constants) json["constants"].push_back(constant_json(c));
  }
  return json;
}

// Bytes by element type, in the order of the enum.
using TypeBytes = std::map<network::ElementType, std::int64_t>;

Json types_json(const TypeBytes& types) {
  Json json = Json::object();
  for (const auto& [type, bytes] : types) json[network::to_text(type)] = bytes;
  return json;
}

void add_totals(const Network& network, Json& json) {
  std::map<std::string, std::int64_t> operators;
  TypeBytes activations, constants;
  Weights weights;
  std::int64_t element_operations = 0;
  for (const network::Tensor& tensor : network.tensors) activations[tensor.type] += tensor.bytes().value();
  for (const Layer& layer : network.layers) {
    ++operators[layer.op->name];
    weights.add(layer);
    element_operations += layer.element_operations;
    for (const Constant& c : layer.constants) constants[c.type] += c.shared ? 0 : c.bytes().value();
  }
  const network::ActivationPeak peak = network::separate_activation_peak(network);
  json["macs"] = network.macs();
  json["not_counted"] = network.not_counted();
  json["params"] = network.parameters();
  json["param_bytes"] = network.parameter_bytes().value();
  json["element_operations"] = element_operations;
  json["activation_peak_bytes"] = peak.bytes.value();
  json["activation_peak_layer"] = network.layers.empty() ? Json() : Json(peak.layer);
  json["activation_peak_bytes_with_views"] = network.peak_activation_bytes().value();
  json["operators"] = operators;
  json["activation_bytes_by_type"] = types_json(activations);
  json["param_bytes_by_type"] = types_json(constants);
  json["weights"] = weights.elements;
  json["weights_with_values"] = weights.counted;
  json["zeros"] = weights.zeros_json();
  json["sparsity"] = weights.share_json();
}

}  // namespace

std::string utf8(const std::string& text) {
  const std::string dumped = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  return Json::parse(dumped).get<std::string>();
}

std::string source_of(const Network& network) {
  if (!network.source.empty() || network.file.empty()) return utf8(network.source);
  return utf8(std::filesystem::path(network.file).filename().string()) + ", sha256 " + network.sha256;
}

Json network_json(const Network& network) {
  Json json{{"name", utf8(network.name)}, {"source", source_of(network)},
            {"sha256", network.sha256},   {"layout", config::FieldType<network::Layout>::text(network.layout)},
            {"batch", network.batch},     {"inputs", Json::array()},
            {"outputs", Json::array()},   {"layers", Json::array()}};
  for (const network::TensorId id : network.inputs) json["inputs"].push_back(tensor_json(network.tensor(id)));
  for (const network::TensorId id : network.outputs) json["outputs"].push_back(tensor_json(network.tensor(id)));
  for (const Layer& layer : network.layers) json["layers"].push_back(layer_json(network, layer));
  add_totals(network, json);
  return json;
}

}  // namespace subvolt::report
