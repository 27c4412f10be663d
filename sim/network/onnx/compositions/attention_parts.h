// Scaled dot products of several heads, as the attention operators of ONNX and of ONNX Runtime share them.
//
//   scores  [B, H, S, D] x [B, H, L, D]' -> [B, H, S, L];  scaled, capped, masked, softmax
//   result  [B, H, S, L] x [B, H, L, E]  -> [B, H, S, E];  MACs B H S L (D + E)
//
// With fewer heads of keys and values than of queries, groups of query heads share one: the queries of a group go
// behind each other, which is the same product. Source: ONNX operator Attention, opset 23, function body.
#pragma once

#include <optional>
#include <string>

#include "sim/network/onnx/compositions/body.h"
#include "sim/network/shape.h"

namespace subvolt::network::from_onnx {

struct Heads {
  std::string tensor;  // [batch, heads, length, size]
  std::int64_t batch = 1, heads = 1, length = 1, size = 1;
};

struct AttentionOptions {
  std::optional<double> scale;  // of the scores; default 1 / sqrt(size)
  bool causal = false;
  double softcap = 0.0;
  std::optional<std::string> mask;  // added to the scores; of booleans: chooses
  bool mask_chooses = false;
};

// [B, S, H x D] as heads: a reshape and a transpose.
Heads split_heads(Body& body, const std::string& x, const Shape& shape, std::int64_t heads, const std::string& name);
// x behind `past` of [B, H, P, D].
Heads behind(Body& body, const std::string& past, const Shape& shape, Heads x, const std::string& name);
// The results of all heads, [B, H, S, E]. Throws Fault when heads do not fit. `scores`: what comes before softmax.
Heads attend(Body& body, Heads q, const Heads& k, const Heads& v, const AttentionOptions& options,
             std::string* scores = nullptr);
// [B, S, H x E].
std::string merge_heads(Body& body, const Heads& x, const std::string& name);

}  // namespace subvolt::network::from_onnx
