// What ONNX Runtime's optimiser makes of the layers of transformers, and rotary embeddings of ONNX.
//
// Sources: ONNX Runtime, docs/ContribOperators.md; ONNX operator RotaryEmbedding, opset 23.
#include "sim/network/bounded.h"
#include "sim/network/onnx/compositions/composition.h"
#include "sim/network/onnx/fault.h"

namespace subvolt::network::from_onnx {
namespace {

std::optional<Body> added_then(const Node& node, const std::string& op, const char* name) {
  Body body(node.inputs());
  const std::string sum = node.has(1) ? body.add("Add", {Body::in(0), Body::in(1)}, "biased") : Body::in(0);
  body.result(0, body.add(op, {sum}, name));
  if (op == "Softmax") body.with("axis", -1);
  return body;
}

std::optional<Body> bias_gelu(const Node& node) { return added_then(node, "com.microsoft.Gelu", "gelu"); }
std::optional<Body> bias_softmax(const Node& node) { return added_then(node, "Softmax", "softmax"); }
std::optional<Body> fast_gelu(const Node& node) { return node.has(1) ? bias_gelu(node) : std::nullopt; }

// x, bias, and what is added behind a residual connection.
std::optional<Body> bias_add(const Node& node) {
  Body body(node.inputs());
  const std::string sum = body.add("Add", {Body::in(0), Body::in(1)}, "biased");
  body.result(0, node.has(2) ? body.add("Add", {sum, Body::in(2)}, "sum") : sum);
  return body;
}

// Halves of the channels: the one times the Gelu of the other.
std::optional<Body> bias_split_gelu(const Node& node) {
  Body body(node.inputs());
  const std::string sum = body.add("Add", {Body::in(0), Body::in(1)}, "biased");
  const std::int64_t half = node.shape(0).channels() / 2;
  const std::string parts = body.add("Split", {sum, body.integers({half, half})}, "halves", 2);
  body.with("axis", -1);
  const std::string gelu = body.add("com.microsoft.Gelu", {Body::output(parts, 1)}, "gelu");
  body.result(0, body.add("Mul", {parts, gelu}, "product"));
  return body;
}

bool has_output(const Node& node, int i) { return i < node.proto().output_size() && !node.proto().output(i).empty(); }

// input, skip, scale, shift, bias; the sum is an output, too.
std::optional<Body> skip_norm(const Node& node, bool simplified) {
  Body body(node.inputs());
  std::string sum = body.add("Add", {Body::in(0), Body::in(1)}, "sum");
  const std::size_t bias = simplified ? 3 : 4;
  if (node.has(bias)) sum = body.add("Add", {sum, Body::in(bias)}, "biased");
  Body::Tensors inputs = {sum, Body::in(2)};
  if (!simplified && node.has(3)) inputs.push_back(Body::in(3));
  body.result(0, body.add(simplified ? "SimplifiedLayerNormalization" : "LayerNormalization", inputs, "normalized"));
  body.with("axis", -1);
  if (has_output(node, 3)) body.result(3, sum);
  return body;
}

std::optional<Body> skip_layer_norm(const Node& node) { return skip_norm(node, false); }
std::optional<Body> skip_simplified_layer_norm(const Node& node) { return skip_norm(node, true); }

// Ids of words and segments, tables of words, places and segments, scale, shift, mask, ids of places.
std::optional<Body> embed_layer_norm(const Node& node) {
  Body body(node.inputs());
  const Shape& ids = node.shape(0);
  if (ids.rank() != 2) throw Fault("expected ids of batch x length, got " + ids.text());
  std::string sum = body.add("Gather", {Body::in(2), Body::in(0)}, "words");
  std::string places;
  if (node.has(8)) {
    places = body.add("Gather", {Body::in(3), Body::in(8)}, "places");
  } else {
    places = body.slice(Body::in(3), 0, 0, ids[1], "places");
  }
  sum = body.add("Add", {sum, places}, "sum");
  if (node.has(1) && node.has(4)) {
    sum = body.add("Add", {sum, body.add("Gather", {Body::in(4), Body::in(1)}, "segments")}, "sum");
  }
  body.result(0, body.add("LayerNormalization", {sum, Body::in(5), Body::in(6)}, "normalized"));
  if (has_output(node, 1)) {  // how long each sequence is: the sum of its mask
    if (node.has(7)) {
      body.result(1, body.add("ReduceSum", {Body::in(7), body.integers({1})}, "lengths"));
      body.with("keepdims", 0);
    } else {
      body.result(1, body.integers(Body::Integers(static_cast<std::size_t>(std::min<std::int64_t>(ids[0], 4096)), 0)));
    }
  }
  if (has_output(node, 2)) body.result(2, sum);
  return body;
}

// Where the operands of a rotary embedding are.
struct Rotary {
  std::size_t cosines, sines, places;
  std::int64_t heads, size;  // as attributes say; 0: not
};

// Pairs of elements of a head turned by an angle that its place gives: x cos - y sin and x sin + y cos.
std::optional<Body> rotary(const Node& node, const Rotary& at) {
  const Shape& in = node.shape(0);
  const Shape& table = node.shape(at.cosines);
  const bool flat = in.rank() == 3;
  if ((in.rank() != 3 && in.rank() != 4) || table.rank() < 2) {
    throw Fault("expected an input of 3 or 4 dimensions and tables of cosines and sines, got " + in.text() + " and " +
                table.text());
  }
  const std::int64_t half = table.channels();
  if (half < 1 || half > kMaxSize) throw Fault("expected cosines, got " + table.text());
  std::int64_t heads = flat ? at.heads : in[1];
  if (flat && heads < 1) heads = at.size > 0 ? in[2] / at.size : in[2] / (2 * half);
  if (heads < 1 || (flat && in[2] % heads != 0)) throw Fault("attribute num_heads: expected the number of heads");
  const std::int64_t length = flat ? in[1] : in[2];
  const std::int64_t size = flat ? in[2] / heads : in[3];
  if (2 * half > size) {
    throw Fault("expected cosines for at most half of the " + std::to_string(size) + " elements of a head, got " +
                table.text());
  }
  Body body(node.inputs());
  std::string x = Body::in(0);
  if (flat) x = body.reshape(x, {in[0], length, heads, size}, "heads");
  const std::int64_t rest = size - 2 * half;
  std::string parts;
  const bool pairs = node.integer("interleaved", 0) != 0;
  std::string tail;
  if (rest > 0) {
    const std::string both = body.add("Split", {x, body.integers({2 * half, rest})}, "turned", 2);
    body.with("axis", -1);
    x = both;
    tail = Body::output(both, 1);
  }
  const Body::Integers lead = flat ? Body::Integers{in[0], length, heads} : Body::Integers{in[0], heads, length};
  const auto sized = [&](std::int64_t a, std::int64_t b) {
    Body::Integers shape = lead;
    shape.insert(shape.end(), {a, b});
    return shape;
  };
  // [..., pairs, 2] or [..., 2, pairs]: the two of a pair apart.
  x = body.reshape(x, pairs ? sized(half, 2) : sized(2, half), "pairs");
  parts = body.add("Split", {x, body.integers({1, 1})}, "parts", 2);
  body.with("axis", pairs ? -1 : -2);
  const auto factors = [&](std::size_t i, const char* name) {
    std::string y = Body::in(i);
    if (node.has(at.places)) {
      std::string places = Body::in(at.places);
      if (node.shape(at.places).elements() == 1 && length > 1) {  // where the sequence begins
        y = body.slice(y, 0, 0, length, name);
      } else {
        y = body.add("Gather", {y, places}, name);
      }
    }
    const std::int64_t batch = node.has(at.places) && node.shape(at.places).rank() == 2 ? in[0]
                               : table.rank() == 3                                      ? table[0]
                                                                                        : 1;
    const Body::Integers shape = flat ? Body::Integers{batch, length, 1, pairs ? half : 1, pairs ? 1 : half}
                                      : Body::Integers{batch, 1, length, pairs ? half : 1, pairs ? 1 : half};
    return body.reshape(y, shape, name);
  };
  const std::string cosines = factors(at.cosines, "cosines"), sines = factors(at.sines, "sines");
  const std::string& a = parts;
  const std::string b = Body::output(parts, 1);
  const auto times = [&](const std::string& x1, const std::string& x2) { return body.add("Mul", {x1, x2}, "product"); };
  const std::string first = body.add("Sub", {times(a, cosines), times(b, sines)}, "first");
  const std::string second = body.add("Add", {times(a, sines), times(b, cosines)}, "second");
  std::string y = body.add("Concat", {first, second}, "together");
  body.with("axis", pairs ? -1 : -2);
  Body::Integers shape = lead;
  shape.push_back(2 * half);
  if (rest > 0) {
    y = body.add("Concat", {body.reshape(y, shape, "turned"), tail}, "whole");
    body.with("axis", -1);
  }
  body.result(0, body.reshape(y, in.sizes(), "embedded"));
  return body;
}

// X, cosines, sines, places.
std::optional<Body> rotary_embedding(const Node& node) {
  return rotary(node, {1, 2, 3, node.integer("num_heads", 0), 0});
}

// input, places, cosines, sines.
std::optional<Body> microsoft_rotary_embedding(const Node& node) {
  return rotary(node, {2, 3, 1, node.integer("num_heads", 0), 0});
}

const bool compose_transformer_registered = register_compositions({
    {"com.microsoft.BiasGelu", bias_gelu},
    {"com.microsoft.BiasSoftmax", bias_softmax},
    {"com.microsoft.BiasAdd", bias_add},
    {"com.microsoft.BiasSplitGelu", bias_split_gelu},
    {"com.microsoft.FastGelu", fast_gelu},
    {"com.microsoft.SkipLayerNormalization", skip_layer_norm},
    {"com.microsoft.SkipSimplifiedLayerNormalization", skip_simplified_layer_norm},
    {"com.microsoft.EmbedLayerNormalization", embed_layer_norm},
    {"RotaryEmbedding", rotary_embedding},
    {"com.microsoft.RotaryEmbedding", microsoft_rotary_embedding},
});

}  // namespace
}  // namespace subvolt::network::from_onnx
