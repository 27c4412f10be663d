#include "sim/network/tflite/translation.h"

#include <algorithm>

#include "sim/config/registry.h"
#include "sim/network/bounded.h"

namespace subvolt::network::tflite {
namespace {

config::Registry<Translate>& translations() {
  static config::Registry<Translate> all("translation");
  return all;
}

// One after the other: extremes of all scales, and how many they are.
void append(Constant& whole, const Constant& part) {
  whole.shape = Shape{whole.elements() + part.elements()};
  whole.shared = whole.shared && part.shared;
  whole.zeros = *whole.zeros + *part.zeros;
  if (!whole.quantization || !part.quantization) {
    whole.quantization.reset();
    return;
  }
  Quantization& a = *whole.quantization;
  const Quantization& b = *part.quantization;
  const double largest = std::max(a.scales > 1 ? a.scale_max : a.scale, b.scales > 1 ? b.scale_max : b.scale);
  a.scale = std::min(a.scale, b.scale);
  a.scale_max = largest;
  a.scales += b.scales;
  a.axis = 0;
}

}  // namespace

bool register_translations(std::vector<TranslationEntry> entries) {
  for (const TranslationEntry& entry : entries) translations().add(entry.word, entry.translate);
  return true;
}

Translate find_translation(const std::string& word) {
  const Translate* const found = translations().find(word);
  return found ? *found : nullptr;
}

bool fuse(LayerSpec& layer, format::Activation activation) {
  switch (activation) {
    case format::Activation::NONE:
      layer.activation = Activation::kNone;
      return true;
    case format::Activation::RELU:
      layer.activation = Activation::kRelu;
      return true;
    case format::Activation::RELU_N1_TO_1:
      layer.activation = Activation::kReluN1To1;
      return true;
    case format::Activation::RELU6:
      layer.activation = Activation::kRelu6;
      return true;
    case format::Activation::TANH:
      layer.activation = Activation::kTanh;
      return true;
    case format::Activation::SIGN_BIT:
      return false;
  }
  return false;
}

Translation::Translation(Graph& graph, const format::Operator& op, std::string word, std::string where)
    : graph_(graph), op_(op), word_(std::move(word)), where_(std::move(where)) {
  graph_.file().budget().spend((operands() + results()) * sizeof(std::int32_t));
}

bool Translation::has(std::size_t i) const { return i < operands() && index_of(i) != -1; }

const TensorFacts& Translation::operand(std::size_t i) {
  if (!has(i)) fail("expected operand " + std::to_string(i) + ", got none");
  return graph_.tensor(index_of(i), where_);
}

bool Translation::is_activation(std::size_t i) { return has(i) && graph_.made(index_of(i)) != nullptr; }

bool Translation::is_constant(std::size_t i) { return has(i) && !is_activation(i) && operand(i).constant; }

const TensorFacts& Translation::result(std::size_t i) {
  if (i >= results()) fail("expected result " + std::to_string(i) + ", got none");
  return graph_.tensor(op_.outputs()->Get(static_cast<unsigned>(i)), where_);
}

Shape Translation::stated_shape(std::size_t like, std::int64_t elements) {
  const TensorFacts& stated = result();
  if (!stated.dynamic || !graph_.reshaped()) return stated.shape;
  Shape shape = stated.signature;
  std::int64_t known = 1, open = 0;
  for (const std::int64_t size : shape.sizes()) {
    if (size < 0) ++open;
    if (size > 0 && known <= kMaxCount / size) known *= size;
  }
  const Shape& x = operand(like).shape;
  for (std::size_t i = 0; i < shape.rank(); ++i) {
    if (shape[i] >= 0) continue;
    if (elements > 0 && open == 1) {
      shape[i] = elements / known;
    } else if (shape.rank() == x.rank()) {
      shape[i] = x[i];
    } else {
      fail("the file leaves the sizes of its result open, and they do not follow from those of the inputs");
    }
  }
  return shape;
}

Span Translation::custom_options() const {
  const auto* bytes = op_.custom_options();
  return bytes ? Span{bytes->data(), bytes->size()} : Span{};
}

std::vector<std::int64_t> Translation::integers(std::size_t i, std::size_t most) {
  const TensorFacts& tensor = operand(i);
  if (!is_constant(i)) fail("operand " + std::to_string(i) + " is computed, expected a constant");
  if (!is_integer(tensor.type) || tensor.shape.elements() > static_cast<std::int64_t>(most)) {
    fail("operand " + std::to_string(i) + ": expected at most " + std::to_string(most) + " integers, got " +
         tensor.shape.text() + " " + to_text(tensor.type));
  }
  return integers_of(graph_.file(), tensor);
}

std::int64_t Translation::integer(std::size_t i) {
  const std::vector<std::int64_t> values = integers(i, 1);
  if (values.size() != 1) fail("operand " + std::to_string(i) + ": expected an integer, got none");
  return values.front();
}

std::string Translation::state_of(std::size_t i) {
  std::string state = has(i) ? graph_.variable(index_of(i)) : std::string();
  if (state.empty()) fail("operand " + std::to_string(i) + ": expected the handle of a variable");
  return state;
}

void Translation::input(std::size_t i) {
  const TensorFacts& tensor = operand(i);
  const std::string* name = graph_.made(index_of(i));
  if (!name) {
    fail("reads tensor \"" + tensor.name.substr(0, 200) +
         "\", which has no data and which nothing made so far, expected an input, a constant or the result of an "
         "earlier operator");
  }
  graph_.file().budget().spend(name->size());
  if (layer_.inputs.empty()) first_input_ = tensor.type;
  layer_.inputs.push_back(*name);
}

std::string Translation::constant_name(ConstantId id, const TensorFacts& tensor) {
  SharedState& shared = graph_.shared();
  const auto known = shared.constant_names.find(id);
  if (known != shared.constant_names.end()) return known->second;
  const auto taken = taken_.find(id);
  if (taken != taken_.end()) return taken->second;
  const std::string name = shared.constants.unique(tensor.name, "constant_" + std::to_string(id.second));
  return taken_.emplace(id, name).first->second;
}

void Translation::constant(Role role, std::initializer_list<std::size_t> parts) {
  Constant whole;
  bool first = true;
  for (const std::size_t i : parts) {
    const TensorFacts& tensor = operand(i);
    if (!is_constant(i)) fail("operand " + std::to_string(i) + ": expected a constant with data");
    Constant part;
    part.role = role;
    part.shape = tensor.shape;
    part.type = tensor.type;
    part.quantization = tensor.quantization;
    const ConstantId id{graph_.index(), index_of(i)};
    part.shared = graph_.shared().constant_names.count(id) > 0;
    part.name = constant_name(id, tensor);
    graph_.file().budget().spend(part.name.size() + sizeof(Constant));
    part.zeros = zeros_of(graph_.file(), tensor);
    if (first) {
      whole = std::move(part);
    } else {
      append(whole, part);
    }
    first = false;
  }
  layer_.constants.push_back(std::move(whole));
}

void Translation::take(std::size_t i, Role role) {
  if (is_constant(i)) {
    constant(role, {i});
  } else {
    input(i);
  }
}

void Translation::take_all() {
  for (std::size_t i = 0; i < operands(); ++i) {
    if (has(i)) take(i);
  }
}

void Translation::declare_variable(const std::string& name) { variable_ = name; }

void Translation::restart() {
  layer_ = LayerSpec();
  first_input_.reset();
  variable_.clear();
}

void Translation::name_results(const std::string& standard_name) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < results(); ++i) {
    const std::int32_t index = op_.outputs()->Get(static_cast<unsigned>(i));
    names.push_back(graph_.name_for(index, i == 0 ? standard_name : standard_name + ":" + std::to_string(i), where_));
    graph_.make(index, names.back(), where_);
  }
  layer_.name = names.empty() ? graph_.shared().tensors.unique("", standard_name) : names.front();
  if (results() == 1) {
    const TensorFacts& tensor = result();
    layer_.quantization = tensor.quantization;
    // Most results have the type of the first input and need not say so.
    if (first_input_ != tensor.type) layer_.type = tensor.type;
    return;
  }
  for (std::size_t i = 0; i < results(); ++i) {
    const TensorFacts& tensor = result(i);
    layer_.outputs.push_back({names[i], tensor.shape, tensor.type, tensor.quantization});
  }
}

LayerSpec Translation::finish(const std::string& standard_name) {
  layer_.source_op = word_;
  layer_.origin = at_part_of(graph_.file().file(), where_);
  layer_.no_inputs = layer_.inputs.empty();
  name_results(standard_name);
  if (!variable_.empty() && results() > 0) graph_.declare_variable(op_.outputs()->Get(0), variable_);
  for (auto& [id, name] : taken_) graph_.shared().constant_names.emplace(id, std::move(name));
  return std::move(layer_);
}

}  // namespace subvolt::network::tflite
