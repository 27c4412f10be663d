// hard_swish: activations that a file spells out in element-wise layers: hard_swish = x relu6(x + 3) / 6, hard_sigmoid
// = relu6(x + 3) / 6, swish = x sigmoid(x), gelu = x (1 + erf(x / sqrt 2)) / 2 and its approximation by tanh, mish = x
// tanh(softplus(x)), in any order of factors and with any scalars.
//
// Exact on integers, where any function of one tensor is one table. In floating point it is exact for the scalars
// above; a network holds no values of constants, so others count as these: the work is the same. MACs stay; the
// scalars, one parameter each, vanish.
#include <algorithm>
#include <set>

#include "sim/rewrite/expression.h"
#include "sim/rewrite/pass.h"
#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

using network::Activation;

struct Known {
  const char* text;
  Activation activation;
};

constexpr Known kKnown[] = {
    {"prod(relu6(sum(1 x)) x)", Activation::kHardSwish},
    {"prod(hard_sigmoid(x) x)", Activation::kHardSwish},
    {"relu6(sum(1 x))", Activation::kHardSigmoid},
    {"prod(sigmoid(x) x)", Activation::kSwish},
    {"prod(sum(1 erf(x)) x)", Activation::kGelu},
    {"prod(sum(1 tanh(sum(pow(x) x))) x)", Activation::kGelu},
    {"prod(sum(1 tanh(sum(prod(x x x) x))) x)", Activation::kGelu},
    {"prod(sum(1 tanh(sum(prod(pow(x) x) x))) x)", Activation::kGelu},
    {"prod(sum(1 tanh(prod(sum(1 pow(x)) x))) x)", Activation::kGelu},
    {"prod(sum(1 tanh(prod(sum(1 prod(x x)) x))) x)", Activation::kGelu},
    {"prod(tanh(softplus(x)) x)", Activation::kMish},
};

std::optional<Activation> known(const std::string& text) {
  for (const Known& k : kKnown) {
    if (text == k.text) return k.activation;
  }
  return std::nullopt;
}

// Tensors that the layers read, the farthest from the sink first: the longest expression wins.
std::vector<TensorId> sources(const Editor& editor, const std::vector<LayerId>& cone) {
  std::vector<TensorId> all;
  std::set<TensorId> seen;
  for (auto layer = cone.rbegin(); layer != cone.rend(); ++layer) {
    for (const TensorId id : editor.at(*layer).inputs) {
      if (seen.insert(id).second) all.push_back(id);
    }
  }
  return all;
}

bool is_sink(const Node& node) { return node.is("mul") || node.is("div"); }

bool recognise(Editor& editor, LayerId sink) {
  const std::vector<LayerId> cone = element_wise_cone(editor, sink);
  for (const TensorId x : sources(editor, cone)) {
    const auto found = expression(editor, cone, x);
    if (!found || found->layers.size() < 2) continue;
    const auto activation = known(found->text);
    const TensorId out = editor.at(sink).output();
    if (!activation || editor.tensor(x).shape != editor.tensor(out).shape) continue;
    if (editor.tensor(x).type != editor.tensor(out).type) continue;
    editor.set_operator(sink, "activation").activation = *activation;
    editor.set_inputs(sink, {x});
    const std::string name = to_text(*activation);
    for (const LayerId layer : found->layers) {
      if (layer != sink) editor.fuse(layer, sink, "part of " + name);
    }
    editor.mark(sink, "recognised as the end of " + name);
    return true;
  }
  return false;
}

void run(Editor& editor) {
  const std::vector<LayerId> layers = editor.layers();
  // Backwards: hard_swish ends behind the hard_sigmoid in it.
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    if (editor.at(*layer).alive && is_sink(editor.at(*layer))) recognise(editor, *layer);
  }
}

const bool hard_swish_registered = register_pass(
    {"hard_swish", "recognises hard_swish, hard_sigmoid, swish, gelu and mish spelt out", 50, true, true, false, run});

}  // namespace
}  // namespace subvolt::rewrite
