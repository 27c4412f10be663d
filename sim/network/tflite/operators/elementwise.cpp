// Operators that give one result per element: arithmetic, comparisons, activations, changes of type.
#include "sim/network/tflite/translation.h"

namespace subvolt::network::tflite {
namespace {

template <class Options>
bool fused(Translation& t, const char* op) {
  const auto* options = t.options<Options>();
  t.layer().op = Operator(op);
  t.take_all();
  return !options || fuse(t.layer(), options->activation());
}

bool plain(Translation& t, const char* op) {
  t.layer().op = Operator(op);
  t.take_all();
  return true;
}

bool activation(Translation& t, Activation which) {
  t.layer().op = Operator("activation");
  t.layer().activation = which;
  t.take(0);
  return true;
}

// Its result's type is what it is for.
bool convert(Translation& t, const char* op) {
  t.layer().op = Operator(op);
  t.layer().type = t.result().type;
  t.take(0);
  return true;
}

// A sum of one is none.
bool add_n(Translation& t) { return t.operands() > 1 && plain(t, "add"); }

const bool elementwise_registered = register_translations({
    {"ADD", [](Translation& t) { return fused<format::AddOptions>(t, "add"); }},
    {"SUB", [](Translation& t) { return fused<format::SubOptions>(t, "sub"); }},
    {"MUL", [](Translation& t) { return fused<format::MulOptions>(t, "mul"); }},
    {"DIV", [](Translation& t) { return fused<format::DivOptions>(t, "div"); }},
    {"ADD_N", add_n},
    {"FLOOR_DIV", [](Translation& t) { return plain(t, "floor_div"); }},
    {"FLOOR_MOD", [](Translation& t) { return plain(t, "mod"); }},
    {"POW", [](Translation& t) { return plain(t, "pow"); }},
    {"MINIMUM", [](Translation& t) { return plain(t, "minimum"); }},
    {"MAXIMUM", [](Translation& t) { return plain(t, "maximum"); }},
    {"SQUARED_DIFFERENCE", [](Translation& t) { return plain(t, "squared_difference"); }},
    {"EQUAL", [](Translation& t) { return plain(t, "equal"); }},
    {"NOT_EQUAL", [](Translation& t) { return plain(t, "not_equal"); }},
    {"GREATER", [](Translation& t) { return plain(t, "greater"); }},
    {"GREATER_EQUAL", [](Translation& t) { return plain(t, "greater_equal"); }},
    {"LESS", [](Translation& t) { return plain(t, "less"); }},
    {"LESS_EQUAL", [](Translation& t) { return plain(t, "less_equal"); }},
    {"LOGICAL_AND", [](Translation& t) { return plain(t, "logical_and"); }},
    {"LOGICAL_OR", [](Translation& t) { return plain(t, "logical_or"); }},
    {"LOGICAL_NOT", [](Translation& t) { return plain(t, "logical_not"); }},
    {"SELECT", [](Translation& t) { return plain(t, "where"); }},
    {"SELECT_V2", [](Translation& t) { return plain(t, "where"); }},
    {"ABS", [](Translation& t) { return plain(t, "abs"); }},
    {"NEG", [](Translation& t) { return plain(t, "neg"); }},
    {"SQRT", [](Translation& t) { return plain(t, "sqrt"); }},
    {"RSQRT", [](Translation& t) { return plain(t, "rsqrt"); }},
    {"EXP", [](Translation& t) { return plain(t, "exp"); }},
    {"LOG", [](Translation& t) { return plain(t, "log"); }},
    {"SIN", [](Translation& t) { return plain(t, "sin"); }},
    {"COS", [](Translation& t) { return plain(t, "cos"); }},
    {"FLOOR", [](Translation& t) { return plain(t, "floor"); }},
    {"CEIL", [](Translation& t) { return plain(t, "ceil"); }},
    {"ROUND", [](Translation& t) { return plain(t, "round"); }},
    {"SQUARE", [](Translation& t) { return plain(t, "square"); }},
    {"SIGN", [](Translation& t) { return plain(t, "sign"); }},
    {"RELU", [](Translation& t) { return activation(t, Activation::kRelu); }},
    {"RELU6", [](Translation& t) { return activation(t, Activation::kRelu6); }},
    {"RELU_N1_TO_1", [](Translation& t) { return activation(t, Activation::kReluN1To1); }},
    {"RELU_0_TO_1", [](Translation& t) { return plain(t, "clip"); }},
    {"LEAKY_RELU", [](Translation& t) { return activation(t, Activation::kLeakyRelu); }},
    {"ELU", [](Translation& t) { return activation(t, Activation::kElu); }},
    {"GELU", [](Translation& t) { return activation(t, Activation::kGelu); }},
    {"LOGISTIC", [](Translation& t) { return activation(t, Activation::kSigmoid); }},
    {"TANH", [](Translation& t) { return activation(t, Activation::kTanh); }},
    {"HARD_SWISH", [](Translation& t) { return activation(t, Activation::kHardSwish); }},
    {"PRELU", [](Translation& t) { return plain(t, "prelu"); }},
    {"QUANTIZE", [](Translation& t) { return convert(t, "quantize"); }},
    {"DEQUANTIZE", [](Translation& t) { return convert(t, "dequantize"); }},
    {"CAST", [](Translation& t) { return convert(t, "cast"); }},
});

}  // namespace
}  // namespace subvolt::network::tflite
