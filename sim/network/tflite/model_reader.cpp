#include "sim/network/tflite/model_reader.h"

#include <algorithm>

#include "sim/network/layer_builder.h"
#include "sim/network/tflite/translation.h"

namespace subvolt::network::tflite {
namespace {

// Published networks have some thousand at most; each costs a few kilobytes of memory.
constexpr std::size_t kMaxOperators = 1u << 15;

std::string text_of(const Shape& shape) {
  std::string text;
  for (const std::int64_t size : shape.sizes()) text += (text.empty() ? "" : ", ") + std::to_string(size);
  return "[" + text + "]";
}

// One image of a usual size, where it looks like images.
std::string example(const Shape& signature) {
  std::string text;
  for (std::size_t i = 0; i < signature.rank(); ++i) {
    const bool image = signature.rank() == 4 && i > 0 && i < 3;
    const std::int64_t size = signature[i] >= 0 ? signature[i] : i == 0 ? 1 : image ? 224 : 16;
    text += (text.empty() ? "" : ",") + std::to_string(size);
  }
  return text;
}

void take_as_custom(Translation& t) {
  t.restart();
  t.layer().op = Operator("custom");
  if (t.results() == 1) t.layer().shape = t.result().shape;
  t.take_all();
}

}  // namespace

NetworkSpec ModelReader::read() {
  Graph graph(file_, 0, shared_);
  read_inputs(graph);
  read_operators(graph, 0);
  read_outputs(graph);
  for (const std::size_t subgraph : called_) {
    Graph initial(file_, subgraph, shared_);
    const auto* inputs = initial.table().inputs();
    if (inputs && inputs->size() > 0) {
      file_.fail("subgraph " + std::to_string(subgraph), "expected a graph without inputs, because CALL_ONCE runs it");
    }
    read_operators(initial, subgraph);
  }
  return std::move(spec_);
}

void ModelReader::read_inputs(Graph& graph) {
  const auto* inputs = graph.table().inputs();
  if (!inputs) return;
  for (std::size_t i = 0; i < inputs->size(); ++i) {
    const std::string part = "input " + std::to_string(i);
    const std::int32_t index = inputs->Get(static_cast<unsigned>(i));
    const TensorFacts& tensor = graph.tensor(index, part);
    InputSpec input;
    input.name = graph.name_for(index, i == 0 ? "input" : "input_" + std::to_string(i), part);
    input.shape = shape_of_input(input.name, tensor, part);
    graph.reshape(index, input.shape, part);
    input.type = tensor.type;
    input.quantization = tensor.quantization;
    input.origin = at_part_of(file_.file(), part);
    graph.make(index, input.name, part);
    if (!options_.shapes.empty()) {
      tensors_[input.name] = {input.name, input.shape, input.type, input.quantization};
    }
    spec_.inputs.push_back(std::move(input));
  }
  refuse_unknown_shapes();
}

// What the caller says, else what the file says. An open first size is a batch, and the file has an example of it;
// examples of other sizes are arbitrary.
Shape ModelReader::shape_of_input(const std::string& name, const TensorFacts& tensor, const std::string& part) const {
  const Shape& signature = tensor.dynamic ? tensor.signature : tensor.shape;
  const auto given = options_.shapes.find(name);
  if (given == options_.shapes.end()) {
    for (std::size_t i = 1; i < signature.rank(); ++i) {
      if (signature[i] >= 0) continue;
      throw ShapeError(file_.located(part, "tensor \"" + name + "\": its sizes " + text_of(signature) +
                                               " are not fixed: expected them from the command line, such as --shape " +
                                               name + "=" + example(signature)));
    }
    return tensor.shape;
  }
  const Shape shape(given->second);
  bool fits = shape.rank() == signature.rank();
  for (std::size_t i = 0; fits && i < shape.rank(); ++i) fits = signature[i] < 0 || signature[i] == shape[i];
  if (!fits) {
    file_.fail(part, "tensor \"" + name + "\": expected a shape of the sizes " + text_of(signature) + ", got " +
                         text_of(shape));
  }
  if (const auto fault = fault_of(shape)) file_.fail(part, "tensor \"" + name + "\": " + *fault);
  return shape;
}

void ModelReader::refuse_unknown_shapes() const {
  for (const auto& [name, shape] : options_.shapes) {
    std::vector<std::string> names;
    for (const InputSpec& input : spec_.inputs) names.push_back(input.name);
    if (std::count(names.begin(), names.end(), name) > 0) continue;
    file_.fail("", "no input \"" + name + "\" to give a shape" + config::did_you_mean(name, names));
  }
}

void ModelReader::read_operators(Graph& graph, std::size_t subgraph) {
  const auto* operators = graph.table().operators();
  if (!operators) return;
  if (spec_.layers.size() + operators->size() > kMaxOperators) {
    file_.fail("", "expected at most " + std::to_string(kMaxOperators) + " operators, got more");
  }
  const std::string part = subgraph == 0 ? "" : "subgraph " + std::to_string(subgraph) + ", ";
  for (std::size_t i = 0; i < operators->size(); ++i) {
    read_operator(graph, *operators->Get(static_cast<unsigned>(i)), part, i);
  }
}

void ModelReader::read_operator(Graph& graph, const format::Operator& op, const std::string& part, std::size_t number) {
  const std::string which = part + "operator " + std::to_string(number);
  const std::string word = file_.word_of(op, which);
  Translation translation(graph, op, word, which + ", " + word);
  const Translate translate = find_translation(word);
  if (!translate || !translate(translation)) take_as_custom(translation);
  if (const auto* once = op.options_as<format::CallOnceOptions>(); once && word == "CALL_ONCE") {
    const auto subgraph = static_cast<std::size_t>(std::max(0, once->init_subgraph_index()));
    if (subgraph == 0 || subgraph >= file_.subgraphs()) {
      translation.fail("calls subgraph " + std::to_string(once->init_subgraph_index()) +
                       ", expected one of the file's other than the main one, 0");
    }
    if (std::count(called_.begin(), called_.end(), subgraph) == 0) called_.push_back(subgraph);
  }
  // Where sizes are open, what the file states is an example.
  for (std::size_t i = 0; i < translation.results(); ++i) {
    const TensorFacts& tensor = translation.result(i);
    if (!tensor.dynamic) stated_.push_back({spec_.layers.size(), i, tensor.shape, tensor.type});
  }
  spec_.layers.push_back(translation.finish("operator_" + std::to_string(spec_.layers.size())));
  if (graph.reshaped()) follow_shapes(graph, op, translation.where());
}

// What follows for the results of the last layer when the inputs are not those of the file's example.
void ModelReader::follow_shapes(Graph& graph, const format::Operator& op, const std::string& where) {
  const LayerSpec& layer = spec_.layers.back();
  std::vector<const Tensor*> inputs;
  for (const std::string& name : layer.inputs) {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) return;  // a result too many, which check() complains of
    inputs.push_back(&found->second);
  }
  config::Diagnostics diagnostics;
  std::optional<BuiltLayer> built = build_layer(layer, spec_.layout, inputs, diagnostics);
  diagnostics.throw_if_any();
  if (!built) return;
  for (std::size_t i = 0; i < built->outputs.size() && op.outputs() && i < op.outputs()->size(); ++i) {
    Tensor& tensor = built->outputs[i];
    graph.reshape(op.outputs()->Get(static_cast<unsigned>(i)), tensor.shape, where);
    std::string name = tensor.name;
    tensors_[std::move(name)] = std::move(tensor);
  }
}

void ModelReader::read_outputs(Graph& graph) {
  const auto* outputs = graph.table().outputs();
  if (!outputs) return;
  for (std::size_t i = 0; i < outputs->size(); ++i) {
    const std::string part = "output " + std::to_string(i);
    const std::int32_t index = outputs->Get(static_cast<unsigned>(i));
    const std::string* name = graph.made(index);
    if (!name) {
      file_.fail(part, "tensor \"" + graph.tensor(index, part).name.substr(0, 200) +
                           "\" is not made by any operator, expected a result");
    }
    file_.budget().spend(name->size());
    spec_.outputs.push_back(*name);
  }
}

void ModelReader::check(const Network& network) const {
  config::Diagnostics diagnostics;
  for (const Stated& stated : stated_) {
    const Layer& layer = network.layers.at(stated.layer);
    if (stated.output >= layer.outputs.size()) {
      diagnostics.error(layer.location, "",
                        "layer \"" + layer.name + "\": expected " + std::to_string(layer.outputs.size()) +
                            " results of " + to_text(layer.op) + ", got more");
      continue;
    }
    const Tensor& tensor = network.output_of(layer, stated.output);
    if (tensor.shape == stated.shape && tensor.type == stated.type) continue;
    diagnostics.error(layer.location, "",
                      "layer \"" + layer.name + "\": expected a result of " + tensor.shape.text() + " " +
                          to_text(tensor.type) + ", as follows from its operands, got " + stated.shape.text() + " " +
                          to_text(stated.type) + " in the file");
  }
  diagnostics.throw_if_any();
}

}  // namespace subvolt::network::tflite
