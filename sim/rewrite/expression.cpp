#include "sim/rewrite/expression.h"

#include <algorithm>
#include <map>

#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

using Terms = std::vector<std::string>;

bool is_element_wise(const Node& node) {
  if (node.outputs.size() != 1 || node.inputs.empty() || node.inputs.size() > 2) return false;
  if (node.is("add") || node.is("sub") || node.is("mul") || node.is("div") || node.is("pow")) {
    return node.inputs.size() == 2 || has_scalar_operand(node);
  }
  if (node.inputs.size() != 1) return false;
  return node.is("activation") || node.is("square") || node.is("erf") || node.is("neg");
}

std::string joined(const std::string& name, Terms terms) {
  if (terms.size() == 1) return terms.front();
  std::sort(terms.begin(), terms.end());
  std::string text = name + "(";
  for (std::size_t i = 0; i < terms.size(); ++i) text += (i == 0 ? "" : " ") + terms[i];
  return text + ")";
}

// A value as a sum, a product, or anything else in one piece.
struct Value {
  enum class Kind { kSum, kProduct, kOther };
  Kind kind = Kind::kOther;
  Terms terms;
  std::string text() const {
    return kind == Kind::kOther ? terms.front() : joined(kind == Kind::kSum ? "sum" : "prod", terms);
  }
};

Value combined(Value::Kind kind, const Value& a, const Value& b) {
  Value value{kind, {}};
  for (const Value* v : {&a, &b}) {
    const Terms terms = v->kind == kind ? v->terms : Terms{v->text()};
    value.terms.insert(value.terms.end(), terms.begin(), terms.end());
  }
  return value;
}

// No expression that is known comes near; bounds what x * x * x * ... can grow to.
constexpr std::size_t kMostTerms = 8;

class Reading {
 public:
  Reading(const Editor& editor, const std::vector<LayerId>& cone, TensorId x) : editor_(editor), cone_(cone) {
    values_[x] = {Value::Kind::kOther, {"x"}};
  }

  std::optional<Expression> of(LayerId sink) {
    const auto value = value_of(editor_.at(sink).output());
    if (!value) return std::nullopt;
    std::sort(used_.begin(), used_.end());
    for (const LayerId layer : used_) {
      if (layer != sink && !is_inner(layer)) return std::nullopt;
    }
    return Expression{value->text(), used_};
  }

 private:
  // Nobody else sees what it makes.
  bool is_inner(LayerId layer) const {
    const TensorId out = editor_.at(layer).output();
    const std::vector<LayerId>& readers = editor_.readers(out);
    return !editor_.is_output(out) && std::all_of(readers.begin(), readers.end(), [&](LayerId reader) {
      return std::binary_search(used_.begin(), used_.end(), reader);
    });
  }

  std::optional<Value> value_of(TensorId id) {
    const auto known = values_.find(id);
    if (known != values_.end()) return known->second;
    const auto maker = editor_.producer(id);
    if (!maker || std::find(cone_.begin(), cone_.end(), *maker) == cone_.end()) return std::nullopt;
    std::vector<Value> operands;
    for (const TensorId in : editor_.at(*maker).inputs) {
      const auto value = value_of(in);
      if (!value || value->terms.size() > kMostTerms) return std::nullopt;
      operands.push_back(*value);
    }
    used_.push_back(*maker);
    const Value value = result(editor_.at(*maker), operands);
    values_[id] = value;
    return value;
  }

  static Value result(const Node& node, const std::vector<Value>& operands) {
    const Value& a = operands.front();
    const bool constant = operands.size() == 1;
    if (node.is("activation")) return {Value::Kind::kOther, {to_text(node.spec.activation) + "(" + a.text() + ")"}};
    Value value = a;
    if (node.is("add") || node.is("sub")) {
      value = combined(Value::Kind::kSum, a, constant ? Value{Value::Kind::kOther, {"1"}} : operands[1]);
    } else if (node.is("mul")) {
      if (!constant) value = combined(Value::Kind::kProduct, a, operands[1]);
    } else if (node.is("div")) {
      if (!constant) value = {Value::Kind::kOther, {"div(" + a.text() + " " + operands[1].text() + ")"}};
    } else if (node.is("pow") || node.is("square")) {
      value = {Value::Kind::kOther, {"pow(" + a.text() + ")"}};
    } else if (node.is("erf")) {
      value = {Value::Kind::kOther, {"erf(" + a.text() + ")"}};
    }
    if (node.spec.activation == network::Activation::kNone) return value;
    return {Value::Kind::kOther, {to_text(node.spec.activation) + "(" + value.text() + ")"}};
  }

  const Editor& editor_;
  const std::vector<LayerId>& cone_;
  std::map<TensorId, Value> values_;
  std::vector<LayerId> used_;
};

}  // namespace

std::vector<LayerId> element_wise_cone(const Editor& editor, LayerId layer) {
  std::vector<LayerId> cone;
  if (!is_element_wise(editor.at(layer))) return cone;
  cone.push_back(layer);
  for (std::size_t i = 0; i < cone.size() && cone.size() < kMostLayers; ++i) {
    for (const TensorId id : editor.at(cone[i]).inputs) {
      const auto maker = editor.producer(id);
      if (!maker || cone.size() == kMostLayers || !is_element_wise(editor.at(*maker))) continue;
      if (std::find(cone.begin(), cone.end(), *maker) == cone.end()) cone.push_back(*maker);
    }
  }
  return cone;
}

std::optional<Expression> expression(const Editor& editor, const std::vector<LayerId>& cone, TensorId x) {
  return Reading(editor, cone, x).of(cone.front());
}

}  // namespace subvolt::rewrite
