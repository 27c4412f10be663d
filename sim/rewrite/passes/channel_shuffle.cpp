// channel_shuffle: reshape, transpose, reshape that deals the channels out anew, as ShuffleNet's file formats spell it.
//
// Exact: channels are seen as groups x rest and transposed to rest x groups, which is what the operator does.
// Recognised in both layouts, with height and width as two dimensions or one.
#include "sim/rewrite/pass.h"
#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

using network::Shape;

std::int64_t product(const Shape& shape, std::size_t begin, std::size_t end) {
  std::int64_t result = 1;
  for (std::size_t i = begin; i < end; ++i) result *= shape[i];
  return result;
}

// The dimension that a transpose swaps with the one behind it, if that is all it does.
std::optional<std::size_t> swapped(const std::vector<std::int64_t>& order) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order[i] == static_cast<std::int64_t>(i)) continue;
    const bool swap = !found && i + 1 < order.size() && order[i] == static_cast<std::int64_t>(i) + 1 &&
                      order[i + 1] == static_cast<std::int64_t>(i);
    if (!swap) return std::nullopt;
    found = i++;
  }
  return found;
}

// The groups of a shuffle of `whole` seen as `parts`, or nothing.
std::optional<std::int64_t> groups_of(const Shape& whole, const Shape& parts, std::size_t at, network::Layout layout) {
  if (whole.rank() < 2 || at + 1 >= parts.rank()) return std::nullopt;
  const std::size_t channel = layout == network::Layout::kChannelsLast ? whole.rank() - 1 : 1;
  if (parts[at] * parts[at + 1] != whole[channel]) return std::nullopt;
  if (product(parts, 0, at) != product(whole, 0, channel)) return std::nullopt;
  return parts[at];
}

void run(Editor& editor) {
  for (const LayerId layer : editor.layers()) {
    const Node& first = editor.at(layer);
    if (!first.alive || !first.is("reshape") || first.inputs.size() != 1) continue;
    const auto middle = only_follower(editor, layer);
    if (!middle || !editor.at(*middle).is("transpose")) continue;
    const auto last = only_follower(editor, *middle);
    if (!last || !editor.at(*last).is("reshape")) continue;
    const network::Tensor& in = editor.tensor(first.input());
    const network::Tensor& out = editor.tensor(editor.at(*last).output());
    if (in.shape != out.shape || in.type != out.type) continue;
    const auto at = swapped(editor.at(*middle).spec.order);
    if (!at) continue;
    const auto groups = groups_of(in.shape, editor.tensor(first.output()).shape, *at, editor.layout());
    if (!groups) continue;
    const TensorId whole = first.input();
    editor.set_operator(*middle, "channel_shuffle").groups = *groups;
    editor.set_input(*middle, 0, whole);
    editor.fuse(layer, *middle, "part of a channel shuffle");
    editor.absorb(*last, *middle, "part of a channel shuffle");
    editor.mark(*middle, "recognised as a channel shuffle");
  }
}

const bool channel_shuffle_registered = register_pass(
    {"channel_shuffle", "recognises reshape, transpose, reshape that shuffles channels", 30, true, true, false, run});

}  // namespace
}  // namespace subvolt::rewrite
