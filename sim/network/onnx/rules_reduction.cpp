// Reductions along dimensions.
#include <map>

#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/translation.h"

namespace subvolt::network::from_onnx {
namespace {

const std::map<std::string, std::string>& names() {
  static const std::map<std::string, std::string> all = {
      {"ReduceMean", "mean"},      {"ReduceSum", "reduce_sum"},   {"ReduceMax", "reduce_max"},
      {"ReduceMin", "reduce_min"}, {"ReduceProd", "reduce_prod"}, {"ReduceL2", "reduce_l2"},
  };
  return all;
}

// Axes are an attribute, or an operand since opset 13 (ReduceSum) or 18 (the others).
void reduction(Translation& t) {
  LayerSpec& layer = t.layer();
  t.op(names().at(t.node().op()));
  t.take(0);
  layer.keep_dims = t.node().integer("keepdims", 1) != 0;
  layer.axes = t.has(1) ? t.node().integers_of(1, "axes")
                        : t.node().integers("axes").value_or(std::vector<std::int64_t>());
  if (layer.axes.empty() && t.node().integer("noop_with_empty_axes", 0) != 0) {
    t.op("identity");
    layer.keep_dims = false;
  }
}

// The number of the element; the shape keeps the dimension unless the file says otherwise.
void arg(Translation& t) {
  t.op(t.node().op() == "ArgMax" ? "arg_max" : "arg_min");
  t.layer().axes = {t.node().integer("axis", 0)};
  t.layer().keep_dims = t.node().integer("keepdims", 1) != 0;
  t.take(0);
}

void cumsum(Translation& t) {
  const auto axis = t.node().integers_of(1, "axis");
  if (axis.size() != 1) throw Fault("expected one axis, got " + std::to_string(axis.size()));
  t.op("cumsum");
  t.layer().axes = axis;
  t.take(0);
}

void top_k(Translation& t) {
  const auto k = t.node().opset() < 10 ? std::vector<std::int64_t>{t.node().integer("k", 0)}
                                       : t.node().integers_of(1, "k");
  t.op("top_k");
  t.layer().axes = {t.node().integer("axis", -1)};
  t.layer().sizes = k;
  t.take(0);
  t.name_outputs(2);
}

bool register_all() {
  std::vector<std::pair<std::string, Rule>> rules = {
      {"ArgMax", arg}, {"ArgMin", arg}, {"CumSum", cumsum}, {"TopK", top_k}};
  for (const auto& entry : names()) rules.emplace_back(entry.first, reduction);
  return register_rules(std::move(rules));
}

const bool registered = register_all();

}  // namespace
}  // namespace subvolt::network::from_onnx
