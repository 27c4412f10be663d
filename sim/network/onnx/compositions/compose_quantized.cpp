// Operators of ONNX Runtime's QOperator format whose operands have scales of their own.
#include "sim/network/onnx/compositions/composition.h"

namespace subvolt::network::from_onnx {
namespace {

// Whether two operands are the same numbers; what is not known is taken for the same.
bool same_numbers(const Node& node, std::size_t a, std::size_t b) {
  if (!node.has(a) || !node.has(b)) return true;
  const Contents* first = node.contents(a);
  const Contents* second = node.contents(b);
  return !first || !second || *first == *second;
}

// The scale and zero point of the result, then each operand with its own. An operand of another scale is requantised
// before it is put beside the others.
std::optional<Body> concat(const Node& node) {
  bool one_scale = true;
  for (std::size_t i = 2; i + 1 < node.inputs(); i += 3) {
    one_scale = one_scale && same_numbers(node, i + 1, 0) && same_numbers(node, i + 2, 1);
  }
  if (one_scale) return std::nullopt;
  Body body(node.inputs());
  Body::Tensors inputs = {Body::in(0), Body::in(1)};
  for (std::size_t i = 2; i + 1 < node.inputs(); i += 3) {
    const bool same = same_numbers(node, i + 1, 0) && same_numbers(node, i + 2, 1);
    inputs.push_back(same ? Body::in(i)
                          : body.add("subvolt.Requantize", {Body::in(i), Body::in(0), Body::in(1)}, "to_scale"));
    inputs.push_back(Body::in(0));
    inputs.push_back(Body::in(1));
  }
  body.result(0, body.add("com.microsoft.QLinearConcat", inputs, "concat"));
  body.with(node.attribute("axis"));
  return body;
}

const bool compose_quantized_registered = register_compositions({{"com.microsoft.QLinearConcat", concat}});

}  // namespace
}  // namespace subvolt::network::from_onnx
