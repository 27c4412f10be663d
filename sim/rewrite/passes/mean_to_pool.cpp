// mean_to_pool: the mean over height and width is a global average pool; two means, one after the other, are one over
// both dimensions first.
//
// Exact: the same sum and the same division; of two means the one in between is not rounded any more, so integers must
// have one scale throughout. Needs channels last. A mean that drops the dimensions is followed by a reshape.
#include <algorithm>

#include "sim/rewrite/pass.h"
#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

std::vector<std::int64_t> sorted_axes(const Node& node, std::size_t rank) {
  std::vector<std::int64_t> axes;
  for (const std::int64_t axis : node.spec.axes) axes.push_back(static_cast<std::int64_t>(dimension(axis, rank)));
  std::sort(axes.begin(), axes.end());
  axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
  return axes;
}

bool is_mean(const Node& node) { return node.is("mean") && node.inputs.size() == 1 && !node.spec.axes.empty(); }

void merge(Editor& editor, LayerId layer) {
  const Node& first = editor.at(layer);
  const auto follower = only_follower(editor, layer);
  if (!follower || !is_mean(editor.at(*follower))) return;
  const Node& second = editor.at(*follower);
  if (first.spec.keep_dims != second.spec.keep_dims) return;
  if (!same_encoding(editor.tensor(first.output()), editor.tensor(second.output()))) return;
  const std::size_t rank = editor.tensor(first.input()).shape.rank();
  std::vector<std::int64_t> axes = sorted_axes(first, rank);
  // Where the dimensions that the first one left are in its input.
  std::vector<std::int64_t> places;
  for (std::size_t i = 0; i < rank; ++i) {
    const bool gone = std::binary_search(axes.begin(), axes.end(), static_cast<std::int64_t>(i));
    if (first.spec.keep_dims || !gone) places.push_back(static_cast<std::int64_t>(i));
  }
  for (const std::int64_t axis : sorted_axes(second, places.size()))
    axes.push_back(places[static_cast<std::size_t>(axis)]);
  std::sort(axes.begin(), axes.end());
  axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
  editor.edit(layer).axes = axes;
  editor.absorb(*follower, layer, "one mean over both dimensions");
}

void to_pool(Editor& editor, LayerId layer) {
  const Node& node = editor.at(layer);
  const network::Tensor in = editor.tensor(node.input());
  const std::size_t rank = in.shape.rank();
  if (rank < 3) return;
  const auto height = static_cast<std::int64_t>(rank) - 3;
  if (sorted_axes(node, rank) != std::vector<std::int64_t>{height, height + 1}) return;
  const TensorId out = node.output();
  const bool keep_dims = node.spec.keep_dims;
  network::LayerSpec& spec = editor.set_operator(layer, "average_pool");
  spec.kernel = network::Kernel{true, {}};
  spec.padding.mode = network::Padding::Mode::kValid;
  editor.mark(layer, "the mean over all pixels: a global pool");
  if (keep_dims) return;
  network::Tensor pooled = editor.tensor(out);
  pooled.name += "/pooled";
  pooled.shape = in.shape;
  pooled.shape[rank - 3] = pooled.shape[rank - 2] = 1;
  const network::Shape dropped = editor.tensor(out).shape;
  const TensorId between = editor.add_tensor(std::move(pooled));
  editor.set_output(layer, 0, between);
  network::LayerSpec reshape;
  reshape.name = editor.at(layer).spec.name + "/reshape";
  reshape.op = network::Operator("reshape");
  reshape.shape = dropped;
  editor.insert(reshape, {between}, {out}, layer);
}

void run(Editor& editor) {
  if (editor.layout() != network::Layout::kChannelsLast) return;
  for (const LayerId layer : editor.layers()) {
    if (!editor.at(layer).alive || !is_mean(editor.at(layer))) continue;
    merge(editor, layer);
    to_pool(editor, layer);
  }
}

const bool mean_to_pool_registered = register_pass(
    {"mean_to_pool", "makes the mean over height and width a global average pool", 58, true, true, false, run});

}  // namespace
}  // namespace subvolt::rewrite
