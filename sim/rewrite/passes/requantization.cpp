// requantization: integers kept in floating point, as NEMO and DORY exchange them: a product, a sum, a division, a
// rounding and a clip by constants behind a layer are its requantisation, and a factor in front of an addition scales
// one of its operands. Integers of a MatMulInteger or ConvInteger that are cast and multiplied by their scale
// likewise.
//
//   layer -> mul, add, sub, div     by one number, or by one per channel behind weights and before any clip
//         -> floor, ceil, round     behind one of those
//         -> clip                   saturation
//
// Part of taking a network as quantised: each layer of an integer network requantises its sums anyway, so these
// operators cost nothing of their own. A sum per channel becomes the bias of a layer that has none; factors vanish,
// like the scales of quantised files. MACs stay. Real networks that scale behind a layer are quantised that way, too.
#include <algorithm>

#include "sim/rewrite/pass.h"
#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

using network::ElementType;

bool is_one_of(const Node& node, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return node.is(name); });
}

bool is_scaling(const Node& node) { return is_one_of(node, {"mul", "add", "sub", "div"}); }

bool requantises(const Node& node) {
  if (node.outputs.size() != 1) return false;
  const bool sums = has_channels(node) || node.is("batch_matmul");
  const bool pools = is_pool(node) || is_one_of(node, {"mean", "reduce_sum"});
  return sums || pools || (is_one_of(node, {"add", "sub", "mul"}) && node.inputs.size() > 1);
}

// What stands behind one layer, taken into it operator by operator.
class Chain {
 public:
  Chain(Editor& editor, LayerId layer) : editor_(editor), layer_(layer) {}

  void run() {
    if (editor_.at(layer_).spec.activation != network::Activation::kNone) clamped_ = true;
    while (step()) {
    }
  }

 private:
  bool step() {
    const TensorId out = editor_.at(layer_).output();
    const auto reader = editor_.sole_reader(out);
    if (!reader || editor_.at(*reader).outputs.size() != 1) return false;
    const Node& next = editor_.at(*reader);
    if (editor_.tensor(next.output()).shape != editor_.tensor(out).shape) return false;
    if (next.spec.activation != network::Activation::kNone) return false;
    if (editor_.tensor(out).type == ElementType::kInt32) return cast_sums(*reader);
    if (!is_float(editor_, out) || !is_float(editor_, next.output())) return false;
    if (is_scaling(next)) return scale(*reader);
    if (next.inputs.size() != 1) return false;
    if (is_one_of(next, {"floor", "ceil", "round"}) && scaled_) return take(*reader, "rounds in its requantisation");
    if (next.is("clip")) {
      clamped_ = true;
      return take(*reader, "saturates in its requantisation");
    }
    return false;
  }

  // Of a product of integers; its scale may be computed in a run, as dynamic quantisation does.
  bool cast_sums(LayerId next) {
    const Node& node = editor_.at(next);
    if (!node.is("cast") || !is_float(editor_, node.output())) return false;
    if (!has_channels(editor_.at(layer_)) && !editor_.at(layer_).is("batch_matmul")) return false;
    from_sums_ = true;
    return take(next, "its sums are requantised");
  }

  bool scale(LayerId next) {
    const Node& node = editor_.at(next);
    if (node.inputs.size() == 2) {
      const TensorId other = node.inputs[node.inputs[0] == editor_.at(layer_).output() ? 1 : 0];
      const bool by_number = from_sums_ && node.is("mul") && editor_.tensor(other).shape.elements() == 1;
      if (!by_number) return false;
      editor_.set_inputs(next, {editor_.at(layer_).output()});
      return take(next, "scales its sums");
    }
    const network::Constant* c = constant_operand(node);
    if (!c || !network::is_float(c->type)) return false;
    if (c->elements() == 1) return take(next, "scales in its requantisation");
    const Node& layer = editor_.at(layer_);
    const std::int64_t channels = has_channels(layer) ? output_channels(editor_, layer) : 0;
    const bool per_channel =
        c->elements() == channels && c->shape.channels() == channels && has_constant_weights(layer) && !clamped_;
    if (!per_channel) return false;
    if ((node.is("add") || node.is("sub")) && !layer.spec.bias) add_bias(*c);
    return take(next, "scales each channel in its requantisation");
  }

  void add_bias(network::Constant bias) {
    bias.role = network::Role::kBias;
    network::LayerSpec& spec = editor_.edit(layer_);
    spec.bias = true;
    spec.bias_type = bias.type;
    spec.constants.push_back(std::move(bias));
  }

  bool take(LayerId next, const std::string& reason) {
    scaled_ = scaled_ || is_scaling(editor_.at(next));
    editor_.absorb(next, layer_, reason);
    return true;
  }

  Editor& editor_;
  LayerId layer_;
  bool scaled_ = false;
  bool clamped_ = false;
  bool from_sums_ = false;
};

// x c + y d: scales of the operands, which an addition of integers has anyway.
void take_factors(Editor& editor, LayerId sum) {
  for (const TensorId id : std::vector<TensorId>(editor.at(sum).inputs)) {
    const auto maker = editor.producer(id);
    if (!maker || editor.sole_reader(id) != sum || !is_float(editor, id)) continue;
    const Node& node = editor.at(*maker);
    if (!is_one_of(node, {"mul", "div"}) || !has_scalar_operand(node)) continue;
    if (node.spec.activation != network::Activation::kNone) continue;
    const TensorId in = node.input();
    if (editor.tensor(in).shape != editor.tensor(id).shape || !is_float(editor, in)) continue;
    editor.fuse(*maker, sum, "scales an operand");
    editor.replace_uses(id, in);
  }
}

void run(Editor& editor) {
  for (const LayerId layer : editor.layers()) {
    if (editor.at(layer).alive && requantises(editor.at(layer))) Chain(editor, layer).run();
  }
  for (const LayerId layer : editor.layers()) {
    const Node& node = editor.at(layer);
    if (node.alive && is_one_of(node, {"add", "sub"}) && node.inputs.size() > 1) take_factors(editor, layer);
  }
}

const bool requantization_registered = register_pass(
    {"requantization", "takes products, sums, roundings and clips by constants into the layer before them", 100, false,
     false, false, run, true});

}  // namespace
}  // namespace subvolt::rewrite
