// quantize_int8: every real number becomes int8, and every bias int32, as a quantiser would make them: what
// `--quantize int8` assumes of files in fp32, fp16, bf16, with int8 weights and real activations (dynamic range), or
// with int16 activations (16x8).
//
// An assumption, and the only pass that changes what a network computes. Shapes, MACs and the number of parameters
// stay; bytes are those of the quantised network. Nothing is known of scales, so layers are taken to need no
// requantisation beside their own.
//
//   tensors      int8: inputs and outputs of the network included. Places, sizes and conditions stay
//   weights      int8, biases int32, as TFLite and ONNX Runtime quantise. Scale and shift of a normalisation: int32
//   dequantize, quantize, casts between such types   vanish
//   operators without a form on integers (custom ones, spectra, selection of boxes)   stay; a dequantize in front and
//                a quantize behind them
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "sim/network/int8_type.h"
#include "sim/rewrite/pass.h"
#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

using network::as_int8;
using network::ElementType;
using network::Role;

bool has_integer_form(const Node& node) { return node.form() != network::Form::kGeneral; }

bool is_normalisation(const Node& node) {
  return node.is("batch_norm") || node.is("layer_norm") || node.is("rms_norm") || node.is("instance_norm") ||
         node.is("group_norm");
}

// Made by an operator without an integer form.
bool is_left_real(const Editor& editor, TensorId id) {
  const auto maker = editor.producer(id);
  return maker && !has_integer_form(editor.at(*maker));
}

// A copy in its old type for operators without an integer form.
bool is_for_the_other_side(const Editor& editor, TensorId id) {
  const auto maker = editor.producer(id);
  const std::vector<LayerId>& readers = editor.readers(id);
  if (!maker || editor.is_output(id) || readers.empty()) return false;
  const Node& node = editor.at(*maker);
  if ((!node.is("dequantize") && !node.is("cast")) || node.inputs.size() != 1) return false;
  return !as_int8(editor.tensor(node.input()).type) &&
         std::none_of(readers.begin(), readers.end(),
                      [&](LayerId reader) { return has_integer_form(editor.at(reader)); });
}

// `id` is read or made by an operator with an integer form.
bool becomes_int8(const Editor& editor, TensorId id) {
  return as_int8(editor.tensor(id).type) && !is_left_real(editor, id) && !is_for_the_other_side(editor, id);
}

// Readers of what an operator without an integer form makes that want it quantised.
std::vector<LayerId> waiting(const Editor& editor, TensorId id) {
  std::vector<LayerId> some;
  if (!as_int8(editor.tensor(id).type)) return some;
  for (const LayerId reader : editor.readers(id)) {
    const Node& node = editor.at(reader);
    const bool converts = node.is("quantize") && network::bits(editor.tensor(node.output()).type) == 8;
    if (has_integer_form(node) && !converts) some.push_back(reader);
  }
  return some;
}

class Quantisation {
 public:
  explicit Quantisation(Editor& editor) : editor_(editor) {}

  void run() {
    find_shared_constants();
    find_tensors();
    // Copies for those who need the real numbers first: they are told by the old types.
    for (const auto& [id, type] : before_) serve_other_side(id, type);
    for (const auto& entry : before_) {
      network::Tensor& tensor = editor_.edit_tensor(entry.first);
      tensor.type = ElementType::kInt8;
      tensor.quantization.reset();
    }
    for (const LayerId layer : editor_.layers()) {
      if (has_integer_form(editor_.at(layer)) && added_.count(layer) == 0) take(layer);
    }
  }

 private:
  // Tensors that become int8, and what they were.
  void find_tensors() {
    const std::vector<LayerId> layers = editor_.layers();
    for (const LayerId layer : layers) {
      const Node& node = editor_.at(layer);
      if (!has_integer_form(node)) continue;
      for (const auto* ids : {&node.inputs, &node.outputs}) {
        for (const TensorId id : *ids) {
          // Where some tensors become int8 those of uint8 do, too: they meet.
          const bool unsigned_byte = editor_.tensor(id).type == ElementType::kUint8 && !is_left_real(editor_, id);
          if (unsigned_byte || becomes_int8(editor_, id)) before_.emplace(id, editor_.tensor(id).type);
        }
      }
    }
    for (const LayerId layer : layers) {
      if (has_integer_form(editor_.at(layer))) continue;
      for (const TensorId id : editor_.at(layer).outputs) quantise_behind(id);
    }
  }

  void redirect(const std::vector<LayerId>& readers, TensorId from, TensorId to) {
    for (const LayerId reader : readers) {
      std::vector<TensorId> inputs = editor_.at(reader).inputs;
      for (TensorId& id : inputs) {
        if (id == from) id = to;
      }
      editor_.set_inputs(reader, std::move(inputs));
    }
  }

  void insert(std::string_view op, TensorId from, TensorId to, LayerId next_to) {
    network::LayerSpec spec;
    spec.name = editor_.tensor(to).name;
    spec.op = network::Operator(op);
    if (op == "cast") spec.type = editor_.tensor(to).type;
    added_.insert(editor_.insert(std::move(spec), {from}, {to}, next_to));
  }

  void quantise_behind(TensorId id) {
    const std::vector<LayerId> some = waiting(editor_, id);
    if (some.empty()) return;
    network::Tensor copy = editor_.tensor(id);
    copy.name += "/quantized";
    copy.type = *as_int8(copy.type);
    copy.quantization.reset();
    const TensorId quantised = editor_.add_tensor(std::move(copy));
    redirect(some, id, quantised);
    insert("quantize", id, quantised, some.front());
  }

  // Readers that want the numbers as they were.
  void serve_other_side(TensorId id, ElementType type) {
    std::vector<LayerId> some;
    for (const LayerId reader : editor_.readers(id)) {
      if (!has_integer_form(editor_.at(reader))) some.push_back(reader);
    }
    if (some.empty()) return;
    network::Tensor copy = editor_.tensor(id);
    copy.name += "/dequantized";
    copy.type = type;
    const TensorId real = editor_.add_tensor(std::move(copy));
    redirect(some, id, real);
    insert(network::is_float(type) ? "dequantize" : "cast", id, real, some.front());
  }

  bool was(TensorId id) const { return before_.count(id) > 0; }

  void take(LayerId layer) {
    const Node& node = editor_.at(layer);
    const bool converts = node.is("quantize") || node.is("dequantize") || node.is("cast");
    if (converts && node.outputs.size() == 1) {
      take_conversion(layer);
      return;
    }
    take_constants(layer);
  }

  void take_conversion(LayerId layer) {
    const Node& node = editor_.at(layer);
    if (node.inputs.empty()) {
      if (!was(node.output())) return;
      take_constants(layer);
      if (editor_.at(layer).spec.constants.size() != 1) return;
      std::vector<network::Constant> constants = editor_.at(layer).spec.constants;
      editor_.set_operator(layer, "identity").constants = std::move(constants);
      return;
    }
    const TensorId in = node.input(), out = node.output();
    if (!was(in) && !was(out)) return;
    const ElementType from = editor_.tensor(in).type, to = editor_.tensor(out).type;
    if (from == to && editor_.bypass(layer, "its tensors are taken as int8")) return;
    if (from == to) {
      editor_.set_operator(layer, "identity");  // from an input of the network to an output
    } else if (node.is("dequantize")) {
      editor_.set_operator(layer, "quantize").type = to;
    }
  }

  void take_constants(LayerId layer) {
    const Node& node = editor_.at(layer);
    const network::LayerSpec& spec = node.spec;
    const bool weighted = has_channels(node) || node.form() == network::Form::kRecurrent;
    // 16x8 networks have int64 biases. What is an integer in a recurrent layer or a normalisation has its width
    // already.
    const bool wide_bias = has_channels(node) && spec.bias_type != ElementType::kInt32;
    const bool real_bias = (weighted || is_normalisation(node)) && network::is_float(spec.bias_type);
    const auto weights = weighted ? as_int8(spec.weight_type) : std::nullopt;
    if (weights || wide_bias || real_bias) {
      network::LayerSpec& edited = editor_.edit(layer);
      if (weights) edited.weight_type = *weights;
      if (wide_bias || real_bias) edited.bias_type = ElementType::kInt32;
    }
    for (std::size_t i = 0; i < node.spec.constants.size(); ++i) {
      const ElementType type = type_of(node, node.spec.constants[i]);
      if (type != node.spec.constants[i].type) retype(editor_.edit(layer).constants[i], type);
    }
  }

  ElementType type_of(const Node& node, const network::Constant& c) const {
    if (!has_integer_form(node)) return c.type;
    if (c.role == Role::kBias && has_channels(node)) return ElementType::kInt32;
    if (c.role == Role::kBias || c.role == Role::kPeephole || (is_normalisation(node) && c.role != Role::kWeights)) {
      return network::is_float(c.type) ? ElementType::kInt32 : c.type;
    }
    // The filter of an svdf over time has int16 in quantised files.
    if (node.is("svdf") && c.role == Role::kRecurrent && network::is_integer(c.type)) return c.type;
    // Beside tensors that become int8 it does so, too, whatever it was stored as.
    if (mixes_constants_with_inputs(node) && network::is_integer(c.type) && !node.inputs.empty() &&
        editor_.tensor(node.inputs.back()).type == ElementType::kInt8) {
      return ElementType::kInt8;
    }
    return as_int8(c.type).value_or(c.type);
  }

  // A constant that layers share is one thing in memory only while they all want it in one type.
  void find_shared_constants() {
    for (const LayerId layer : editor_.layers()) {
      for (const network::Constant& c : editor_.at(layer).spec.constants) {
        if (c.shared) shared_.insert(c.name);
      }
    }
  }
  void retype(network::Constant& constant, ElementType type) {
    constant.type = type;
    constant.quantization.reset();
    if (shared_.count(constant.name) > 0) constant.name += "/" + to_text(type);
  }

  std::set<std::string> shared_;
  Editor& editor_;
  std::map<TensorId, ElementType> before_;
  std::set<LayerId> added_;
};

bool has_something_to_quantise(const Editor& editor) {
  for (const LayerId layer : editor.layers()) {
    const Node& node = editor.at(layer);
    if (!has_integer_form(node)) {
      for (const TensorId id : node.outputs) {
        if (!waiting(editor, id).empty()) return true;
      }
      continue;
    }
    for (const auto* ids : {&node.inputs, &node.outputs}) {
      for (const TensorId id : *ids) {
        if (becomes_int8(editor, id)) return true;
      }
    }
    const bool weighted = has_channels(node) || node.form() == network::Form::kRecurrent;
    if (weighted && as_int8(node.spec.weight_type)) return true;
  }
  return false;
}

void run(Editor& editor) {
  if (has_something_to_quantise(editor)) Quantisation(editor).run();
}

const bool quantize_int8_registered =
    register_pass({"quantize_int8", "takes all numbers as int8 and biases as int32: --quantize int8", 110, false, false,
                   false, run, true});

}  // namespace
}  // namespace subvolt::rewrite
