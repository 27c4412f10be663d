// What a few element-wise layers compute together of one tensor x, in a form in which all spellings look alike.
//
// Constants of one element are c; factors c vanish, a sum with c is marked by "1": x relu6(x + 3) / 6, with a division
// or a multiplication, before or after, is "prod(relu6(sum(1 x)) x)". Squares and powers are "pow(...)".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/rewrite/editor.h"

namespace subvolt::rewrite {

struct Expression {
  std::string text;
  std::vector<LayerId> layers;  // that compute it, each once, in order
};

// Layers that an expression has at most; the longest known, GELU by tanh, has 9.
inline constexpr std::size_t kMostLayers = 12;

// The layers behind `layer`, at most kMostLayers, that might belong to one expression with it.
std::vector<LayerId> element_wise_cone(const Editor& editor, LayerId layer);

// The output of the last layer of the cone as a function of `x`; nothing when it depends on anything else.
std::optional<Expression> expression(const Editor& editor, const std::vector<LayerId>& cone, TensorId x);

}  // namespace subvolt::rewrite
