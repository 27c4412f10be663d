// Operators that give one result per element, from the elements at the same place of one, two or more operands.
//
// Shapes stretch as in numpy (ONNX: docs/Broadcasting.md; TFLite's binary operators do the same). One element
// operation per result and operand beyond the first.
#include <algorithm>

#include "sim/network/operators/operands.h"

namespace subvolt::network {
namespace {

bool infer_unary(LayerDraft& draft) {
  const auto x = take_operand(draft);
  return x && draft.output(x->shape, x->type) && draft.element_operations({x->shape.elements()});
}

bool infer_logical_not(LayerDraft& draft) {
  const auto x = take_operand(draft);
  return x && draft.output(x->shape, ElementType::kBool) && draft.element_operations({x->shape.elements()});
}

// Its bounds may come as operands; they are scalars.
bool infer_clip(LayerDraft& draft) {
  const auto all = take_operands(draft, 1, 3);
  if (!all) return false;
  for (std::size_t i = 1; i < all->size(); ++i) {
    if ((*all)[i].shape.elements() != 1) {
      return draft.fail("constants", "expected a scalar as a bound, got " + (*all)[i].shape.text());
    }
  }
  const Shape& x = all->front().shape;
  return draft.output(x, all->front().type) && draft.element_operations({x.elements()});
}

// x, a factor and a summand per channel, or one for all: multiply, add, shift and clip are an operation each.
bool infer_requantize(LayerDraft& draft) {
  const auto all = take_operands(draft, 1, 3);
  if (!all) return false;
  const Shape& x = all->front().shape;
  for (std::size_t i = 1; i < all->size(); ++i) {
    const auto shape = broadcast(x, (*all)[i].shape);
    if (!shape || *shape != x) {
      return draft.fail(
          "constants", "expected factors and summands that stretch to " + x.text() + ", got " + (*all)[i].shape.text());
    }
  }
  return draft.output(x, all->front().type) && draft.element_operations({x.elements(), 4});
}

std::string named(const LayerDraft& draft, const Operand& operand, std::size_t i) {
  return (i < draft.inputs() ? "\"" + draft.input(i).name + "\"" : "a constant") + " of " + operand.shape.text();
}

// The shape that all operands stretch to.
std::optional<Shape> common_shape(LayerDraft& draft, const std::vector<Operand>& all) {
  Shape common = all.front().shape;
  for (std::size_t i = 1; i < all.size(); ++i) {
    const auto wider = broadcast(common, all[i].shape);
    if (!wider) {
      draft.fail("inputs", "expected two tensors of one shape, or with sizes of 1 that stretch, got " +
                               (i == 1 ? named(draft, all[0], 0) : common.text()) + " and " + named(draft, all[i], i));
      return std::nullopt;
    }
    common = *wider;
  }
  return common;
}

bool one_type(LayerDraft& draft) {
  for (std::size_t i = 1; i < draft.inputs(); ++i) {
    const Tensor& a = draft.input();
    const Tensor& b = draft.input(i);
    if (a.type != b.type) {
      return draft.fail("inputs", "expected tensors of one type, got \"" + a.name + "\" of " + to_text(a.type) +
                                      " and \"" + b.name + "\" of " + to_text(b.type));
    }
  }
  return true;
}

bool infer_together(LayerDraft& draft, std::size_t least, std::size_t most, std::optional<ElementType> type) {
  const auto all = take_operands(draft, least, most);
  if (!all) return false;
  const auto shape = common_shape(draft, *all);
  return shape && draft.output(*shape, type ? *type : all->front().type) &&
         draft.element_operations({shape->elements(), std::max<std::int64_t>(1, std::int64_t(all->size()) - 1)});
}

bool infer_binary(LayerDraft& draft) { return one_type(draft) && infer_together(draft, 2, 2, std::nullopt); }
bool infer_pow(LayerDraft& draft) { return infer_together(draft, 2, 2, std::nullopt); }
bool infer_many(LayerDraft& draft) { return one_type(draft) && infer_together(draft, 1, kAnyNumber, std::nullopt); }
bool infer_add(LayerDraft& draft) { return one_type(draft) && infer_together(draft, 2, kAnyNumber, std::nullopt); }
bool infer_comparison(LayerDraft& draft) { return one_type(draft) && infer_together(draft, 2, 2, ElementType::kBool); }

// condition, then, else. With a constant among them their order is lost; the condition is the one of type bool.
bool infer_where(LayerDraft& draft) {
  const auto all = take_operands(draft, 3, 3);
  if (!all) return false;
  const auto shape = common_shape(draft, *all);
  if (!shape) return false;
  // Inputs before constants: those may be stored in fewer bits than the tensors that they stand beside.
  ElementType type = ElementType::kBool;
  for (const Operand& operand : *all) {
    if (type == ElementType::kBool) type = operand.type;
  }
  return draft.output(*shape, type) && draft.element_operations({shape->elements()});
}

// Slopes stretch to the input, never the other way round.
bool infer_prelu(LayerDraft& draft) {
  const auto all = take_operands(draft, 2, 2);
  if (!all) return false;
  const Shape& x = (*all)[0].shape;
  const Shape& slopes = (*all)[1].shape;
  const auto shape = broadcast(x, slopes);
  if (!shape || *shape != x) {
    return draft.fail("constants", "expected slopes that stretch to " + x.text() + ", got " + slopes.text());
  }
  return draft.output(x, (*all)[0].type) && draft.element_operations({x.elements()});
}

OperatorDefinition unary(std::string name, std::string summary, bool (*infer)(LayerDraft&) = infer_unary) {
  return {std::move(name), std::move(summary), Form::kVector, 1, 1, {}, infer};
}

OperatorDefinition binary(std::string name, std::string summary, bool (*infer)(LayerDraft&) = infer_binary) {
  return {std::move(name), std::move(summary), Form::kVector, 1, 2, {}, infer};
}

OperatorDefinition with_activation(OperatorDefinition definition) {
  definition.keys.push_back("activation");
  return definition;
}

OperatorDefinition many(OperatorDefinition definition) {
  definition.most_inputs = kAnyNumber;
  return definition;
}

const bool elementwise_registered = register_operators({
    unary("abs", "absolute value"),
    unary("neg", "negation"),
    unary("sqrt", "square root"),
    unary("rsqrt", "reciprocal of the square root"),
    unary("exp", "exponential"),
    unary("log", "natural logarithm"),
    unary("sin", "sine"),
    unary("cos", "cosine"),
    unary("floor", "next integer below"),
    unary("ceil", "next integer above"),
    unary("round", "nearest integer"),
    unary("square", "square"),
    unary("erf", "error function"),
    unary("sign", "-1, 0 or 1"),
    unary("reciprocal", "1 / x"),
    unary("tan", "tangent"),
    unary("asin", "inverse sine"),
    unary("acos", "inverse cosine"),
    unary("atan", "inverse tangent"),
    unary("sinh", "hyperbolic sine"),
    unary("cosh", "hyperbolic cosine"),
    unary("asinh", "inverse hyperbolic sine"),
    unary("acosh", "inverse hyperbolic cosine"),
    unary("atanh", "inverse hyperbolic tangent"),
    unary("shrink", "towards zero, what is near it is zero"),
    unary("trilu", "the elements on one side of a diagonal, zeros on the other"),
    unary("bitwise_not", "not, bit by bit"),
    unary("is_nan", "whether an element is no number", infer_logical_not),
    unary("is_inf", "whether an element is infinite", infer_logical_not),
    unary("logical_not", "not", infer_logical_not),
    {"clip", "limits to a range", Form::kVector, 1, 3, {}, infer_clip},
    {"requantize",
     "multiplies, adds, shifts and clips: integers of another scale",
     Form::kVector,
     1,
     3,
     {"type"},
     infer_requantize},
    {"prelu", "rectifier with a slope of its own for each channel", Form::kVector, 1, 2, {}, infer_prelu},
    many(with_activation(binary("add", "sum of two or more tensors", infer_add))),
    with_activation(binary("sub", "difference")),
    with_activation(binary("mul", "product by element")),
    with_activation(binary("div", "quotient")),
    binary("floor_div", "quotient, rounded down"),
    binary("mod", "remainder"),
    binary("pow", "power", infer_pow),
    many(binary("minimum", "smallest of the elements", infer_many)),
    many(binary("maximum", "largest of the elements", infer_many)),
    binary("squared_difference", "square of the difference"),
    binary("bit_shift", "a shifted by b bits"),
    binary("bitwise_and", "a and b, bit by bit"),
    binary("bitwise_or", "a or b, bit by bit"),
    binary("bitwise_xor", "a exclusive-or b, bit by bit"),
    binary("equal", "a = b", infer_comparison),
    binary("not_equal", "a != b", infer_comparison),
    binary("greater", "a > b", infer_comparison),
    binary("greater_equal", "a >= b", infer_comparison),
    binary("less", "a < b", infer_comparison),
    binary("less_equal", "a <= b", infer_comparison),
    binary("logical_and", "a and b", infer_comparison),
    binary("logical_or", "a or b", infer_comparison),
    binary("logical_xor", "a exclusive-or b", infer_comparison),
    {"where", "elements of one tensor or another, as a condition says", Form::kVector, 1, 3, {}, infer_where},
});

}  // namespace
}  // namespace subvolt::network
