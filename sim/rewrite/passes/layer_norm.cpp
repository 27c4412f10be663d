// layer_norm: layer normalisation spelt out in element-wise layers and means becomes one layer.
//
//   mean, subtract, square (or power, or product with itself), mean, add a scalar, then square root and division or
//   reciprocal square root and multiplication; then, where present, multiplication by and addition of a constant vector
//
// Exact in real arithmetic. For floating point only: on integers each of these layers has a rounding of its own. There
// are no MACs in it; the scalar, and the exponent of a power, vanish from the parameters.
#include <algorithm>

#include "sim/rewrite/pass.h"
#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

struct Found {
  TensorId x = 0;
  std::vector<LayerId> layers;  // the last one is the last
  std::vector<std::int64_t> axes;
  std::optional<network::Constant> scale, bias;
};

class Search {
 public:
  Search(const Editor& editor, LayerId mean) : editor_(editor) { found_.layers.push_back(mean); }

  std::optional<Found> run() {
    const Node& mean = first();
    if (!is_mean(mean)) return std::nullopt;
    found_.x = mean.input();
    found_.axes = mean.spec.axes;
    // x - mean(x), used by the variance and by the normalisation.
    const auto difference = reader(mean.output(), "sub", {found_.x, mean.output()});
    if (!difference || editor_.readers(mean.output()).size() != 1) return std::nullopt;
    take(*difference);
    const TensorId centred = editor_.at(*difference).output();
    const auto normalised = variance(centred);
    if (!normalised) return std::nullopt;
    scale_and_bias();
    return inner_only() ? std::optional<Found>(found_) : std::nullopt;
  }

 private:
  const Node& first() const { return editor_.at(found_.layers.front()); }
  const Node& last() const { return editor_.at(found_.layers.back()); }
  void take(LayerId layer) { found_.layers.push_back(layer); }

  bool is_mean(const Node& node) const {
    return node.is("mean") && node.inputs.size() == 1 && node.spec.keep_dims && !node.spec.axes.empty() &&
           is_float(editor_, node.input());
  }

  // A reader of `id` of this operator and these operands.
  std::optional<LayerId> reader(TensorId id, std::string_view op, const std::vector<TensorId>& inputs) const {
    for (const LayerId layer : editor_.readers(id)) {
      if (editor_.at(layer).is(op) && editor_.at(layer).inputs == inputs) return layer;
    }
    return std::nullopt;
  }

  // The only reader of the last layer, which reads it alone.
  bool follow(std::string_view op, bool scalar) {
    const auto next = only_follower(editor_, found_.layers.back());
    if (!next || !editor_.at(*next).is(op)) return false;
    if (scalar && !has_scalar_operand(editor_.at(*next))) return false;
    take(*next);
    return true;
  }

  bool square(TensorId centred) {
    for (const LayerId layer : editor_.readers(centred)) {
      const Node& node = editor_.at(layer);
      const bool power = node.is("pow") && has_scalar_operand(node);
      const bool product = node.is("mul") && node.inputs == std::vector<TensorId>{centred, centred};
      if (!node.is("square") && !power && !product) continue;
      take(layer);
      return true;
    }
    return false;
  }

  bool variance(TensorId centred) {
    if (!square(centred) || !follow("mean", false)) return false;
    if (!is_mean(last()) || last().spec.axes != found_.axes || !follow("add", true)) return false;
    const bool root = follow("sqrt", false);
    if (!root && !follow("rsqrt", false)) return false;
    const TensorId divisor = last().output();
    std::optional<LayerId> end = reader(centred, root ? "div" : "mul", {centred, divisor});
    if (!end && !root) end = reader(centred, "mul", {divisor, centred});
    if (end) take(*end);
    return end.has_value();
  }

  // A constant per element along the axes; they are the last dimensions.
  std::optional<network::Constant> vector_of(std::string_view op) {
    const auto next = only_follower(editor_, found_.layers.back());
    if (!next || !editor_.at(*next).is(op)) return std::nullopt;
    const network::Constant* c = constant_operand(editor_.at(*next));
    const network::Shape& shape = editor_.tensor(found_.x).shape;
    std::int64_t elements = 1;
    for (const std::int64_t axis : found_.axes) elements *= shape[dimension(axis, shape.rank())];
    const std::int64_t behind = c && c->shape.rank() > 0 ? c->shape.channels() : 1;
    if (!c || c->elements() != elements || (found_.axes.size() == 1 && behind != elements)) return std::nullopt;
    if (!network::is_float(c->type) || editor_.at(*next).spec.activation != network::Activation::kNone)
      return std::nullopt;
    take(*next);
    return *c;
  }

  void scale_and_bias() {
    found_.scale = vector_of("mul");
    if (found_.scale) found_.bias = vector_of("add");
  }

  // Everything but the result stays inside; the axes are the last dimensions, or it is another normalisation.
  bool inner_only() const {
    const std::size_t rank = editor_.tensor(found_.x).shape.rank();
    std::vector<std::size_t> axes;
    for (const std::int64_t axis : found_.axes) axes.push_back(dimension(axis, rank));
    std::sort(axes.begin(), axes.end());
    for (std::size_t i = 0; i < axes.size(); ++i) {
      if (axes[i] != rank - axes.size() + i) return false;
    }
    for (const LayerId layer : found_.layers) {
      const TensorId out = editor_.at(layer).output();
      if (layer == found_.layers.back()) continue;
      if (editor_.is_output(out) || editor_.at(layer).spec.activation != network::Activation::kNone) return false;
      for (const LayerId reader : editor_.readers(out)) {
        if (std::count(found_.layers.begin(), found_.layers.end(), reader) == 0) return false;
      }
    }
    return found_.scale.has_value();
  }

  const Editor& editor_;
  Found found_;
};

void run(Editor& editor) {
  for (const LayerId layer : editor.layers()) {
    if (!editor.at(layer).alive || !editor.at(layer).is("mean")) continue;
    const auto found = Search(editor, layer).run();
    if (!found) continue;
    const LayerId last = found->layers.back();
    network::Constant scale = *found->scale;
    network::LayerSpec& spec = editor.set_operator(last, "layer_norm");
    spec.axes = found->axes;
    std::sort(spec.axes.begin(), spec.axes.end());
    spec.bias = found->bias.has_value();
    spec.bias_type = scale.type;
    scale.role = network::Role::kScale;
    spec.constants.push_back(std::move(scale));
    if (found->bias) {
      network::Constant bias = *found->bias;
      bias.role = network::Role::kBias;
      spec.constants.push_back(std::move(bias));
    }
    editor.set_inputs(last, {found->x});
    for (const LayerId part : found->layers) {
      if (part != last) editor.fuse(part, last, "part of a layer normalisation");
    }
    editor.mark(last, "recognised as the end of a layer normalisation");
  }
}

const bool layer_norm_registered =
    register_pass({"layer_norm", "recognises layer normalisation spelt out in means and element-wise layers", 48, true,
                   true, false, run});

}  // namespace
}  // namespace subvolt::rewrite
