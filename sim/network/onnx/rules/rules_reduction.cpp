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
void sum_up(Translation& t, const std::string& name) {
  LayerSpec& layer = t.layer();
  t.op(name);
  layer.keep_dims = t.node().integer("keepdims", 1) != 0;
  layer.axes =
      t.has(1) ? t.node().integers_of(1, "axes") : t.node().integers("axes").value_or(std::vector<std::int64_t>());
  if (layer.axes.empty() && t.node().integer("noop_with_empty_axes", 0) != 0) {
    t.op("identity");
    layer.keep_dims = false;
  }
}

// x, its scale and zero point, those of the result.
void quantized_mean(Translation& t) {
  t.take(0);
  t.op("mean");
  t.layer().keep_dims = t.node().integer("keepdims", 1) != 0;
  t.layer().axes = t.node().integers("axes").value_or(std::vector<std::int64_t>());
  t.layer().quantization = t.quantization(3, 4);
}

void reduction(Translation& t) {
  t.take(0);
  sum_up(t, names().at(t.node().op()));
}

// Made of others: |x|, x^2 and e^x summed up, and the logarithm of the sum.
void composed_reduction(Translation& t) {
  const std::string& op = t.node().op();
  const char* first = op == "ReduceL1"          ? "abs"
                      : op == "ReduceSumSquare" ? "square"
                      : op == "ReduceLogSumExp" ? "exp"
                                                : "";
  if (*first != '\0') {
    t.op(first);
    t.take(0);
    t.next_layer("/" + std::string(first));
  } else {
    t.take(0);
  }
  sum_up(t, "reduce_sum");
  if (op == "ReduceLogSum" || op == "ReduceLogSumExp") {
    t.next_layer("/sum");
    t.op("log");
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
  const auto k =
      t.node().opset() < 10 ? std::vector<std::int64_t>{t.node().integer("k", 0)} : t.node().integers_of(1, "k");
  t.op("top_k");
  t.layer().axes = {t.node().integer("axis", -1)};
  t.layer().sizes = k;
  t.take(0);
  t.name_outputs(2);
}

bool register_reduction_rules() {
  std::vector<std::pair<std::string, Rule>> rules = {{"ReduceL1", composed_reduction},
                                                     {"ReduceSumSquare", composed_reduction},
                                                     {"ReduceLogSum", composed_reduction},
                                                     {"ReduceLogSumExp", composed_reduction},
                                                     {"ArgMax", arg},
                                                     {"ArgMin", arg},
                                                     {"CumSum", cumsum},
                                                     {"com.microsoft.QLinearReduceMean", quantized_mean},
                                                     {"TopK", top_k}};
  for (const auto& entry : names()) rules.emplace_back(entry.first, reduction);
  return register_rules(std::move(rules));
}

const bool rules_reduction_registered = register_reduction_rules();

}  // namespace
}  // namespace subvolt::network::from_onnx
