#include "sim/network/onnx/translation.h"

#include <algorithm>
#include <cmath>

#include "sim/config/registry.h"
#include "sim/network/onnx/compositions/composition.h"
#include "sim/network/onnx/fault.h"

namespace subvolt::network::from_onnx {
namespace {

config::Registry<Rule>& all_rules() {
  static config::Registry<Rule> all("rule");
  return all;
}

// Of the operator's domain, or of an operator of this name in any.
const Rule* find_rule(const Node& node) {
  const Rule* const own = all_rules().find(full_name(node));
  return own ? own : all_rules().find("*." + node.op());
}

}  // namespace

std::string Names::unique(const std::string& wanted) {
  if (used_.insert(wanted).second) return wanted;
  int& number = last_.emplace(wanted, 1).first->second;
  std::string name;
  do {
    name = wanted + "#" + std::to_string(++number);
  } while (!used_.insert(name).second);
  return name;
}

Translation::Translation(const Node& node, std::vector<TypeInfo> outputs, Graph& graph, const config::Node& origin,
                         std::string name, std::string whole)
    : node_(node),
      outputs_(std::move(outputs)),
      graph_(graph),
      origin_(origin),
      base_(std::move(name)),
      whole_(std::move(whole)) {
  begin();
}

std::string Translation::base_name(const onnx::NodeProto& proto, std::size_t place) {
  if (!proto.name().empty()) return proto.name();
  for (const std::string& output : proto.output()) {
    if (!output.empty()) return output;
  }
  return "operator_" + std::to_string(place);
}

void Translation::begin() {
  layer_ = LayerSpec();
  layer_.origin = origin_;
  layer_.source_op = whole_.empty() ? full_name(node_) : whole_;
}

void Translation::add_input(const std::string& tensor) {
  if (!layer_.input.empty()) {
    layer_.inputs = {layer_.input};
    layer_.input.clear();
  }
  if (layer_.inputs.empty()) {
    layer_.input = tensor;
  } else {
    layer_.inputs.push_back(tensor);
  }
}

void Translation::add_constant(std::size_t i, Role role, const Shape& shape) {
  const Value& value = node_.input(i);
  Constant constant;
  constant.name = value.root;
  constant.role = role;
  constant.shape = shape;
  constant.type = stored_type(i);
  constant.quantization = value.quantization;
  constant.zeros = zeros_of(value, graph_.files);
  constant.shared = !graph_.seen.insert(value.root).second;
  layer_.constants.push_back(std::move(constant));
}

bool Translation::take(std::size_t i, Role role) {
  if (!has(i)) return false;
  if (is_constant(i)) {
    add_constant(i, role, shape(i));
  } else {
    add_input(node_.input(i).tensor);
  }
  return true;
}

void Translation::take_all(std::size_t first) {
  for (std::size_t i = first; i < node_.inputs(); ++i) take(i);
}

void Translation::take_as(std::size_t i, const Shape& shape) {
  if (!is_constant(i)) throw Fault("expected a constant as input " + std::to_string(i + 1));
  add_constant(i, Role::kOperand, shape);
}

bool Translation::take_weights(std::size_t i, Role role) {
  if (!has(i)) return false;
  layer_.weight_type = stored_type(i);
  return take(i, role);
}

bool Translation::take_bias(std::size_t i) {
  layer_.bias = has(i);
  if (!layer_.bias) return false;
  layer_.bias_type = stored_type(i);
  return take(i, Role::kBias);
}

bool Translation::is_read(std::size_t i) const {
  const auto& proto = node_.proto();
  return static_cast<int>(i) < proto.output_size() && !proto.output(static_cast<int>(i)).empty() &&
         graph_.read.count(proto.output(static_cast<int>(i))) > 0;
}

const TypeInfo& Translation::out(std::size_t i) const {
  if (i >= outputs_.size()) throw Fault("expected at least " + std::to_string(i + 1) + " outputs");
  return outputs_[i];
}

const Shape& Translation::out_shape(std::size_t i) const {
  if (!out(i).shape) {
    throw Fault("the shape of its output \"" + node_.proto().output(static_cast<int>(i)) +
                "\" is not known before a run");
  }
  return *outputs_[i].shape;
}

void Translation::name_outputs(std::size_t count) {
  for (std::size_t i = 0; i < count && i < outputs_.size(); ++i) {
    OutputSpec output;
    const std::string& name = node_.proto().output(static_cast<int>(i));
    output.name = graph_.names.unique(name.empty() ? base_ + ":" + std::to_string(i) : name);
    output.shape = outputs_[i].shape;
    result_.bound.push_back(output.name);
    layer_.outputs.push_back(std::move(output));
  }
}

void Translation::name_only(std::size_t i) {
  OutputSpec output;
  output.name = graph_.names.unique(node_.proto().output(static_cast<int>(i)));
  output.shape = outputs_.at(i).shape;
  result_.bound.resize(i);
  result_.bound.push_back(output.name);
  layer_.outputs.push_back(std::move(output));
}

void Translation::next_layer(const std::string& suffix) {
  layer_.name = graph_.names.unique(base_ + suffix);
  const std::string tensor = layer_.name;
  result_.layers.push_back(std::move(layer_));
  begin();
  add_input(tensor);
}

ElementType Translation::stored_type(std::size_t i) const {
  const Value& value = node_.input(i);
  const std::int32_t data_type = value.constant ? value.stored_type : value.type.data_type;
  const auto type = element_type_of(data_type);
  if (!type) throw Fault("elements of " + data_type_name(data_type) + " are not known to any hardware here");
  return *type;
}

std::optional<Quantization> Translation::quantization(std::size_t scale, std::size_t zero_point,
                                                      std::int64_t axis) const {
  if (!node_.contents(scale)) return std::nullopt;
  std::vector<std::int64_t> zero_points;
  if (const Contents* values = node_.contents(zero_point)) {
    if (const auto* integers = std::get_if<std::vector<std::int64_t>>(values)) zero_points = *integers;
  }
  return quantization_of(node_.reals_of(scale, "scales"), zero_points, axis);
}

Translation::Result Translation::finish() {
  layer_.name = graph_.names.unique(base_);
  if (layer_.outputs.empty()) result_.bound = {layer_.name};
  layer_.no_inputs = layer_.input.empty() && layer_.inputs.empty();
  result_.layers.push_back(std::move(layer_));
  return std::move(result_);
}

bool register_rules(std::vector<std::pair<std::string, Rule>> rules) {
  for (auto& [op, rule] : rules) all_rules().add(op, rule);
  return true;
}

bool has_rule(const Node& node) { return find_rule(node) != nullptr; }

Rule rule_of(const Node& node) {
  const Rule* const rule = find_rule(node);
  return rule ? *rule : translate_unknown;
}

void translate_unknown(Translation& t) {
  t.op("custom");
  t.take_all();
  const Node& node = t.node();
  for (std::size_t i = 0; i < t.outputs(); ++i) {
    if (t.out(i).shape) continue;
    const std::string what = node.domain().empty() ? "the operator " + node.op() + ", as the file has it,"
                                                   : "the operator " + node.op() + " of domain " + node.domain();
    throw Fault(what + " is not known, nor the shape of its output \"" + node.proto().output(static_cast<int>(i)) +
                "\": expected a file that states it (value_info)");
  }
  if (t.outputs() > 1) {
    t.name_outputs(t.outputs());
  } else {
    t.layer().shape = t.out_shape();
  }
}

Quantization quantization_of(const std::vector<double>& scales, const std::vector<std::int64_t>& zero_points,
                             std::int64_t axis) {
  for (const double scale : scales) {
    if (!(scale >= 0.0 && scale < HUGE_VAL)) {
      throw Fault("expected scales of at least 0, got " + std::to_string(scale));
    }
  }
  Quantization q;
  q.scales = std::max<std::int64_t>(1, static_cast<std::int64_t>(scales.size()));
  if (!scales.empty()) q.scale = *std::min_element(scales.begin(), scales.end());
  if (q.scales > 1) {
    q.scale_max = *std::max_element(scales.begin(), scales.end());
    q.axis = axis;
  }
  if (!zero_points.empty()) q.zero_point = zero_points.front();
  return q;
}

}  // namespace subvolt::network::from_onnx
