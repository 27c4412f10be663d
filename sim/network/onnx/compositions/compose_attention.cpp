// Attention in the forms of ONNX (opset 23) and of ONNX Runtime (com.microsoft; docs/ContribOperators.md there).
#include "sim/network/onnx/compositions/attention_parts.h"
#include "sim/network/onnx/compositions/composition.h"
#include "sim/network/onnx/fault.h"

namespace subvolt::network::from_onnx {
namespace {

bool has_output(const Node& node, std::size_t i) {
  return static_cast<int>(i) < node.proto().output_size() && !node.proto().output(static_cast<int>(i)).empty();
}

std::int64_t heads_of(const Node& node, const char* attribute, std::int64_t otherwise = 0) {
  const std::int64_t heads = node.integer(attribute, otherwise);
  if (heads < 1) throw Fault(std::string("attribute ") + attribute + ": expected a number of heads, got none");
  return heads;
}

Heads heads_in(Body& body, const Node& node, std::size_t i, const char* attribute, const std::string& name) {
  const Shape& shape = node.shape(i);
  if (shape.rank() == 4) return {Body::in(i), shape[0], shape[1], shape[2], shape[3]};
  return split_heads(body, Body::in(i), shape, heads_of(node, attribute), name);
}

std::optional<double> scale_of(const Node& node) {
  const double scale = node.real("scale", 0.0);
  return scale == 0.0 ? std::nullopt : std::optional<double>(scale);
}

// Q, K, V of three or four dimensions, mask, past keys and values.
std::optional<Body> attention(const Node& node) {
  Body body(node.inputs());
  const bool flat = node.shape(0).rank() == 3;
  const Heads q = heads_in(body, node, 0, "q_num_heads", "queries");
  Heads k = heads_in(body, node, 1, "kv_num_heads", "keys");
  Heads v = heads_in(body, node, 2, "kv_num_heads", "values");
  if (node.has(4)) k = behind(body, Body::in(4), node.shape(4), k, "keys");
  if (node.has(5)) v = behind(body, Body::in(5), node.shape(5), v, "values");
  AttentionOptions options;
  options.scale = scale_of(node);
  options.causal = node.integer("is_causal", 0) != 0;
  options.softcap = node.real("softcap", 0.0);
  if (node.has(3)) options.mask = Body::in(3);
  options.mask_chooses = node.has(3) && node.input(3).type.data_type == onnx::TensorProto::BOOL;
  std::string scores;
  const Heads y = attend(body, q, k, v, options, &scores);
  body.result(0, flat ? merge_heads(body, y, "together") : y.tensor);
  if (has_output(node, 1)) body.result(1, k.tensor);
  if (has_output(node, 2)) body.result(2, v.tensor);
  if (has_output(node, 3)) body.result(3, scores);
  return body;
}

// Input, weights and biases of queries, keys and values side by side; mask, past, bias of the scores.
struct Projected {
  std::string tensor;
  Shape shape;
  std::size_t past, bias;  // inputs
};

std::optional<Body> projected_attention(const Node& node, Body body, const Projected& x) {
  const std::int64_t heads = heads_of(node, "num_heads");
  const std::int64_t width = x.shape[2];
  auto sizes = node.integers("qkv_hidden_sizes").value_or(Body::Integers());
  if (sizes.empty()) sizes = {width / 3, width / 3, width / 3};
  bool fit = sizes.size() == 3;
  for (const std::int64_t size : sizes) fit = fit && size >= 1 && size <= width;
  if (!fit || sizes[0] + sizes[1] + sizes[2] != width) {
    throw Fault("attribute qkv_hidden_sizes: expected three sizes that add up to " + std::to_string(width));
  }
  const std::string split = body.add("Split", {x.tensor, body.integers(sizes)}, "split", 3);
  body.with("axis", 2);
  Heads all[3];
  const char* const names[] = {"queries", "keys", "values"};
  for (std::size_t i = 0; i < 3; ++i) {
    const Shape part{x.shape[0], x.shape[1], sizes[i]};
    all[i] = split_heads(body, Body::output(split, i), part, heads, names[i]);
  }
  if (node.has(x.past)) {
    const Shape& past = node.shape(x.past);  // 2 x batch x heads x length x size
    if (past.rank() != 5 || past[0] != 2) throw Fault("expected a past of 2 x batch x heads x length x size");
    const Shape each{past[1], past[2], past[3], past[4]};
    for (std::size_t i = 1; i < 3; ++i) {
      const std::string one = body.add("Gather", {Body::in(x.past), body.integer(std::int64_t(i) - 1)}, "past");
      body.with("axis", 0);
      all[i] = behind(body, one, each, all[i], names[i]);
    }
  }
  AttentionOptions options;
  options.scale = scale_of(node);
  options.causal = node.integer("unidirectional", 0) != 0;
  if (node.has(x.bias)) options.mask = Body::in(x.bias);
  const Heads y = attend(body, all[0], all[1], all[2], options);
  body.result(0, merge_heads(body, y, "together"));
  if (has_output(node, 1)) {
    std::string both[2];
    for (std::size_t i = 0; i < 2; ++i) {
      both[i] = body.add("Unsqueeze", {all[i + 1].tensor, body.integers({0})}, "present");
    }
    body.result(1, body.add("Concat", {both[0], both[1]}, "present"));
    body.with("axis", 0);
  }
  return body;
}

Shape projected_shape(const Node& node) {
  const Shape& in = node.shape(0);
  const Shape& weights = node.shape(1);
  if (in.rank() != 3 || weights.rank() != 2 || in[2] != weights[0]) {
    throw Fault("expected an input of batch x length x size and weights for its size, got " + in.text() + " and " +
                weights.text());
  }
  return {in[0], in[1], weights[1]};
}

std::optional<Body> microsoft_attention(const Node& node) {
  Body body(node.inputs());
  std::string x = body.add("MatMul", {Body::in(0), Body::in(1)}, "projected");
  if (node.has(2)) x = body.add("Add", {x, Body::in(2)}, "biased");
  return projected_attention(node, std::move(body), {x, projected_shape(node), 4, 5});
}

// input, weights, bias, scales of both, mask, zero points of both, past
std::optional<Body> quantized_attention(const Node& node) {
  Body body(node.inputs());
  Body::Tensors inputs = {Body::in(0), Body::in(1), Body::in(3), Body::in(4)};
  for (const std::size_t i : {6, 7, 2}) inputs.push_back(node.has(i) ? Body::in(i) : "");
  const std::string x = body.add("com.microsoft.MatMulIntegerToFloat", inputs, "projected");
  return projected_attention(node, std::move(body), {x, projected_shape(node), 8, 99});
}

// Adds the part of a bias [queries, keys, values] that belongs to x.
std::string biased(Body& body, const Node& node, const std::string& x, std::int64_t begin, std::int64_t size,
                   const std::string& name) {
  if (!node.has(3)) return x;
  return body.add("Add", {x, body.slice(Body::in(3), 0, begin, begin + size, "bias")}, name);
}

// query, key, value, bias, mask of keys, bias of the scores, past keys, past values. Keys and values also as
// batch x heads x length x size, or all in one of five dimensions.
std::optional<Body> multi_head_attention(const Node& node) {
  const std::int64_t heads = heads_of(node, "num_heads");
  Body body(node.inputs());
  Heads all[3];
  const char* const names[] = {"queries", "keys", "values"};
  const Shape& first = node.shape(0);
  if (first.rank() == 5) {  // batch x length x heads x 3 x size
    if (first[3] != 3 || node.has(3)) return std::nullopt;
    for (std::size_t i = 0; i < 3; ++i) {
      const std::string one = body.add("Gather", {Body::in(0), body.integer(std::int64_t(i))}, names[i]);
      body.with("axis", 3);
      all[i] = {body.transpose(one, {0, 2, 1, 3}, std::string(names[i]) + "_by_head"), first[0], first[2], first[1],
                first[4]};
    }
  } else {
    if (!node.has(1) || !node.has(2) || node.shape(1).rank() == 5) return std::nullopt;
    std::int64_t begin = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const Shape& shape = node.shape(i);
      if (shape.rank() == 4) {
        all[i] = {Body::in(i), shape[0], shape[1], shape[2], shape[3]};
        continue;
      }
      if (shape.rank() != 3) throw Fault("expected " + std::string(names[i]) + " of 3 dimensions, got " + shape.text());
      const std::string x = biased(body, node, Body::in(i), begin, shape[2], std::string(names[i]) + "_biased");
      begin += shape[2];
      all[i] = split_heads(body, x, shape, heads, names[i]);
    }
  }
  if (node.has(6) && node.has(7)) {
    all[1] = behind(body, Body::in(6), node.shape(6), all[1], "keys");
    all[2] = behind(body, Body::in(7), node.shape(7), all[2], "values");
  }
  AttentionOptions options;
  options.scale = scale_of(node);
  options.causal = node.integer("unidirectional", 0) != 0;
  if (node.has(5)) options.mask = Body::in(5);
  const Heads y = attend(body, all[0], all[1], all[2], options);
  body.result(0, merge_heads(body, y, "together"));
  if (has_output(node, 1)) body.result(1, all[1].tensor);
  if (has_output(node, 2)) body.result(2, all[2].tensor);
  return body;
}

// query, key, value, past keys, past values, lengths; the buffer of the past may be that of the present, too: its
// length is then an upper bound that the file does not tell apart, so the past counts in full.
std::optional<Body> group_query_attention(const Node& node) {
  if (!node.has(1) || !node.has(2)) return std::nullopt;  // all in one
  Body body(node.inputs());
  const Heads q = split_heads(body, Body::in(0), node.shape(0), heads_of(node, "num_heads"), "queries");
  const std::int64_t shared = heads_of(node, "kv_num_heads");
  Heads k = split_heads(body, Body::in(1), node.shape(1), shared, "keys");
  Heads v = split_heads(body, Body::in(2), node.shape(2), shared, "values");
  const auto past = [&](std::size_t i) { return node.has(i) && node.shape(i).elements() > 0; };
  if (past(3) && past(4)) {
    k = behind(body, Body::in(3), node.shape(3), k, "keys");
    v = behind(body, Body::in(4), node.shape(4), v, "values");
  }
  AttentionOptions options;
  options.scale = scale_of(node);
  options.causal = q.length > 1;
  options.softcap = node.real("softcap", 0.0);
  body.result(0, merge_heads(body, attend(body, q, k, v, options), "together"));
  if (has_output(node, 1)) body.result(1, k.tensor);
  if (has_output(node, 2)) body.result(2, v.tensor);
  return body;
}

const bool compose_attention_registered = register_compositions({
    {"Attention", attention},
    {"com.microsoft.Attention", microsoft_attention},
    {"com.microsoft.QAttention", quantized_attention},
    {"com.microsoft.MultiHeadAttention", multi_head_attention},
    {"com.microsoft.GroupQueryAttention", group_query_attention},
});

}  // namespace
}  // namespace subvolt::network::from_onnx
