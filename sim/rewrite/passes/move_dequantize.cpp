// move_dequantize: a dequantize in front of the last layers (softmax, sigmoid, and what only moves elements) goes
// behind them, so that they work on integers, as TFLite converts networks.
//
// Exact for layers that only move elements. Softmax and sigmoid then have the scale and zero point that TFLite fixes
// for them (ai.google.dev/edge/litert/models/quantization_spec): 1/256 and -128 for int8, 1/256 and 0 for uint8,
// 1/32768 and 0 for int16. Their results are rounded to these steps, which floating point would not do.
#include "sim/rewrite/pass.h"
#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

using network::ElementType;

bool gives_probabilities(const Node& node) {
  if (node.inputs.size() != 1) return false;
  return node.is("softmax") || (node.is("activation") && node.spec.activation == network::Activation::kSigmoid);
}

std::optional<network::Quantization> probabilities(ElementType type) {
  network::Quantization q;
  q.scale = 1.0 / 256;
  if (type == ElementType::kInt8) q.zero_point = -128;
  if (type == ElementType::kInt16) q.scale = 1.0 / 32768;
  if (type == ElementType::kInt8 || type == ElementType::kUint8 || type == ElementType::kInt16) return q;
  return std::nullopt;
}

bool may_go_first(const Node& node) { return only_moves(node) || gives_probabilities(node); }

// From here on there are only such layers, one behind the other, up to an output of the network.
bool leads_out(const Editor& editor, LayerId layer) {
  for (std::optional<LayerId> at = layer; at; at = only_follower(editor, *at)) {
    if (!may_go_first(editor.at(*at))) return false;
    const TensorId out = editor.at(*at).output();
    if (editor.is_output(out)) return editor.readers(out).empty();
  }
  return false;
}

void run(Editor& editor) {
  for (const LayerId layer : editor.layers()) {
    if (!editor.at(layer).is("dequantize") || editor.at(layer).inputs.size() != 1) continue;
    const network::Tensor integers = editor.tensor(editor.at(layer).input());
    if (!network::is_integer(integers.type) || (integers.quantization && integers.quantization->scales != 1)) continue;
    const auto next = only_follower(editor, layer);
    if (!next || !leads_out(editor, *next)) continue;
    network::Tensor moved = editor.tensor(editor.at(*next).output());
    if (!network::is_float(moved.type)) continue;
    moved.name += "/quantized";
    moved.type = integers.type;
    moved.quantization = integers.quantization;
    if (gives_probabilities(editor.at(*next))) {
      moved.quantization = probabilities(integers.type);
      if (!moved.quantization) continue;
    }
    const TensorId out = editor.at(*next).output();
    const TensorId between = editor.add_tensor(std::move(moved));
    editor.set_input(*next, 0, editor.at(layer).input());
    editor.set_output(*next, 0, between);
    editor.set_input(layer, 0, between);
    editor.set_output(layer, 0, out);
    editor.mark(layer, "moved behind " + editor.at(*next).spec.name);
    editor.mark(*next, "works on integers");
  }
}

const bool move_dequantize_registered = register_pass(
    {"move_dequantize", "moves dequantize behind the last softmax, sigmoid or reshape", 85, true, true, false, run});

}  // namespace
}  // namespace subvolt::rewrite
