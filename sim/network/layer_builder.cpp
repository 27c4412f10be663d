#include "sim/network/layer_builder.h"

#include "sim/network/bounded.h"
#include "sim/network/layer_draft.h"

namespace subvolt::network {
namespace {

std::string number_of_inputs(const OperatorDefinition& op) {
  const std::size_t least = op.least_inputs, most = op.most_inputs;
  if (most == 0) return "no input";
  if (least == most) return most == 1 ? "one input" : std::to_string(most) + " inputs, such as inputs: [a, b]";
  return std::to_string(least) + " to " + std::to_string(most) + " inputs";
}

// Constants that the operator takes as they are must be sane; the shape of derived ones may be left out.
bool check_constants(const LayerSpec& spec, config::Diagnostics& diagnostics) {
  for (const Constant& constant : spec.constants) {
    if (const auto fault = fault_of(constant.shape)) {
      complain(spec, "constants", "constant \"" + constant.name + "\": " + *fault, diagnostics);
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<BuiltLayer> build_layer(const LayerSpec& spec, Layout layout, const std::vector<const Tensor*>& inputs,
                                      config::Diagnostics& diagnostics) {
  const OperatorDefinition& op = *spec.op;
  // A layer that works on a constant alone has it instead of its input.
  const std::size_t least = spec.no_inputs && !spec.constants.empty() ? 0 : op.least_inputs;
  if (inputs.size() < least || inputs.size() > op.most_inputs) {
    complain(spec, spec.input.empty() ? "inputs" : "input",
             op.name + " takes " + number_of_inputs(op) + ", got " + std::to_string(inputs.size()), diagnostics);
    return std::nullopt;
  }
  if (!check_constants(spec, diagnostics)) return std::nullopt;
  LayerDraft draft(spec, layout, inputs, diagnostics);
  if (!op.infer(draft)) return std::nullopt;
  if (!spec.outputs.empty() && spec.outputs.size() != draft.outputs().size()) {
    complain(spec, "outputs",
             op.name + " has " + std::to_string(draft.outputs().size()) + " outputs here, got names for " +
                 std::to_string(spec.outputs.size()),
             diagnostics);
    return std::nullopt;
  }
  return BuiltLayer{std::move(draft.layer()), draft.outputs()};
}

void complain(const LayerSpec& spec, std::string_view key, const std::string& message,
              config::Diagnostics& diagnostics) {
  const config::Node* field = spec.origin.is_map() ? spec.origin.find(key) : nullptr;
  diagnostics.error(field ? *field : spec.origin, "layer \"" + spec.name + "\": " + message);
}

std::optional<std::string> fault_of(const Shape& shape) {
  std::int64_t elements = 1;
  for (const std::int64_t size : shape.sizes()) {
    if (size < 1 || size > kMaxSize) {
      return "shape " + shape.text() + ": expected sizes from 1 to " + grouped(kMaxSize);
    }
    const auto product = bounded_product({elements, size});
    if (!product) return "shape " + shape.text() + ": its elements exceed " + limit_text();
    elements = *product;
  }
  return std::nullopt;
}

}  // namespace subvolt::network
