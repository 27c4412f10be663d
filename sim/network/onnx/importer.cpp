#include "sim/network/onnx/importer.h"

#include <deque>
#include <filesystem>
#include <map>

#include "sim/network/onnx/constants.h"
#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/functions.h"
#include "sim/network/onnx/graph_inputs.h"
#include "sim/network/onnx/infer.h"
#include "sim/network/onnx/layer_list.h"
#include "sim/network/onnx/order.h"
#include "sim/network/onnx/translation.h"

namespace subvolt::network::from_onnx {
namespace {

// Functions that call functions can make a small file as large as they like.
constexpr std::size_t kMostOperators = 100000;
constexpr int kDeepest = 32;  // graphs in graphs

// Tensors by name; a graph inside an operator sees those outside.
struct Scope {
  std::map<std::string, Value> values;
  Scope* outer = nullptr;
  const onnx::NodeProto* call = nullptr;  // of the function whose body this is
  std::string prefix;                     // of names in it
  int depth = 0;

  Value* find(const std::string& name) {
    for (Scope* scope = this; scope; scope = scope->outer) {
      const auto found = scope->values.find(name);
      if (found != scope->values.end()) return &found->second;
    }
    return nullptr;
  }
};

std::string described(std::size_t place, const onnx::NodeProto& node) {
  return "operator " + std::to_string(place) + ", " + node.op_type();
}

class Importer {
 public:
  Importer(const onnx::ModelProto& model, const std::string& file, const std::string& folder,
           const ReadOptions& options)
      : model_(model), file_(file), options_(options) {
    graph_.folder = folder;
  }

  NetworkSpec run() {
    spec_.name = std::filesystem::path(file_).stem().string();
    spec_.file = file_;
    spec_.layout = Layout::kChannelsFirst;
    spec_.origin = at_part_of(file_, "");
    part_ = "";
    guarded([&] { read_opsets(); });
    const onnx::GraphProto& graph = model_.graph();
    add_tensors_read(graph.node(), graph_.read);
    for (const auto& output : graph.output()) graph_.read.insert(output.name());
    for (const auto* infos : {&graph.value_info(), &graph.output()}) {
      for (const auto& info : *infos) {
        if (info.type().has_tensor_type()) stated_.emplace(info.name(), &info);
      }
    }
    Scope scope;
    for (GraphInput& input : graph_inputs(graph, file_, options_)) add_input(std::move(input), scope);
    walk(graph.initializer(), graph.sparse_initializer(), graph.node(), scope, "");
    for (const auto& output : graph.output()) {
      part_ = "output " + output.name();
      guarded([&] { add_output(output.name(), scope); });
    }
    part_ = "";
    if (graph.output_size() > 0 && !computes_)
      fail("expected an output that an operator computes from an input, got none");
    spec_.layers = layers_.take();
    return std::move(spec_);
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    config::Diagnostics diagnostics;
    diagnostics.error(at_part_of(file_, part_), message);
    diagnostics.throw_if_any();
    throw Error(ErrorKind::kInternal, message);
  }

  template <class Action>
  void guarded(Action action) const {
    try {
      action();
    } catch (const Error&) {
      throw;
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& fault) {
      fail(fault.what());
    }
  }

  void read_opsets() {
    for (const auto& import : model_.opset_import()) {
      opsets_[import.domain() == "ai.onnx" ? "" : import.domain()] = import.version();
    }
    // Before IR version 3 there was one version of everything.
    if (opsets_.empty() && model_.ir_version() < 3) opsets_[""] = 1;
    std::string versions;
    for (const auto& [domain, version] : opsets_) {
      if (version < 1) throw Fault("expected an opset of at least 1, got " + std::to_string(version));
      if (domain.empty()) versions = "ONNX opset " + std::to_string(version);
    }
    std::string producer = model_.producer_name();
    if (!producer.empty() && !model_.producer_version().empty()) producer += " " + model_.producer_version();
    spec_.source = versions + (versions.empty() || producer.empty() ? "" : ", ") + producer;
  }

  void add_input(GraphInput input, Scope& scope) {
    part_ = "input " + input.name;
    InputSpec spec;
    spec.name = graph_.names.unique(input.name);
    spec.shape = *input.type.shape;
    spec.type = input.element;
    spec.origin = at_part_of(file_, part_);
    layers_.add_input(Tensor{spec.name, spec.shape, spec.type, {}});
    Value value;
    value.type = std::move(input.type);
    value.tensor = spec.name;
    if (!scope.values.emplace(input.name, std::move(value)).second) fail("expected each input once");
    spec_.inputs.push_back(std::move(spec));
  }

  void add_output(const std::string& name, Scope& scope) {
    const Value* value = scope.find(name);
    if (!value) throw Fault("expected an operator that computes it");
    if (value->constant) return;  // the file has it already
    computes_ = computes_ || !is_input(value->tensor);
    spec_.outputs.push_back(value->tensor);
  }

  bool is_input(const std::string& tensor) const {
    for (const InputSpec& input : spec_.inputs) {
      if (input.name == tensor) return true;
    }
    return false;
  }

  // An operator's results are in one place of the file only.
  void bind(Scope& scope, const std::string& name, Value value) {
    if (name.empty()) return;
    if (!scope.values.emplace(name, std::move(value)).second) {
      throw Fault("expected a name of its own for its output, got \"" + name + "\" again");
    }
  }

  template <class Initializers, class Sparse>
  void walk(const Initializers& initializers, const Sparse& sparse, const Nodes& nodes, Scope& scope,
            const std::string& where) {
    for (const onnx::TensorProto& tensor : initializers) {
      part_ = where + "constant " + tensor.name();
      guarded([&] { bind(scope, tensor.name(), constant_value(tensor, tensor.name())); });
    }
    for (const onnx::SparseTensorProto& tensor : sparse) {
      part_ = where + "constant " + tensor.values().name();
      guarded([&] { bind(scope, tensor.values().name(), constant_value(tensor)); });
    }
    walk(nodes, scope, where);
  }

  void walk(const Nodes& nodes, Scope& scope, const std::string& where) {
    const Order order = execution_order(nodes);
    if (!order.in_cycles.empty()) {
      const int first = order.in_cycles.front();
      part_ = where + described(static_cast<std::size_t>(first), nodes[first]);
      fail("operator \"" + nodes[first].name() + "\" depends on its own result: the graph has a cycle");
    }
    for (const int i : order.nodes) {
      const std::string part = where + described(static_cast<std::size_t>(i), nodes[i]);
      part_ = part;
      if (++operators_ > kMostOperators) fail("expected at most " + std::to_string(kMostOperators) + " operators");
      guarded([&] { visit(nodes[i], static_cast<std::size_t>(i), scope, part); });
    }
  }

  // In the body of a function attributes may be those of the call.
  const onnx::NodeProto& resolved(const onnx::NodeProto& node, const Scope& scope) {
    const Scope* function = &scope;
    while (function && !function->call) function = function->outer;
    if (!function || !refers_to_call(node)) return node;
    return copies_.emplace_back(with_attributes_of(node, *function->call));
  }

  void visit(const onnx::NodeProto& as_written, std::size_t place, Scope& scope, const std::string& part) {
    const onnx::NodeProto& proto = resolved(as_written, scope);
    if (proto.op_type() == "Constant" && proto.output_size() == 1) {
      return bind(scope, proto.output(0), constant_of(proto));
    }
    std::vector<Value*> inputs;
    for (const std::string& name : proto.input()) {
      Value* value = name.empty() ? nullptr : scope.find(name);
      if (!value && !name.empty()) {
        throw Fault("expected an input, a constant or an operator's output, got \"" + name + "\", which is none");
      }
      inputs.push_back(value);
    }
    const std::string domain = proto.domain() == "ai.onnx" ? "" : proto.domain();
    if (const auto* function = function_in(model_, proto)) return call(*function, proto, inputs, scope, part);
    const auto opset = opsets_.find(domain);
    if (opset == opsets_.end() && domain.empty()) throw Fault("the file imports no opset of ONNX's own operators");
    const Node node(proto, opset == opsets_.end() ? 1 : opset->second, std::move(inputs), graph_.folder);
    if (domain.empty() && proto.op_type() == "If") return choose(node, scope, part);
    refuse_graphs(node);
    if (!has_rule(node)) {
      if (const auto* function = function_of_onnx(node)) return call(*function, proto, node.all_inputs(), scope, part);
    }
    std::vector<TypeInfo> types = infer_types(node);
    if (auto constants = constant_results(node, types)) {
      for (std::size_t i = 0; i < constants->size(); ++i) {
        bind(scope, proto.output(static_cast<int>(i)), std::move((*constants)[i]));
      }
      return;
    }
    use_stated_shapes(proto, types);
    Translation translation(node, types, graph_, at_part_of(file_, part),
                            scope.prefix + Translation::base_name(proto, place));
    rule_of(node)(translation);
    Translation::Result result = translation.finish();
    layers_.add(std::move(result.layers), result.bound, types);
    bind_results(types, result.bound, proto, scope);
  }

  static void refuse_graphs(const Node& node) {
    for (const auto& attribute : node.proto().attribute()) {
      if (attribute.has_g() || attribute.graphs_size() > 0) {
        throw Fault("operator \"" + node.proto().name() +
                    "\" runs a graph of its own, depending on data: " + node.op() + " cannot be run here");
      }
    }
  }

  // The branch that a run takes, when that can be told; its operators then stand in the place of the If.
  void choose(const Node& node, Scope& scope, const std::string& part) {
    const Contents* condition = node.has(0) && node.input(0).constant ? node.contents(0) : nullptr;
    const auto* truth = condition ? std::get_if<std::vector<std::int64_t>>(condition) : nullptr;
    if (!truth || truth->size() != 1) {
      throw Fault("operator \"" + node.proto().name() +
                  "\" chooses between two graphs by a condition that depends on data: it cannot be run here");
    }
    const std::string name = truth->front() != 0 ? "then_branch" : "else_branch";
    const auto* attribute = node.attribute(name);
    if (!attribute || !attribute->has_g()) throw Fault("expected a graph as " + name);
    const onnx::GraphProto& graph = attribute->g();
    if (graph.output_size() != node.proto().output_size()) throw Fault("expected as many outputs as " + name + " has");
    Scope inner;
    inner.outer = &scope;
    inner.prefix = scope.prefix;
    inner.depth = scope.depth + 1;
    if (inner.depth > kDeepest) throw Fault("expected graphs in at most " + std::to_string(kDeepest) + " others");
    walk(graph.initializer(), graph.sparse_initializer(), graph.node(), inner, part + ": " + name + ": ");
    part_ = part;
    for (int i = 0; i < graph.output_size(); ++i) {
      const Value* value = inner.find(graph.output(i).name());
      if (!value) throw Fault(name + ": expected an operator that computes \"" + graph.output(i).name() + "\"");
      bind(scope, node.proto().output(i), *value);
    }
  }

  // A function of the file, or an operator that ONNX defines by others: those stand in the place of the call.
  void call(const onnx::FunctionProto& function, const onnx::NodeProto& proto, const std::vector<Value*>& inputs,
            Scope& scope, const std::string& part) {
    Scope inner;
    inner.call = &proto;
    inner.prefix = scope.prefix + Translation::base_name(proto, 0) + "/";
    inner.depth = scope.depth + 1;
    if (inner.depth > kDeepest) throw Fault("expected functions in at most " + std::to_string(kDeepest) + " others");
    add_tensors_read(function.node(), graph_.read);
    graph_.read.insert(function.output().begin(), function.output().end());
    for (int i = 0; i < function.input_size() && i < static_cast<int>(inputs.size()); ++i) {
      Value* value = inputs[static_cast<std::size_t>(i)];
      if (value) bind(inner, function.input(i), *value);
    }
    walk(function.node(), inner, part + ": ");
    part_ = part;
    for (int i = 0; i < function.output_size() && i < proto.output_size(); ++i) {
      const Value* value = inner.find(function.output(i));
      if (!value) throw Fault("expected an operator that computes \"" + function.output(i) + "\"");
      bind(scope, proto.output(i), *value);
    }
  }

  // What libonnx cannot infer the file may say.
  void use_stated_shapes(const onnx::NodeProto& proto, std::vector<TypeInfo>& types) {
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

  void bind_results(const std::vector<TypeInfo>& types, const std::vector<std::string>& bound,
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

  const onnx::ModelProto& model_;
  const std::string& file_;
  const ReadOptions& options_;
  Graph graph_;
  NetworkSpec spec_;
  std::string part_;  // of the file, which is looked at now
  std::map<std::string, std::int64_t> opsets_;
  LayerList layers_{Layout::kChannelsFirst};
  std::map<std::string, const onnx::ValueInfoProto*> stated_;  // what the file says of tensors
  std::deque<onnx::NodeProto> copies_;
  std::size_t operators_ = 0;
  bool computes_ = false;  // some output is an operator's
};

}  // namespace

NetworkSpec import_model(const onnx::ModelProto& model, const std::string& file, const std::string& folder,
                         const ReadOptions& options) {
  return Importer(model, file, folder, options).run();
}

}  // namespace subvolt::network::from_onnx
