// collapse_qdq: dequantize, an operator in floating point, quantize: how exporters write an integer operator. It
// becomes that operator on integers.
//
//   dq -> operator -> q       the operator on integers, if all it reads is dequantised and its weights are integers;
//                             a constant that is mixed with its inputs is encoded as they are
//   dq -> reshape, dq -> transpose ...   change places: moving elements and scaling them commute, exactly
//   reshape -> q                         likewise
//   dq -> q                   requantisation by one layer; nothing at all when scale and zero point stay
//   q, q of one tensor        one, when they have the same scale and zero point
//
// Exact as far as the meaning of such files goes: they are written so that integer arithmetic may take their place
// (ONNX QDQ format); its rounding differs by at most one step from theirs. Biases in floating point become int32, the
// accumulator's type. MACs and the number of parameters stay.
#include <algorithm>

#include "sim/rewrite/pass.h"
#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

bool is_quantize(const Node& node) { return node.is("quantize") && node.inputs.size() == 1; }

// From integers of one scale.
bool is_dequantize(const Editor& editor, const Node& node) {
  if (!node.is("dequantize") || node.inputs.size() != 1) return false;
  const network::Tensor& in = editor.tensor(node.input());
  return network::is_integer(in.type) && (!in.quantization || in.quantization->scales == 1);
}

std::optional<LayerId> dequantize_of(const Editor& editor, TensorId id) {
  const auto maker = editor.producer(id);
  if (!maker || !is_dequantize(editor, editor.at(*maker))) return std::nullopt;
  return maker;
}

void settle(Editor& editor, LayerId dequantize, LayerId into) {
  const TensorId out = editor.at(dequantize).output();
  if (editor.at(dequantize).alive && editor.readers(out).empty() && !editor.is_output(out)) {
    editor.fuse(dequantize, into, "the operator works on integers");
  }
}

void merge_equal_quantizations(Editor& editor) {
  for (const LayerId layer : editor.layers()) {
    if (!editor.at(layer).alive || !is_quantize(editor.at(layer))) continue;
    const network::Tensor& mine = editor.tensor(editor.at(layer).output());
    const std::vector<LayerId> readers = editor.readers(editor.at(layer).input());
    for (const LayerId other : readers) {
      const Node& node = editor.at(other);
      if (other == layer || !is_quantize(node) || editor.is_output(node.output())) continue;
      if (!same_encoding(mine, editor.tensor(node.output()))) continue;
      editor.replace_uses(node.output(), editor.at(layer).output());
      editor.fuse(other, layer, "the same quantisation of the same tensor");
    }
  }
}

network::Tensor as_integers(const Editor& editor, TensorId shape_of, TensorId encoded_as) {
  network::Tensor tensor = editor.tensor(shape_of);
  tensor.name += "/quantized";
  tensor.type = editor.tensor(encoded_as).type;
  tensor.quantization = editor.tensor(encoded_as).quantization;
  return tensor;
}

// dq -> move becomes move -> dq.
void move_dequantize_down(Editor& editor, LayerId move) {
  const auto dequantize = dequantize_of(editor, editor.at(move).input());
  const TensorId out = editor.at(move).output();
  if (!dequantize || editor.is_output(out) || !is_float(editor, out)) return;
  const TensorId integers = editor.at(*dequantize).input();
  const bool only_use = editor.sole_reader(editor.at(move).input()).has_value();
  const TensorId moved = editor.add_tensor(as_integers(editor, out, integers));
  editor.set_input(move, 0, integers);
  editor.set_output(move, 0, moved);
  if (only_use) {
    editor.set_input(*dequantize, 0, moved);
    editor.set_output(*dequantize, 0, out);
    return;
  }
  network::LayerSpec copy = editor.at(*dequantize).spec;
  copy.constants.clear();
  editor.insert(copy, {moved}, {out}, *dequantize);
}

// move -> q becomes q -> move.
void move_quantize_up(Editor& editor, LayerId move) {
  const auto follower = only_follower(editor, move);
  if (!follower || !is_quantize(editor.at(*follower)) || !is_float(editor, editor.at(move).input())) return;
  const TensorId in = editor.at(move).input(), out = editor.at(*follower).output();
  const auto& quantization = editor.tensor(out).quantization;
  if (quantization && quantization->scales != 1) return;
  const TensorId quantized = editor.add_tensor(as_integers(editor, in, out));
  editor.set_input(*follower, 0, in);
  editor.set_output(*follower, 0, quantized);
  editor.set_input(move, 0, quantized);
  editor.set_output(move, 0, out);
}

void requantize(Editor& editor, LayerId quantize) {
  const auto dequantize = dequantize_of(editor, editor.at(quantize).input());
  if (!dequantize) return;
  const TensorId in = editor.at(*dequantize).input();
  editor.set_input(quantize, 0, in);
  settle(editor, *dequantize, quantize);
  if (same_encoding(editor.tensor(in), editor.tensor(editor.at(quantize).output()))) {
    editor.bypass(quantize, "scale and zero point stay");
  }
}

bool has_integers_for_constants(const Node& node) {
  using network::Form;
  const bool weighted = has_channels(node) || node.form() == Form::kRecurrent || node.is("svdf");
  if (weighted && has_constant_weights(node) && !network::is_integer(node.spec.weight_type)) return false;
  if (weighted) return true;
  if (node.is("batch_norm") || node.is("layer_norm") || node.is("instance_norm") || node.is("group_norm")) return false;
  if (node.is("clip")) return true;  // its bounds are prepared offline
  return std::all_of(node.spec.constants.begin(), node.spec.constants.end(), [](const network::Constant& c) {
    return network::is_integer(c.type) || c.type == network::ElementType::kBool;
  });
}

bool may_work_on_integers(const Node& node) {
  using network::Form;
  if (node.outputs.empty()) return false;
  if (node.is("quantize") || node.is("dequantize") || node.is("cast")) return false;
  const Form form = node.form();
  return form != Form::kGeneral && form != Form::kState && has_integers_for_constants(node);
}

// A constant behind a dequantisation, encoded anew offline as its neighbours are: an int8 token beside uint8 vectors.
// Wider integers elsewhere are places and sizes.
void join_neighbours(Editor& editor, LayerId layer, network::ElementType type) {
  const bool mixes = mixes_constants_with_inputs(editor.at(layer));
  for (network::Constant& c : editor.edit(layer).constants) {
    if (c.role != network::Role::kOperand || !network::is_integer(c.type) || !mixes) continue;
    c.type = type;
  }
}

// What stands before the operator and behind it.
struct Surroundings {
  std::vector<LayerId> dequantize;               // by input that is dequantised
  std::vector<TensorId> inputs;                  // of the operator on integers; places and conditions stay
  std::vector<std::optional<LayerId>> quantize;  // by output; none for places and conditions
  std::optional<network::ElementType> type;      // of the integers in front
};

std::optional<Surroundings> surroundings(const Editor& editor, LayerId layer) {
  Surroundings found;
  for (const TensorId id : editor.at(layer).inputs) {
    const auto dequantize = dequantize_of(editor, id);
    if (!dequantize && is_float(editor, id)) return std::nullopt;
    found.inputs.push_back(dequantize ? editor.at(*dequantize).input() : id);
    if (!dequantize) continue;
    found.dequantize.push_back(*dequantize);
    // An int8 and a uint8 side meet in floats only.
    const network::ElementType type = editor.tensor(found.inputs.back()).type;
    if (found.type.value_or(type) != type) return std::nullopt;
    found.type = type;
  }
  for (const TensorId id : editor.at(layer).outputs) {
    found.quantize.emplace_back();
    if (!is_float(editor, id)) continue;
    const auto reader = editor.sole_reader(id);
    if (!reader || !is_quantize(editor.at(*reader))) return std::nullopt;
    found.quantize.back() = reader;
  }
  const bool real = std::any_of(found.quantize.begin(), found.quantize.end(), [](const auto& q) { return bool(q); });
  return real ? std::optional<Surroundings>(found) : std::nullopt;
}

void collapse(Editor& editor, LayerId layer) {
  if (!may_work_on_integers(editor.at(layer))) return;
  const auto found = surroundings(editor, layer);
  if (!found) return;
  editor.set_inputs(layer, found->inputs);
  for (std::size_t i = 0; i < found->quantize.size(); ++i) {
    if (!found->quantize[i]) continue;
    const TensorId out = editor.at(*found->quantize[i]).output();
    editor.fuse(*found->quantize[i], layer, "the operator works on integers");
    editor.set_output(layer, i, out);
  }
  network::LayerSpec& spec = editor.edit(layer);
  if (has_channels(editor.at(layer)) && network::is_float(spec.bias_type))
    spec.bias_type = network::ElementType::kInt32;
  if (found->type) join_neighbours(editor, layer, *found->type);
  for (const LayerId dequantize : found->dequantize) settle(editor, dequantize, layer);
  editor.mark(layer, "works on integers");
}

void run(Editor& editor) {
  merge_equal_quantizations(editor);
  const std::vector<LayerId> layers = editor.layers();
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    if (editor.at(*layer).alive && only_moves(editor.at(*layer))) move_quantize_up(editor, *layer);
  }
  for (const LayerId layer : layers) {
    if (editor.at(layer).alive && only_moves(editor.at(layer))) move_dequantize_down(editor, layer);
  }
  for (const LayerId layer : editor.layers()) {
    if (!editor.at(layer).alive) continue;
    if (is_quantize(editor.at(layer))) {
      requantize(editor, layer);
    } else {
      collapse(editor, layer);
    }
  }
}

const bool collapse_qdq_registered = register_pass(
    {"collapse_qdq", "makes dequantize, operator, quantize the operator on integers", 80, false, true, false, run});

}  // namespace
}  // namespace subvolt::rewrite
