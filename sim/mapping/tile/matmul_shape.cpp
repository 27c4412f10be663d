#include "sim/mapping/tile/matmul_shape.h"

#include <algorithm>

#include "sim/mapping/layer/type_obstacle.h"

namespace subvolt::mapping {
namespace {

using network::Shape;

// One after the other, or on one command list too long to be useful.
constexpr std::int64_t kMostMatrices = 4096;

std::int64_t lead(const Shape& shape) {
  std::int64_t product = 1;
  for (std::size_t i = 0; i + 2 < shape.rank(); ++i) product *= shape[i];
  return product;
}

// Matrices of one operand: `batches` of them, each with `heads` side by side.
struct Side {
  std::int64_t batches = 1, heads = 1, lines = 1, pitch = 1;
  std::int64_t at(std::int64_t matrix) const {  // the only one stretches
    const std::int64_t batch = batches == 1 ? 0 : matrix / heads;
    return batch * lines * pitch + matrix % heads * (pitch / heads);
  }
};

Side side_of(const Shape& shape, std::int64_t heads) {
  return {lead(shape), heads, shape[shape.rank() - 2], shape[shape.rank() - 1]};
}

}  // namespace

std::optional<MatmulShape> matmul_shape(const network::Network& network, std::size_t index, std::string& why) {
  const network::Layer& layer = network.layers[index];
  const auto no = [&](const std::string& reason) {
    why = reason;
    return std::nullopt;
  };
  if (layer.inputs.empty() || layer.inputs.size() + layer.constants.size() != 2) return no("multiplies two matrices");
  if (!layer.constants.empty() && bits(layer.constants[0].type) != 8) {
    return no(computes_int8("second matrix", layer.constants[0].type));
  }
  if (layer.attributes.transpose_a) return no("reads the first matrix line by line and it is transposed");
  const Shape& a = network.input_of(layer).shape;
  const Shape& b = layer.constants.empty() ? network.input_of(layer, 1).shape : layer.constants[0].shape;
  const Shape& out = network.output_of(layer).shape;
  const std::int64_t heads = layer.attributes.heads;
  const bool split_already = heads > 1 && lead(a) == heads * lead(b);
  const std::int64_t a_heads = split_already ? 1 : heads;
  const std::int64_t out_heads = split_already ? heads : 1;

  MatmulShape shape;
  const Side from_a = side_of(a, a_heads), from_b = side_of(b, heads), to = side_of(out, out_heads);
  shape.rows = from_a.lines;
  shape.inner = from_a.pitch / a_heads;
  shape.b_transposed = layer.attributes.transpose_b;
  shape.columns = shape.b_transposed ? from_b.lines : from_b.pitch / heads;
  shape.a_pitch = from_a.pitch;
  shape.b_pitch = from_b.pitch;
  shape.out_pitch = to.pitch;
  const std::int64_t matrices = to.batches * out_heads;
  if (matrices > kMostMatrices) return no("multiplies up to " + grouped(kMostMatrices) + " matrices, one by one");
  for (const Side& side : {from_a, from_b}) {
    if (side.batches != 1 && side.batches * side.heads != matrices) {
      return no("stretches a single matrix over all others, and " + a.text() + " goes with " + b.text());
    }
    if (side.batches == 1 && side.heads > 1 && side.heads != matrices) return no("stretches matrices without heads");
  }
  for (std::int64_t m = 0; m < matrices; ++m) shape.repetitions.push_back({from_a.at(m), from_b.at(m), to.at(m)});
  return shape;
}

}  // namespace subvolt::mapping
