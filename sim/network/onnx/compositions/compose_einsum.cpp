// Einsum: sums of products over named indices, for any number of operands.
//
// Operands are brought to indices that are there once each (diagonals of repeated ones are cut out, sizes of 1 that
// stretch and indices of that operand alone go), then multiplied from left to right, as run-times do:
//
//   batch  in both and behind, m  in the first, n  in the second, k  in both and no longer behind
//   [batch, m, k] x [batch, k, n] -> [batch, m, n];  MACs of two operands: the product of all sizes
//
// A constant second operand without batch is the weights of a fully connected layer. Source: ONNX operator Einsum; the
// notation is numpy's.
#include <algorithm>
#include <map>

#include "sim/network/bounded.h"
#include "sim/network/onnx/compositions/composition.h"
#include "sim/network/onnx/fault.h"

namespace subvolt::network::from_onnx {
namespace {

using Indices = std::vector<int>;  // letters; those of an ellipsis are negative, the last one -1

struct Equation {
  std::vector<Indices> operands;
  Indices out;
};

bool has(const Indices& indices, int index) {
  return std::find(indices.begin(), indices.end(), index) != indices.end();
}

// One operand's indices; `rank` of its dimensions, of which an ellipsis takes what the letters leave. Without an
// operand: `ellipsis` dimensions.
Indices indices_of(const std::string& term, std::optional<std::size_t> rank, int& ellipsis) {
  const std::size_t dots = term.find("...");
  const std::size_t letters = term.size() - (dots == term.npos ? 0 : 3);
  if (rank) {
    if (letters > *rank || (dots == term.npos && letters != *rank)) {
      throw Fault("attribute equation: expected an index for each of " + std::to_string(*rank) + " dimensions, got \"" +
                  term + "\"");
    }
    ellipsis = std::max(ellipsis, static_cast<int>(*rank - letters));
  }
  const int dimensions = rank ? static_cast<int>(*rank - letters) : ellipsis;
  Indices indices;
  for (std::size_t i = 0; i < term.size(); ++i) {
    if (i == dots) {
      for (int d = dimensions; d > 0; --d) indices.push_back(-d);
      i += 2;
    } else if ((term[i] >= 'a' && term[i] <= 'z') || (term[i] >= 'A' && term[i] <= 'Z')) {
      indices.push_back(term[i]);
    } else {
      throw Fault("attribute equation: expected letters, got \"" + term + "\"");
    }
  }
  return indices;
}

Equation equation_of(const Node& node) {
  std::string text;
  for (const char c : node.text("equation", "")) {
    if (c != ' ') text += c;
  }
  const std::size_t arrow = text.find("->");
  std::vector<std::string> terms(1);
  for (const char c : text.substr(0, arrow)) {
    if (c == ',') {
      terms.emplace_back();
    } else {
      terms.back() += c;
    }
  }
  if (terms.size() != node.inputs()) {
    throw Fault("attribute equation: expected " + std::to_string(node.inputs()) + " operands, got \"" + text + "\"");
  }
  Equation equation;
  int ellipsis = 0;
  std::map<int, int> uses;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    equation.operands.push_back(indices_of(terms[i], node.shape(i).rank(), ellipsis));
    for (const int index : equation.operands.back()) ++uses[index];
  }
  if (arrow != text.npos) {
    equation.out = indices_of(text.substr(arrow + 2), std::nullopt, ellipsis);
    for (const int index : equation.out) {
      if (uses.count(index) == 0 || std::count(equation.out.begin(), equation.out.end(), index) > 1) {
        throw Fault("attribute equation: expected each index of the result once and in an operand, got \"" + text +
                    "\"");
      }
    }
    return equation;
  }
  // Without a result: those of an ellipsis, then letters that are there once, in their order.
  for (const auto& [index, count] : uses) {
    if (index < 0 || count == 1) equation.out.push_back(index);
  }
  return equation;
}

struct Operand {
  std::string tensor;
  Indices indices;
  bool constant = false;
};

class Contraction {
 public:
  explicit Contraction(const Node& node) : node_(node), body_(node.inputs()), equation_(equation_of(node)) {
    for (std::size_t i = 0; i < node.inputs(); ++i) {
      const Shape& shape = node.shape(i);
      for (std::size_t d = 0; d < shape.rank(); ++d) {
        std::int64_t& size = sizes_.emplace(equation_.operands[i][d], 1).first->second;
        if (size != 1 && shape[d] != 1 && size != shape[d]) {
          throw Fault("attribute equation: expected one size for each index, got " + std::to_string(size) + " and " +
                      std::to_string(shape[d]));
        }
        size = std::max(size, shape[d]);
      }
    }
  }

  Body run() {
    Operand result = operand(0);
    for (std::size_t i = 1; i < node_.inputs(); ++i) {
      Operand next = operand(i);
      Indices needed = equation_.out;
      for (std::size_t j = i + 1; j < node_.inputs(); ++j) {
        const Indices& later = equation_.operands[j];
        needed.insert(needed.end(), later.begin(), later.end());
      }
      sum_alone(result, next, needed);
      sum_alone(next, result, needed);
      result = product(std::move(result), std::move(next), needed);
    }
    sum_alone(result, {}, equation_.out);
    finish(std::move(result));
    return std::move(body_);
  }

 private:
  std::int64_t size(int index) const { return sizes_.at(index); }
  Body::Integers sizes(const Indices& indices) const {
    Body::Integers all;
    for (const int index : indices) all.push_back(size(index));
    return all;
  }
  std::int64_t elements(const Indices& indices) const {
    std::int64_t all = 1;
    for (const int index : indices) {
      const auto product = bounded_product({all, size(index)});
      if (!product || *product > kMaxSize) throw Fault("attribute equation: the operands are too large");
      all = *product;
    }
    return all;
  }

  // Operand i with indices that are there once, and none of size 1 that stretches.
  Operand operand(std::size_t i) {
    Operand x{Body::in(i), equation_.operands[i], node_.input(i).constant};
    Indices kept;
    const Shape& shape = node_.shape(i);
    for (std::size_t d = 0; d < shape.rank(); ++d) {
      if (shape[d] != 1 || size(x.indices[d]) == 1) kept.push_back(x.indices[d]);
    }
    if (kept.size() < x.indices.size()) {
      x.tensor = body_.reshape(x.tensor, sizes(kept), "squeezed");
      x.indices = kept;
    }
    for (std::size_t d = 0; d < x.indices.size(); ++d) cut_diagonals(x, x.indices[d]);
    return x;
  }

  // Two dimensions of one index: their diagonal is every (size + 1)th element of both in one.
  void cut_diagonals(Operand& x, int index) {
    while (std::count(x.indices.begin(), x.indices.end(), index) > 1) {
      Indices others;
      int left = 2;
      Body::Integers order, last;
      for (std::size_t d = 0; d < x.indices.size(); ++d) {
        const bool one = x.indices[d] == index && left > 0;
        (one ? last : order).push_back(static_cast<std::int64_t>(d));
        if (one) {
          --left;
        } else {
          others.push_back(x.indices[d]);
        }
      }
      order.insert(order.end(), last.begin(), last.end());
      x.tensor = body_.transpose(x.tensor, order, "diagonal_last");
      Body::Integers flat = sizes(others);
      flat.push_back(elements({index, index}));
      x.tensor = body_.reshape(x.tensor, flat, "flat");
      const auto axis = static_cast<std::int64_t>(others.size());
      x.tensor = body_.add("Slice",
                           {x.tensor, body_.integers({0}), body_.integers({INT64_MAX}), body_.integers({axis}),
                            body_.integers({size(index) + 1})},
                           "diagonal");
      others.push_back(index);
      x.indices = others;
    }
  }

  // Sums over indices that neither the other operand nor what comes later has.
  void sum_alone(Operand& x, const Operand& other, const Indices& needed) {
    Body::Integers axes;
    Indices kept;
    for (std::size_t d = 0; d < x.indices.size(); ++d) {
      if (has(other.indices, x.indices[d]) || has(needed, x.indices[d])) {
        kept.push_back(x.indices[d]);
      } else {
        axes.push_back(static_cast<std::int64_t>(d));
      }
    }
    if (axes.empty()) return;
    x.tensor = body_.add("ReduceSum", {x.tensor, body_.integers(axes)}, "sum");
    body_.with("keepdims", 0);
    x.indices = kept;
  }

  // The operand in another order of its indices.
  std::string ordered(const Operand& x, const Indices& wanted, const std::string& name) {
    Body::Integers order;
    for (const int index : wanted) {
      order.push_back(std::find(x.indices.begin(), x.indices.end(), index) - x.indices.begin());
    }
    return body_.transpose(x.tensor, order, name);
  }

  Operand product(Operand a, Operand b, const Indices& needed) {
    if (a.constant && !b.constant) std::swap(a, b);
    Indices batch, m, k, n;
    for (const int index : a.indices) {
      (!has(b.indices, index) ? m : has(needed, index) ? batch : k).push_back(index);
    }
    for (const int index : b.indices) {
      if (!has(a.indices, index)) n.push_back(index);
    }
    const auto joined = [](Indices first, const Indices& second, const Indices& third) {
      first.insert(first.end(), second.begin(), second.end());
      first.insert(first.end(), third.begin(), third.end());
      return first;
    };
    const bool transposed = !b.constant && b.indices == joined(batch, n, k);
    std::string left = ordered(a, joined(batch, m, k), "left");
    std::string right = ordered(b, transposed ? joined(batch, n, k) : joined(batch, k, n), "right");
    // A matrix of weights goes with any number of dimensions in front.
    const bool flat = batch.empty() && k.size() == 1 && n.size() == 1 && !m.empty() && !transposed;
    if (!flat && !(m.size() == 1 && k.size() == 1 && n.size() == 1)) {
      Body::Integers shape = sizes(batch);
      shape.insert(shape.end(), {elements(m), elements(k)});
      left = body_.reshape(left, shape, "left_matrix");
      shape = sizes(batch);
      const std::int64_t rows = elements(k), columns = elements(n);
      shape.insert(shape.end(), {transposed ? columns : rows, transposed ? rows : columns});
      right = body_.reshape(right, shape, "right_matrix");
    }
    Operand result{body_.product(left, right, transposed, "product"), joined(batch, m, n), a.constant && b.constant};
    if (!flat && !(m.size() == 1 && n.size() == 1)) {
      result.tensor = body_.reshape(result.tensor, sizes(result.indices), "spread");
    }
    return result;
  }

  void finish(Operand x) {
    // Indices of size 1 that an operand lost come back.
    Indices here;
    for (const int index : equation_.out) {
      if (has(x.indices, index)) here.push_back(index);
    }
    std::string y = ordered(x, here, "ordered");
    if (here.size() < equation_.out.size()) y = body_.reshape(y, sizes(equation_.out), "spread");
    if (y == Body::in(0)) y = body_.add("Identity", {y}, "same");
    body_.result(0, y);
  }

  const Node& node_;
  Body body_;
  Equation equation_;
  std::map<int, std::int64_t> sizes_;
};

std::optional<Body> einsum(const Node& node) { return Contraction(node).run(); }

const bool compose_einsum_registered = register_compositions({{"Einsum", einsum}});

}  // namespace
}  // namespace subvolt::network::from_onnx
