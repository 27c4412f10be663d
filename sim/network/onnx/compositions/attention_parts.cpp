#include "sim/network/onnx/compositions/attention_parts.h"

#include <algorithm>
#include <cmath>

#include "sim/network/bounded.h"
#include "sim/network/onnx/fault.h"

namespace subvolt::network::from_onnx {

Heads split_heads(Body& body, const std::string& x, const Shape& shape, std::int64_t heads, const std::string& name) {
  if (shape.rank() != 3 || heads < 1 || shape[2] % heads != 0) {
    throw Fault("expected " + name + " of batch x length x a multiple of the " + std::to_string(heads) +
                " heads, got " + shape.text());
  }
  Heads result{"", shape[0], heads, shape[1], shape[2] / heads};
  const std::string split = body.reshape(x, {shape[0], shape[1], heads, result.size}, name + "_heads");
  result.tensor = body.transpose(split, {0, 2, 1, 3}, name + "_by_head");
  return result;
}

Heads behind(Body& body, const std::string& past, const Shape& shape, Heads x, const std::string& name) {
  if (shape.rank() != 4 || shape[0] != x.batch || shape[1] != x.heads || shape[3] != x.size) {
    throw Fault("expected past " + name + " of batch x heads x length x size, as " + std::to_string(x.batch) + "x" +
                std::to_string(x.heads) + "xLx" + std::to_string(x.size) + ", got " + shape.text());
  }
  x.tensor = body.add("Concat", {past, x.tensor}, "present_" + name);
  body.with("axis", 2);
  x.length += shape[2];
  if (x.length > kMaxSize) throw Fault("past " + name + " of " + shape.text() + " is too long");
  return x;
}

Heads attend(Body& body, Heads q, const Heads& k, const Heads& v, const AttentionOptions& options,
             std::string* before_softmax) {
  if (k.heads < 1 || q.heads % k.heads != 0 || v.heads != k.heads || q.size != k.size || k.length != v.length ||
      q.batch != k.batch || q.batch != v.batch) {
    throw Fault("expected queries, keys and values that fit, got " + std::to_string(q.heads) + " heads of " +
                std::to_string(q.length) + "x" + std::to_string(q.size) + ", " + std::to_string(k.heads) + " of " +
                std::to_string(k.length) + "x" + std::to_string(k.size) + " and " + std::to_string(v.heads) + " of " +
                std::to_string(v.length) + "x" + std::to_string(v.size));
  }
  const std::int64_t shared = q.heads / k.heads;
  const double scale = options.scale.value_or(1.0 / std::sqrt(static_cast<double>(std::max<std::int64_t>(1, q.size))));
  const Body::Integers by_head{q.batch, q.heads, q.length, k.length};
  const Body::Integers by_group{q.batch, k.heads, shared * q.length, k.length};
  std::string queries = body.add("Mul", {q.tensor, body.real(scale)}, "scaled");
  if (shared > 1) queries = body.reshape(queries, {q.batch, k.heads, shared * q.length, q.size}, "grouped");
  std::string scores = body.product(queries, k.tensor, true, "scores");
  if (shared > 1) scores = body.reshape(scores, by_head, "scores_by_head");
  if (options.mask) {
    scores = options.mask_chooses ? body.add("Where", {*options.mask, scores, body.real(-65504.0)}, "masked")
                                  : body.add("Add", {scores, *options.mask}, "masked");
  }
  if (options.causal) {
    scores = body.add("Trilu", {scores}, "causal");
    body.with("upper", 0);
  }
  if (options.softcap != 0.0) {
    const std::string small = body.add("Div", {scores, body.real(options.softcap)}, "capped");
    scores = body.add("Mul", {body.add("Tanh", {small}, "capped"), body.real(options.softcap)}, "capped");
  }
  if (before_softmax) *before_softmax = scores;
  std::string shares = body.add("Softmax", {scores}, "softmax");
  body.with("axis", -1);
  if (shared > 1) shares = body.reshape(shares, by_group, "softmax_by_group");
  Heads result{body.product(shares, v.tensor, false, "values"), q.batch, q.heads, q.length, v.size};
  if (shared > 1) {
    result.tensor = body.reshape(result.tensor, {q.batch, q.heads, q.length, v.size}, "values_by_head");
  }
  return result;
}

std::string merge_heads(Body& body, const Heads& x, const std::string& name) {
  const std::string together = body.transpose(x.tensor, {0, 2, 1, 3}, name + "_by_place");
  return body.reshape(together, {x.batch, x.length, x.heads * x.size}, name);
}

}  // namespace subvolt::network::from_onnx
