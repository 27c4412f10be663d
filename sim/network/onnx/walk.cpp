#include "sim/network/onnx/walk.h"

#include "sim/network/onnx/compositions/composition.h"
#include "sim/network/onnx/constants.h"
#include "sim/network/onnx/functions.h"
#include "sim/network/onnx/infer.h"

namespace subvolt::network::from_onnx {
namespace {

std::string described(std::size_t place, const onnx::NodeProto& node) {
  return "operator " + std::to_string(place) + ", " + node.op_type();
}

std::string domain_of(const onnx::NodeProto& proto) { return proto.domain() == "ai.onnx" ? "" : proto.domain(); }

void refuse_graphs(const Node& node) {
  for (const auto& attribute : node.proto().attribute()) {
    if (attribute.has_g() || attribute.graphs_size() > 0) {
      throw Fault("operator \"" + node.proto().name() + "\" runs a graph of its own, depending on data: " + node.op() +
                  " cannot be run here");
    }
  }
}

}  // namespace

// An operator's results are in one place of the file only.
void Importer::bind(Scope& scope, const std::string& name, Value value) {
  if (name.empty()) return;
  if (!scope.values.emplace(name, std::move(value)).second) {
    throw Fault("expected a name of its own for its output, got \"" + name + "\" again");
  }
}

void Importer::walk(const onnx::GraphProto& graph, Scope& scope, const std::string& where) {
  for (const onnx::TensorProto& tensor : graph.initializer()) {
    part_ = where + "constant " + tensor.name();
    guarded([&] { bind(scope, tensor.name(), constant_value(tensor, tensor.name())); });
  }
  for (const onnx::SparseTensorProto& tensor : graph.sparse_initializer()) {
    part_ = where + "constant " + tensor.values().name();
    guarded([&] { bind(scope, tensor.values().name(), constant_value(tensor)); });
  }
  walk(graph.node(), scope, where);
}

void Importer::walk(const Nodes& nodes, Scope& scope, const std::string& where) {
  const Order order = execution_order(nodes);
  if (!order.in_cycles.empty()) {
    const int first = order.in_cycles.front();
    part_ = where + described(static_cast<std::size_t>(first), nodes[first]);
    fail("operator \"" + nodes[first].name() + "\" depends on its own result: the graph has a cycle");
  }
  for (const int i : order.nodes) {
    const std::string part = where + described(static_cast<std::size_t>(i), nodes[i]);
    part_ = part;
    guarded([&] { count_operator(); });
    guarded([&] { visit(nodes[i], static_cast<std::size_t>(i), scope, part); });
  }
}

void Importer::count_operator() {
  if (++operators_ > kMostOperators) {
    throw Fault("expected at most " + std::to_string(kMostOperators) + " operators");
  }
}

void Importer::note(const onnx::NodeProto& proto, std::size_t place, const Scope& scope, const std::string& how) {
  if (!scope.whole.empty()) return;
  const std::string domain = domain_of(proto);
  spec_.resolved.push_back({scope.prefix + Translation::base_name(proto, place),
                            (domain.empty() ? "" : domain + ".") + proto.op_type(), how, layers_.size()});
}

// In the body of a function attributes may be those of the call.
const onnx::NodeProto& Importer::resolved(const onnx::NodeProto& node, const Scope& scope) {
  const Scope* function = &scope;
  while (function && !function->call) function = function->outer;
  if (!function || !refers_to_call(node)) return node;
  return copies_.emplace_back(with_attributes_of(node, *function->call));
}

void Importer::visit(const onnx::NodeProto& as_written, std::size_t place, Scope& scope, const std::string& part) {
  const onnx::NodeProto& proto = resolved(as_written, scope);
  if (proto.op_type() == "Constant" && proto.output_size() == 1) {
    return bind(scope, proto.output(0), constant_of(proto));
  }
  std::vector<Value*> inputs;
  for (const std::string& name : proto.input()) {
    Value* value = name.empty() ? nullptr : scope.find(name);
    if (!value && !name.empty() && !scope.is_absent(name)) {
      throw Fault("expected an input, a constant or an operator's output, got \"" + name + "\", which is none");
    }
    inputs.push_back(value);
  }
  if (const auto* function = function_in(model_, proto)) return call_function(*function, proto, inputs, scope, part);
  const std::string domain = domain_of(proto);
  const Scope* own = &scope;
  while (own && !own->opsets) own = own->outer;
  const Opsets& opsets = own ? *own->opsets : opsets_;
  const auto opset = opsets.find(domain);
  if (opset == opsets.end() && domain.empty()) throw Fault("the file imports no opset of ONNX's own operators");
  const Node node(proto, opset == opsets.end() ? 1 : opset->second, std::move(inputs), graph_.files);
  if (domain.empty() && proto.op_type() == "If") return choose(node, place, scope, part);
  if (domain.empty() && proto.op_type() == "Loop") return loop(node, place, scope, part);
  if (domain.empty() && proto.op_type() == "Scan") return scan(node, place, scope, part);
  refuse_graphs(node);
  translate(node, place, scope, part);
}

void Importer::translate(const Node& node, std::size_t place, Scope& scope, const std::string& part) {
  const onnx::NodeProto& proto = node.proto();
  if (auto parts = parts_of(node)) return call_parts(std::move(*parts), node, scope, part);
  if (!has_rule(node)) {
    if (const auto* function = function_of_onnx(node)) {
      return call_function(*function, proto, node.all_inputs(), scope, part);
    }
  }
  std::vector<TypeInfo> types = infer_types(node);
  if (auto constants = constant_results(node, types)) {
    for (std::size_t i = 0; i < constants->size(); ++i) {
      bind(scope, proto.output(static_cast<int>(i)), std::move((*constants)[i]));
    }
    return note(proto, place, scope, "a constant, worked out while reading");
  }
  if (scope.whole.empty()) use_stated_shapes(proto, types);  // names in other places may be the same
  // The result of an operator that others make up is called like it, what leads there has a name behind its.
  const bool result = !scope.result.empty() && proto.output_size() > 0 && proto.output(0) == scope.result;
  const std::string name =
      result ? scope.prefix.substr(0, scope.prefix.size() - 1) : scope.prefix + Translation::base_name(proto, place);
  Translation translation(node, types, graph_, at_part_of(file_, part), name, scope.whole);
  rule_of(node)(translation);
  Translation::Result made = translation.finish();
  layers_.add(std::move(made.layers), made.bound, types);
  bind_results(types, made.bound, proto, scope);
}

// What libonnx cannot infer the file may say.
void Importer::use_stated_shapes(const onnx::NodeProto& proto, std::vector<TypeInfo>& types) {
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (types[i].shape && types[i].data_type != 0) continue;
    const auto found = stated_.find(proto.output(static_cast<int>(i)));
    if (found == stated_.end()) continue;
    const auto& type = found->second->type().tensor_type();
    if (types[i].data_type == 0) types[i].data_type = type.elem_type();
    // With shapes from the caller those of the file hold for others.
    if (types[i].shape || !options_.shapes.empty() || !type.has_shape()) continue;
    std::vector<std::int64_t> sizes;
    for (const auto& dimension : type.shape().dim()) {
      if (dimension.has_dim_value()) sizes.push_back(dimension.dim_value());
    }
    if (static_cast<int>(sizes.size()) == type.shape().dim_size()) types[i].shape = checked_shape(std::move(sizes));
  }
}

void Importer::bind_results(const std::vector<TypeInfo>& types, const std::vector<std::string>& bound,
                            const onnx::NodeProto& proto, Scope& scope) {
  for (std::size_t i = 0; i < types.size(); ++i) {
    const std::string& name = proto.output(static_cast<int>(i));
    if (i >= bound.size() || bound[i].empty()) {
      if (graph_.read.count(name) > 0 && !name.empty()) {
        throw Fault("its output \"" + name + "\" is read, but only training computes it");
      }
      continue;
    }
    const Tensor& tensor = layers_.tensor(bound[i]);
    Value value;
    value.tensor = tensor.name;
    value.type = types[i];
    value.type.shape = tensor.shape;
    if (value.type.data_type == 0) value.type.data_type = data_type_of(tensor.type);
    bind(scope, name, std::move(value));
  }
}

}  // namespace subvolt::network::from_onnx
