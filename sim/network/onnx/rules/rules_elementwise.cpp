// Operators that work element by element.
#include <map>

#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/translation.h"

namespace subvolt::network::from_onnx {
namespace {

// ONNX's name, ours.
const std::map<std::string, std::string>& names() {
  static const std::map<std::string, std::string> all = {
      {"Add", "add"},
      {"Sub", "sub"},
      {"Mul", "mul"},
      {"Div", "div"},
      {"Pow", "pow"},
      {"Mod", "mod"},
      {"Equal", "equal"},
      {"Greater", "greater"},
      {"Less", "less"},
      {"GreaterOrEqual", "greater_equal"},
      {"LessOrEqual", "less_equal"},
      {"And", "logical_and"},
      {"Or", "logical_or"},
      {"Xor", "logical_xor"},
      {"Not", "logical_not"},
      {"Where", "where"},
      {"Sum", "add"},
      {"Max", "maximum"},
      {"Min", "minimum"},
      {"Abs", "abs"},
      {"Neg", "neg"},
      {"Sqrt", "sqrt"},
      {"Exp", "exp"},
      {"Log", "log"},
      {"Sin", "sin"},
      {"Cos", "cos"},
      {"Floor", "floor"},
      {"Ceil", "ceil"},
      {"Round", "round"},
      {"Erf", "erf"},
      {"Sign", "sign"},
      {"Reciprocal", "reciprocal"},
      {"Tan", "tan"},
      {"Asin", "asin"},
      {"Acos", "acos"},
      {"Atan", "atan"},
      {"Sinh", "sinh"},
      {"Cosh", "cosh"},
      {"Asinh", "asinh"},
      {"Acosh", "acosh"},
      {"Atanh", "atanh"},
      {"Shrink", "shrink"},
      {"ThresholdedRelu", "shrink"},
      {"IsNaN", "is_nan"},
      {"IsInf", "is_inf"},
      {"BitShift", "bit_shift"},
      {"BitwiseAnd", "bitwise_and"},
      {"BitwiseOr", "bitwise_or"},
      {"BitwiseXor", "bitwise_xor"},
      {"BitwiseNot", "bitwise_not"},
      {"QLinearAdd", "add"},
      {"QLinearMul", "mul"},
  };
  return all;
}

// Before opset 7 a second operand stretched only when the file said so, along an axis counted from the front.
bool stretched_along_axis(Translation& t) {
  if (t.node().opset() >= 7 || t.node().integer("broadcast", 0) == 0 || !t.has(1)) return false;
  const auto* axis = t.node().attribute("axis");
  const std::size_t rank = t.shape(0).rank();
  Shape padded = t.shape(1);
  if (!axis || padded.rank() >= rank) return false;
  const std::size_t first = checked_axis(axis->i(), rank);
  while (padded.rank() + first < rank) padded.sizes().push_back(1);
  if (t.is_constant(1)) {
    t.take(0);
    t.take_as(1, padded);
  } else {
    translate_unknown(t);
  }
  return true;
}

void by_element(Translation& t) {
  t.op(names().at(t.node().op()));
  if (!stretched_along_axis(t)) t.take_all();
}

// Max, Min and Sum of one tensor are that tensor.
void of_many(Translation& t) {
  if (t.node().inputs() == 1) {
    t.op("identity");
    t.take(0);
  } else {
    by_element(t);
  }
}

// x with scale and zero point, y with scale and zero point, scale and zero point of the result (ONNX Runtime).
void quantized(Translation& t) {
  t.op(names().at(t.node().op()));
  t.take(0);
  t.take(3);
  t.layer().quantization = t.quantization(6, 7);
}

// A mask of a triangle; which one, and from which diagonal on, is no work.
void triangle(Translation& t) {
  t.op("trilu");
  t.take(0);
}

// Condition, then x and y with scale and zero point each, scale and zero point of the result.
void quantized_where(Translation& t) {
  t.op("where");
  for (const std::size_t i : {0, 1, 4}) t.take(i);
  t.layer().quantization = t.quantization(7, 8);
}

bool register_elementwise_rules() {
  std::vector<std::pair<std::string, Rule>> rules = {
      {"Trilu", triangle}, {"com.microsoft.Trilu", triangle}, {"com.microsoft.QLinearWhere", quantized_where}};
  for (const auto& entry : names()) {
    const std::string& op = entry.first;
    if (op.rfind("QLinear", 0) == 0) {
      rules.emplace_back("com.microsoft." + op, quantized);
    } else {
      rules.emplace_back(op, op == "Sum" || op == "Max" || op == "Min" ? of_many : by_element);
    }
  }
  return register_rules(std::move(rules));
}

const bool rules_elementwise_registered = register_elementwise_rules();

}  // namespace
}  // namespace subvolt::network::from_onnx
