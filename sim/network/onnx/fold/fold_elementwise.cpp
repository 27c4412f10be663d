// Arithmetic, comparisons and reductions of constants.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>

#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/fold/fold.h"

namespace subvolt::network::from_onnx {
namespace {

using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;
using Result = std::optional<std::vector<Folded>>;

std::optional<Shape> common_shape(const Node& node) {
  Shape common;
  for (std::size_t i = 0; i < node.inputs(); ++i) {
    Shape a = common, b = node.shape(i);
    while (a.rank() < b.rank()) a.sizes().insert(a.sizes().begin(), 1);
    while (b.rank() < a.rank()) b.sizes().insert(b.sizes().begin(), 1);
    for (std::size_t d = 0; d < a.rank(); ++d) {
      if (a[d] != b[d] && a[d] != 1 && b[d] != 1) return std::nullopt;
      a[d] = a[d] == 1 ? b[d] : a[d];
    }
    common = a;
  }
  common = checked_shape(common.sizes());
  if (common.elements() > kMostDecoded) return std::nullopt;
  return common;
}

// Input `i` stretched to the common shape.
Contents stretched(const Node& node, std::size_t i, const Shape& out) {
  const Shape& in = node.shape(i);
  const Contents& contents = *node.contents(i);
  if (in == out) return contents;
  std::vector<std::size_t> places;
  const std::size_t lead = out.rank() - in.rank();
  const std::int64_t elements = out.elements();
  for (std::int64_t at = 0; at < elements; ++at) {
    std::int64_t rest = at, place = 0, stride = 1;
    for (std::size_t d = out.rank(); d > lead; --d) {
      const std::int64_t index = rest % out[d - 1];
      rest /= out[d - 1];
      if (in[d - 1 - lead] != 1) place += index * stride;
      stride *= in[d - 1 - lead];
    }
    places.push_back(static_cast<std::size_t>(place));
  }
  return picked(contents, places);
}

// Wraps like the two's complement numbers they are.
std::int64_t wrap(std::uint64_t value) { return static_cast<std::int64_t>(value); }
std::uint64_t u(std::int64_t value) { return static_cast<std::uint64_t>(value); }

std::int64_t divide(std::int64_t a, std::int64_t b) {
  if (b == 0) throw Fault("division by zero");
  return b == -1 ? wrap(0 - u(a)) : a / b;
}

// Python's %, as ONNX Mod without fmod.
std::int64_t modulo(std::int64_t a, std::int64_t b) {
  if (b == 0) throw Fault("division by zero");
  if (b == -1) return 0;
  const std::int64_t rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

std::int64_t power(std::int64_t base, double exponent) {
  const double value = std::pow(static_cast<double>(base), exponent);
  if (!(std::fabs(value) < 9.0e18)) throw Fault("a power exceeds 64 bits");
  return static_cast<std::int64_t>(value);
}

using IntegerFunction = std::int64_t (*)(std::int64_t, std::int64_t);
using RealFunction = double (*)(double, double);

struct Binary {
  IntegerFunction integers;
  RealFunction reals;
};

const std::map<std::string_view, Binary>& arithmetic() {
  static const std::map<std::string_view, Binary> all = {
      {"Add", {[](auto a, auto b) { return wrap(u(a) + u(b)); }, [](double a, double b) { return a + b; }}},
      {"Sub", {[](auto a, auto b) { return wrap(u(a) - u(b)); }, [](double a, double b) { return a - b; }}},
      {"Mul", {[](auto a, auto b) { return wrap(u(a) * u(b)); }, [](double a, double b) { return a * b; }}},
      {"Div", {divide, [](double a, double b) { return a / b; }}},
      {"Mod", {modulo, [](double a, double b) { return std::fmod(a, b); }}},
      {"Pow",
       {[](auto a, auto b) { return power(a, static_cast<double>(b)); },
        [](double a, double b) { return std::pow(a, b); }}},
      {"Max", {[](auto a, auto b) { return std::max(a, b); }, [](double a, double b) { return std::max(a, b); }}},
      {"Min", {[](auto a, auto b) { return std::min(a, b); }, [](double a, double b) { return std::min(a, b); }}},
      {"And", {[](auto a, auto b) { return std::int64_t{a != 0 && b != 0}; }, nullptr}},
      {"Or", {[](auto a, auto b) { return std::int64_t{a != 0 || b != 0}; }, nullptr}},
      {"Xor", {[](auto a, auto b) { return std::int64_t{(a != 0) != (b != 0)}; }, nullptr}},
  };
  return all;
}

template <class T>
std::optional<bool> compared(std::string_view op, T a, T b) {
  if (op == "Equal") return a == b;
  if (op == "Greater") return a > b;
  if (op == "Less") return a < b;
  if (op == "GreaterOrEqual") return a >= b;
  if (op == "LessOrEqual") return a <= b;
  return std::nullopt;
}

Result binary(const Node& node) {
  const auto found = arithmetic().find(node.op());
  const bool comparison = compared<int>(node.op(), 0, 0).has_value();
  if ((found == arithmetic().end() && !comparison) || !node.has(0) || node.opset() < 7) return std::nullopt;
  for (std::size_t i = 0; i < node.inputs(); ++i) {
    const bool power = node.op() == "Pow" && i == 1;
    if (!node.has(i) || (!power && node.contents(i)->index() != node.contents(0)->index())) return std::nullopt;
  }
  const auto shape = common_shape(node);
  if (!shape) return std::nullopt;
  return std::visit(
      [&](auto result) -> Result {
        using Values = decltype(result);
        result = std::get<Values>(stretched(node, 0, *shape));
        for (std::size_t i = 1; i < node.inputs(); ++i) {
          const Contents other = stretched(node, i, *shape);
          Integers truths;
          for (std::size_t at = 0; at < result.size(); ++at) {
            const auto b = std::visit(
                [&](const auto& values) { return static_cast<typename Values::value_type>(values[at]); }, other);
            if (comparison) {
              truths.push_back(*compared(node.op(), result[at], b) ? 1 : 0);
            } else if constexpr (std::is_same_v<Values, Integers>) {
              result[at] = found->second.integers(result[at], b);
            } else {
              if (!found->second.reals) return std::nullopt;
              result[at] = found->second.reals(result[at], b);
            }
          }
          if (comparison) return one(*shape, std::move(truths));
        }
        return one(*shape, std::move(result));
      },
      *node.contents(0));
}

Result where(const Node& node) {
  if (node.inputs() != 3 || !node.has(0) || !node.has(1) || !node.has(2)) return std::nullopt;
  const auto shape = common_shape(node);
  if (!shape || node.contents(1)->index() != node.contents(2)->index()) return std::nullopt;
  const Contents condition = stretched(node, 0, *shape);
  const auto* truths = std::get_if<Integers>(&condition);
  if (!truths) return std::nullopt;
  Contents then = stretched(node, 1, *shape);
  const Contents otherwise = stretched(node, 2, *shape);
  std::visit(
      [&](auto& values) {
        const auto& others = std::get<std::decay_t<decltype(values)>>(otherwise);
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = (*truths)[i] != 0 ? values[i] : others[i];
      },
      then);
  return one(*shape, std::move(then));
}

std::optional<double> of_real(std::string_view op, double x) {
  if (op == "Neg") return -x;
  if (op == "Abs") return std::fabs(x);
  if (op == "Floor") return std::floor(x);
  if (op == "Ceil") return std::ceil(x);
  if (op == "Round") return std::nearbyint(x);
  if (op == "Sqrt") return std::sqrt(x);
  if (op == "Exp") return std::exp(x);
  if (op == "Log") return std::log(x);
  if (op == "Reciprocal") return 1.0 / x;
  return std::nullopt;
}

std::optional<std::int64_t> of_integer(std::string_view op, std::int64_t x) {
  if (op == "Neg") return wrap(0 - u(x));
  if (op == "Abs") return x < 0 ? wrap(0 - u(x)) : x;
  if (op == "Sign") return x > 0 ? 1 : x < 0 ? -1 : 0;
  if (op == "Not") return x == 0 ? 1 : 0;
  return std::nullopt;
}

Result unary(const Node& node) {
  if (node.inputs() != 1) return std::nullopt;
  Contents contents = *node.contents(0);
  const bool good = std::visit(
      [&](auto& values) {
        for (auto& value : values) {
          std::optional<std::decay_t<decltype(value)>> result;
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, double>) {
            result = of_real(node.op(), value);
          } else {
            result = of_integer(node.op(), value);
          }
          if (!result) return false;
          value = *result;
        }
        return !values.empty();
      },
      contents);
  if (!good) return std::nullopt;
  return one(node.shape(0), std::move(contents));
}

// To integers of the type's width, to real numbers, or to truths.
Result cast(const Node& node) {
  const auto to = static_cast<std::int32_t>(node.integer("to", 0));
  const auto type = element_type_of(to);
  if (!type) return std::nullopt;
  return std::visit(
      [&](const auto& values) -> Result {
        if (holds_reals(to)) return one(node.shape(0), Reals(values.begin(), values.end()));
        if (!is_integer(*type) && *type != ElementType::kBool) return std::nullopt;
        Integers result;
        for (const auto value : values) {
          if (!(std::fabs(static_cast<double>(value)) < 9.3e18)) return std::nullopt;
          const double limit = std::ldexp(1.0, 63);
          const bool fits = static_cast<double>(value) < limit && static_cast<double>(value) >= -limit;
          if (!fits && !std::is_same_v<std::decay_t<decltype(value)>, std::int64_t>) return std::nullopt;
          const auto integer = static_cast<std::int64_t>(value);
          result.push_back(*type == ElementType::kBool ? (value != 0 ? 1 : 0) : integer);
        }
        return one(node.shape(0), std::move(result));
      },
      *node.contents(0));
}

// All elements to one: the number of elements of a shape, its largest size.
Result reduce(const Node& node, const std::vector<TypeInfo>& types) {
  const auto* values = std::get_if<Integers>(node.contents(0));
  if (!values || values->empty() || !types[0].shape || types[0].shape->elements() != 1) return std::nullopt;
  std::int64_t result = values->front();
  for (std::size_t i = 1; i < values->size(); ++i) {
    const std::int64_t value = (*values)[i];
    if (node.op() == "ReduceProd") result = wrap(u(result) * u(value));
    if (node.op() == "ReduceSum") result = wrap(u(result) + u(value));
    if (node.op() == "ReduceMax") result = std::max(result, value);
    if (node.op() == "ReduceMin") result = std::min(result, value);
  }
  return one(*types[0].shape, Integers{result});
}

}  // namespace

Result fold_elementwise(const Node& node, const std::vector<TypeInfo>& types) {
  const std::string& op = node.op();
  if (!node.has(0) || types.size() != 1) return std::nullopt;
  if (op == "Cast") return cast(node);
  if (op == "Where") return where(node);
  if (op == "ReduceProd" || op == "ReduceSum" || op == "ReduceMax" || op == "ReduceMin") return reduce(node, types);
  if (auto result = binary(node)) return result;
  return unary(node);
}

}  // namespace subvolt::network::from_onnx
