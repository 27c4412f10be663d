// Reductions and normalisations.
#include "sim/network/tflite/translation.h"

namespace subvolt::network::tflite {
namespace {

// Operand 1: the dimensions to reduce. None of them: nothing is reduced.
bool reduce(Translation& t, const char* op) {
  const auto* options = t.options<format::ReducerOptions>();
  LayerSpec& layer = t.layer();
  layer.axes = t.integers(1);
  layer.op = Operator(layer.axes.empty() ? "identity" : op);
  layer.keep_dims = !layer.axes.empty() && options && options->keep_dims();
  t.take(0);
  return true;
}

bool place(Translation& t, const char* op) {
  LayerSpec& layer = t.layer();
  layer.op = Operator(op);
  layer.axes = {t.integer(1)};
  layer.type = t.result().type;
  t.take(0);
  return true;
}

bool cumsum(Translation& t) {
  t.layer().op = Operator("cumsum");
  t.layer().axes = {t.integer(1)};
  t.take(0);
  return true;
}

// Over the last dimension, all of them.
bool normalize(Translation& t, const char* op) {
  t.layer().op = Operator(op);
  t.take(0);
  return true;
}

const bool reduction_registered = register_translations({
    {"MEAN", [](Translation& t) { return reduce(t, "mean"); }},
    {"SUM", [](Translation& t) { return reduce(t, "reduce_sum"); }},
    {"REDUCE_MAX", [](Translation& t) { return reduce(t, "reduce_max"); }},
    {"REDUCE_MIN", [](Translation& t) { return reduce(t, "reduce_min"); }},
    {"REDUCE_PROD", [](Translation& t) { return reduce(t, "reduce_prod"); }},
    {"REDUCE_ANY", [](Translation& t) { return reduce(t, "reduce_max"); }},
    {"REDUCE_ALL", [](Translation& t) { return reduce(t, "reduce_min"); }},
    {"ARG_MAX", [](Translation& t) { return place(t, "arg_max"); }},
    {"ARG_MIN", [](Translation& t) { return place(t, "arg_min"); }},
    {"CUMSUM", cumsum},
    {"SOFTMAX", [](Translation& t) { return normalize(t, "softmax"); }},
    {"LOG_SOFTMAX", [](Translation& t) { return normalize(t, "log_softmax"); }},
    {"L2_NORMALIZATION", [](Translation& t) { return normalize(t, "l2_norm"); }},
    {"LOCAL_RESPONSE_NORMALIZATION", [](Translation& t) { return normalize(t, "lrn"); }},
});

}  // namespace
}  // namespace subvolt::network::tflite
