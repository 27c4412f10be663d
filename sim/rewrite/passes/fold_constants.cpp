// fold_constants: layers that work on constants alone (fp16 weights behind DEQUANTIZE) are done offline: their constant
// becomes one of the layers that read it.
//
// Exact. A constant keeps the element type in which the file stores it, so parameters and their bytes stay: what
// converts it is the load of the weights. Layers that cannot have a constant at that place keep theirs.
#include <algorithm>

#include "sim/rewrite/pass.h"
#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

bool is_constant(const Node& node) {
  if (!node.inputs.empty() || node.outputs.size() != 1 || node.spec.constants.size() != 1) return false;
  return node.is("dequantize") || node.is("quantize") || node.is("cast") || node.is("reshape") ||
         node.is("transpose") || node.is("identity");
}

bool takes_operand(const Node& node) {
  if (node.is("prelu")) return true;
  static const char* const kBinary[] = {"add", "sub", "mul", "div", "maximum", "minimum", "squared_difference", "pow"};
  return std::any_of(std::begin(kBinary), std::end(kBinary), [&](const char* name) { return node.is(name); });
}

// The constant layers behind inputs `first` and up of a reader; empty unless all of them are.
std::vector<LayerId> constants_behind(const Editor& editor, const Node& reader, std::size_t first) {
  std::vector<LayerId> found;
  for (std::size_t i = first; i < reader.inputs.size(); ++i) {
    const auto maker = editor.producer(reader.inputs[i]);
    if (!maker || !is_constant(editor.at(*maker))) return {};
    found.push_back(*maker);
  }
  return found;
}

// The maker's constant as one of a reader.
network::Constant constant_of(const Editor& editor, LayerId maker, network::Role role) {
  const Node& node = editor.at(maker);
  network::Constant constant = node.spec.constants.front();
  constant.role = role;
  constant.derived = false;
  constant.shape = editor.tensor(node.output()).shape;
  return constant;
}

// Weights, then biases: operators with MACs have them as further inputs. They must all be constants, or at least the
// biases behind weights that are computed.
bool into_weights(Editor& editor, LayerId reader) {
  std::size_t first = 1;
  std::vector<LayerId> makers = constants_behind(editor, editor.at(reader), first);
  if (makers.empty() && editor.at(reader).inputs.size() == 3)
    makers = constants_behind(editor, editor.at(reader), first = 2);
  if (makers.empty()) return false;
  for (std::size_t i = 0; i < makers.size(); ++i) {
    const bool weights = first + i == 1;
    network::Constant constant =
        constant_of(editor, makers[i], weights ? network::Role::kWeights : network::Role::kBias);
    network::LayerSpec& spec = editor.edit(reader);
    (weights ? spec.weight_type : spec.bias_type) = constant.type;
    if (!weights) spec.bias = true;
    spec.constants.push_back(std::move(constant));
  }
  std::vector<TensorId> inputs = editor.at(reader).inputs;
  inputs.resize(first);
  editor.set_inputs(reader, std::move(inputs));
  return true;
}

bool into_operand(Editor& editor, LayerId reader) {
  const Node& node = editor.at(reader);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto maker = editor.producer(node.inputs[i]);
    if (!maker || !is_constant(editor.at(*maker))) continue;
    editor.edit(reader).constants.push_back(constant_of(editor, *maker, network::Role::kOperand));
    editor.set_inputs(reader, {node.inputs[1 - i]});
    return true;
  }
  return false;
}

// dequantize -> reshape of a constant: one constant of the last shape.
bool into_next(Editor& editor, LayerId reader) {
  const auto maker = editor.producer(editor.at(reader).input());
  if (!maker || !is_constant(editor.at(*maker)) || !editor.at(reader).spec.constants.empty()) return false;
  editor.edit(reader).constants.push_back(constant_of(editor, *maker, network::Role::kOperand));
  editor.set_inputs(reader, {});
  return true;
}

bool may_fold(const Editor& editor, LayerId reader) {
  const Node& node = editor.at(reader);
  if (has_channels(node)) return node.inputs.size() > 1;
  if (takes_operand(node)) return node.inputs.size() == 2 && node.spec.constants.empty();
  return node.inputs.size() == 1 && (node.is("reshape") || node.is("transpose") || node.is("identity"));
}

bool fold_into(Editor& editor, LayerId reader) {
  if (!may_fold(editor, reader)) return false;
  if (has_channels(editor.at(reader))) return into_weights(editor, reader);
  if (takes_operand(editor.at(reader))) return into_operand(editor, reader);
  return into_next(editor, reader);
}

// All copies of a constant have a name and say that it is shared; the editor makes the first of them its owner.
void prepare_sharing(Editor& editor, LayerId maker) {
  const Node& node = editor.at(maker);
  if (editor.readers(node.output()).size() < 2 || node.spec.constants.front().shared) return;
  network::Constant& constant = editor.edit(maker).constants.front();
  if (constant.name.empty()) constant.name = node.spec.name;
  constant.shared = true;
}

void run(Editor& editor) {
  std::vector<std::pair<LayerId, LayerId>> folded;  // constant, first reader
  for (const LayerId layer : editor.layers()) {
    if (!is_constant(editor.at(layer))) continue;
    const std::vector<LayerId> readers = editor.readers(editor.at(layer).output());
    if (readers.empty() ||
        !std::any_of(readers.begin(), readers.end(), [&](LayerId r) { return may_fold(editor, r); })) {
      continue;
    }
    prepare_sharing(editor, layer);
    folded.emplace_back(layer, readers.front());
  }
  for (const LayerId reader : editor.layers()) fold_into(editor, reader);
  for (const auto& [layer, reader] : folded) {
    const TensorId output = editor.at(layer).output();
    if (editor.readers(output).empty() && !editor.is_output(output)) {
      editor.fuse(layer, reader, "its constant is prepared offline");
    }
  }
}

const bool fold_constants_registered =
    register_pass({"fold_constants", "does work on constants alone offline, fp16 weights behind DEQUANTIZE", 10, false,
                   true, false, run});

}  // namespace
}  // namespace subvolt::rewrite
