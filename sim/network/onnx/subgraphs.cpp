#include "sim/network/onnx/compositions/composition.h"
#include "sim/network/onnx/walk.h"

namespace subvolt::network::from_onnx {
namespace {

// What the operators of a body are of (body.h).
const Opsets& opsets_of_bodies() {
  static const Opsets all = {{"", 17}, {"com.microsoft", 1}, {"subvolt", 1}};
  return all;
}

const onnx::GraphProto& graph_of(const Node& node, const std::string& name) {
  const auto* attribute = node.attribute(name);
  if (!attribute || !attribute->has_g()) throw Fault("expected a graph as " + name);
  return attribute->g();
}

// The number or truth that an operand is; nothing when it depends on data.
std::optional<std::int64_t> known(Value* value, const Files& files) {
  const Contents* contents = value && value->constant ? contents_of(*value, files) : nullptr;
  const auto* integers = contents ? std::get_if<std::vector<std::int64_t>>(contents) : nullptr;
  if (!integers || integers->size() != 1) return std::nullopt;
  return integers->front();
}

Value constant_scalar(std::int32_t data_type, std::int64_t number, const std::string& name) {
  Value value;
  value.constant = true;
  value.type = {data_type, Shape()};
  value.stored_type = data_type;
  value.root = name;
  value.contents = std::make_shared<const Contents>(std::vector<std::int64_t>{number});
  return value;
}

std::string quoted(const Node& node) { return "operator \"" + node.proto().name() + "\""; }

}  // namespace

Scope Importer::inside(Scope& scope, const std::string& prefix) {
  Scope inner;
  inner.outer = &scope;
  inner.prefix = prefix;
  inner.depth = scope.depth + 1;
  inner.whole = scope.whole;
  if (inner.depth > kDeepest)
    throw Fault("expected graphs and functions in at most " + std::to_string(kDeepest) + " others");
  return inner;
}

// The branch that a run takes, when that can be told; its operators then stand in the place of the If.
void Importer::choose(const Node& node, std::size_t place, Scope& scope, const std::string& part) {
  const auto truth = node.has(0) ? known(node.all_inputs()[0], graph_.files) : std::nullopt;
  if (!truth) {
    throw Fault(quoted(node) +
                " chooses between two graphs by a condition that depends on data: it cannot be run here");
  }
  const std::string name = *truth != 0 ? "then_branch" : "else_branch";
  const onnx::GraphProto& graph = graph_of(node, name);
  if (graph.output_size() != node.proto().output_size()) throw Fault("expected as many outputs as " + name + " has");
  note(node.proto(), place, scope, "its " + name + " is always taken and stands in its place");
  Scope inner = inside(scope, scope.prefix);
  walk(graph, inner, part + ": " + name + ": ");
  part_ = part;
  for (int i = 0; i < graph.output_size(); ++i) {
    const Value* value = inner.find(graph.output(i).name());
    if (!value) throw Fault(name + ": expected an operator that computes \"" + graph.output(i).name() + "\"");
    bind(scope, node.proto().output(i), *value);
  }
}

std::vector<Value> Importer::step(const onnx::GraphProto& graph, const std::vector<Value>& inputs, Scope& scope,
                                  const std::string& prefix, const std::string& part) {
  Scope inner = inside(scope, prefix);
  count_operator();  // a loop of nothing ends, too
  for (int i = 0; i < graph.input_size(); ++i) {
    bind(inner, graph.input(i).name(), inputs.at(static_cast<std::size_t>(i)));
  }
  walk(graph, inner, part + ": ");
  part_ = part;
  std::vector<Value> results;
  for (const auto& output : graph.output()) {
    const Value* value = inner.find(output.name());
    if (!value) throw Fault("body: expected an operator that computes \"" + output.name() + "\"");
    results.push_back(*value);
  }
  return results;
}

Value Importer::stacked(const std::vector<Value>& values, std::int64_t axis, Scope& scope, const std::string& name,
                        const std::string& part) {
  Body body(values.size());
  Body::Tensors parts;
  for (std::size_t i = 0; i < values.size(); ++i) {
    parts.push_back(body.add("Unsqueeze", {Body::in(i), body.integers({axis})}, "step"));
  }
  body.result(0, body.add("Concat", parts, "steps"));
  body.with("axis", axis);
  const onnx::FunctionProto& function = bodies_.emplace_back(body.proto());
  Scope inner = inside(scope, scope.prefix + name + "/");
  inner.opsets = &opsets_of_bodies();
  if (inner.whole.empty()) inner.whole = "Concat";
  inner.result = function.output(0);
  add_tensors_read(function.node(), graph_.read);
  graph_.read.insert(function.output(0));
  for (std::size_t i = 0; i < values.size(); ++i) bind(inner, function.input(static_cast<int>(i)), values[i]);
  walk(function.node(), inner, part + ": ");
  part_ = part;
  return *inner.find(function.output(0));
}

// A loop whose number of steps is known, step after step in its place. Inputs: how often, whether at all, what is
// carried on; the graph's: step, whether, what is carried on; its outputs: whether to go on, what is carried on, and
// what each step adds to a result.
void Importer::loop(const Node& node, std::size_t place, Scope& scope, const std::string& part) {
  const onnx::GraphProto& graph = graph_of(node, "body");
  const auto& given = node.all_inputs();
  const auto at = [&](std::size_t i) { return i < given.size() ? given[i] : nullptr; };
  const auto trips = at(0) ? known(at(0), graph_.files) : std::optional<std::int64_t>(INT64_MAX);
  auto go_on = at(1) ? known(at(1), graph_.files) : std::optional<std::int64_t>(1);
  if (!trips || !go_on) {
    throw Fault(quoted(node) + " runs its graph as often as data say: expected a number of steps that the file knows");
  }
  std::vector<Value> carried;
  for (std::size_t i = 2; i < given.size(); ++i) {
    if (!given[i]) throw Fault("expected an input for all that is carried on");
    carried.push_back(*given[i]);
  }
  const auto states = static_cast<int>(carried.size());
  const int scans = graph.output_size() - 1 - states;
  if (graph.input_size() != states + 2 || scans < 0 || node.proto().output_size() > states + scans) {
    throw Fault("expected a body with " + std::to_string(states + 2) + " inputs and at least " +
                std::to_string(states + 1) + " outputs");
  }
  const std::size_t noted = spec_.resolved.size();
  note(node.proto(), place, scope, "");
  std::vector<std::vector<Value>> added(static_cast<std::size_t>(scans));
  const std::string name = scope.prefix + Translation::base_name(node.proto(), place);
  std::int64_t steps = 0;
  for (; steps < *trips && *go_on != 0; ++steps) {
    std::vector<Value> inputs = {constant_scalar(onnx::TensorProto::INT64, steps, name + "/step"),
                                 constant_scalar(onnx::TensorProto::BOOL, 1, name + "/go_on")};
    inputs.insert(inputs.end(), carried.begin(), carried.end());
    std::vector<Value> results =
        step(graph, inputs, scope, name + "/" + std::to_string(steps) + "/", part + ": step " + std::to_string(steps));
    go_on = known(&results[0], graph_.files);
    if (!go_on) {
      throw Fault(quoted(node) + " goes on as long as data say: expected a number of steps that the file knows");
    }
    for (int i = 0; i < states; ++i) carried[static_cast<std::size_t>(i)] = results[static_cast<std::size_t>(i) + 1];
    for (int i = 0; i < scans; ++i) {
      added[static_cast<std::size_t>(i)].push_back(results[static_cast<std::size_t>(i + 1 + states)]);
    }
  }
  if (noted < spec_.resolved.size()) {
    spec_.resolved[noted].how = "its graph, " + std::to_string(steps) + " times, stands in its place";
  }
  for (int i = 0; i < node.proto().output_size(); ++i) {
    const std::string& output = node.proto().output(i);
    if (output.empty()) continue;
    if (i < states) {
      bind(scope, output, carried[static_cast<std::size_t>(i)]);
    } else if (steps == 0) {
      throw Fault(quoted(node) + " takes no step: its output \"" + output + "\" would have no elements");
    } else {
      bind(scope, output, stacked(added[static_cast<std::size_t>(i - states)], 0, scope, output, part));
    }
  }
}

// A loop over slices of tensors; their number is a size.
void Importer::scan(const Node& node, std::size_t place, Scope& scope, const std::string& part) {
  const onnx::GraphProto& graph = graph_of(node, "body");
  const auto& given = node.all_inputs();
  const std::int64_t number = node.integer("num_scan_inputs", 0);
  if (node.opset() < 9 || number < 1 || number > static_cast<std::int64_t>(given.size())) {
    throw Fault("expected a Scan of opset 9 or later over at least one of its inputs");
  }
  const auto scanned = static_cast<std::size_t>(number);
  const std::size_t states = given.size() - scanned;
  const int outputs = node.proto().output_size();
  if (graph.input_size() != static_cast<int>(given.size()) || graph.output_size() < static_cast<int>(states) ||
      outputs > graph.output_size()) {
    throw Fault("expected a body with " + std::to_string(given.size()) + " inputs and as many outputs as the Scan");
  }
  const auto axes = node.integers("scan_input_axes").value_or(std::vector<std::int64_t>(scanned, 0));
  const auto out_axes = node.integers("scan_output_axes").value_or(std::vector<std::int64_t>());
  if (axes.size() != scanned) throw Fault("attribute scan_input_axes: expected an axis for each scanned input");
  std::vector<Value> carried;
  for (std::size_t i = 0; i < states; ++i) carried.push_back(node.input(i));
  std::int64_t steps = 0;
  for (std::size_t i = 0; i < scanned; ++i) {
    const Shape& shape = node.shape(states + i);
    const std::int64_t size = shape[checked_axis(axes[i], shape.rank())];
    if (i > 0 && size != steps) throw Fault("expected scanned inputs of one length, got " + shape.text());
    steps = size;
  }
  note(node.proto(), place, scope, "its graph, " + std::to_string(steps) + " times, stands in its place");
  const std::string name = scope.prefix + Translation::base_name(node.proto(), place);
  std::vector<std::vector<Value>> added(static_cast<std::size_t>(graph.output_size()) - states);
  for (std::int64_t s = 0; s < steps; ++s) {
    std::vector<Value> inputs = carried;
    for (std::size_t i = 0; i < scanned; ++i) {
      Body body(1);
      body.result(0, body.add("Gather", {Body::in(0), body.integer(s)}, "slice"));
      body.with("axis", axes[i]);
      const onnx::FunctionProto& function = bodies_.emplace_back(body.proto());
      Scope inner = inside(scope, name + "/" + std::to_string(s) + "/slice_" + std::to_string(i) + "/");
      inner.opsets = &opsets_of_bodies();
      if (inner.whole.empty()) inner.whole = "Scan";
      inner.result = function.output(0);
      graph_.read.insert(function.output(0));
      bind(inner, function.input(0), node.input(states + i));
      walk(function.node(), inner, part + ": ");
      part_ = part;
      inputs.push_back(*inner.find(function.output(0)));
    }
    std::vector<Value> results =
        step(graph, inputs, scope, name + "/" + std::to_string(s) + "/", part + ": step " + std::to_string(s));
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (i < states) {
        carried[i] = results[i];
      } else {
        added[i - states].push_back(results[i]);
      }
    }
  }
  for (int i = 0; i < outputs; ++i) {
    const std::string& output = node.proto().output(i);
    const auto at = static_cast<std::size_t>(i);
    if (output.empty()) continue;
    if (at < states) {
      bind(scope, output, carried[at]);
    } else if (steps == 0) {
      throw Fault(quoted(node) + " takes no step: its output \"" + output + "\" would have no elements");
    } else {
      const std::size_t nth = at - states;
      bind(scope, output, stacked(added[nth], nth < out_axes.size() ? out_axes[nth] : 0, scope, output, part));
    }
  }
}

// A function of the file, or an operator that ONNX defines by others: those stand in the place of the call.
void Importer::call_function(const onnx::FunctionProto& function, const onnx::NodeProto& proto,
                             const std::vector<Value*>& inputs, Scope& scope, const std::string& part) {
  Scope inner = inside(scope, scope.prefix + Translation::base_name(proto, 0) + "/");
  inner.outer = nullptr;  // a function sees its operands alone
  inner.call = &proto;
  if (function.opset_import_size() > 0) {
    Opsets& opsets = imports_.emplace_back();
    for (const auto& import : function.opset_import()) {
      opsets[import.domain() == "ai.onnx" ? "" : import.domain()] = import.version();
    }
    inner.opsets = &opsets;
  }
  call(function, proto, inputs, scope, inner, part);
}

// Those that make up an operator have no name in the file but its.
void Importer::call_parts(Body parts, const Node& node, Scope& scope, const std::string& part) {
  const onnx::FunctionProto& function = bodies_.emplace_back(parts.proto());
  const bool result_names_whole =
      !scope.result.empty() && node.proto().output_size() > 0 && scope.result == node.proto().output(0);
  Scope inner =
      inside(scope, result_names_whole ? scope.prefix : scope.prefix + Translation::base_name(node.proto(), 0) + "/");
  inner.outer = nullptr;
  inner.opsets = &opsets_of_bodies();
  if (inner.whole.empty()) inner.whole = full_name(node);
  inner.result = function.output(0);
  call(function, node.proto(), node.all_inputs(), scope, inner, part);
}

void Importer::call(const onnx::FunctionProto& function, const onnx::NodeProto& proto,
                    const std::vector<Value*>& inputs, Scope& scope, Scope& inner, const std::string& part) {
  add_tensors_read(function.node(), graph_.read);
  graph_.read.insert(function.output().begin(), function.output().end());
  for (int i = 0; i < function.input_size(); ++i) {
    Value* value = i < static_cast<int>(inputs.size()) ? inputs[static_cast<std::size_t>(i)] : nullptr;
    if (value) {
      bind(inner, function.input(i), *value);
    } else {
      inner.absent.insert(function.input(i));
    }
  }
  walk(function.node(), inner, part + ": ");
  part_ = part;
  for (int i = 0; i < function.output_size() && i < proto.output_size(); ++i) {
    if (function.output(i).empty() || proto.output(i).empty()) continue;
    const Value* value = inner.find(function.output(i));
    if (!value) throw Fault("expected an operator that computes \"" + function.output(i) + "\"");
    bind(scope, proto.output(i), *value);
  }
}

}  // namespace subvolt::network::from_onnx
