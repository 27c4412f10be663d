// pad: zeros around the pixels become the padding of the convolution that alone reads them; in front of a max_pool only
// when no value is negative, because there padding loses against every value.
//
// Exact: a convolution pads with zeros, or with the zero point, as the layer does. Needs channels last. MACs stay:
// padded taps count either way.
#include "sim/rewrite/pass.h"
#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

struct Border {
  std::int64_t top = 0, bottom = 0, left = 0, right = 0;
};

// What the layer adds around height and width, if it adds nothing else. One-dimensional maps have a width only.
std::optional<Border> border_of(const Editor& editor, const Node& pad, int spatial) {
  const std::size_t rank = editor.tensor(pad.input()).shape.rank();
  const auto& before = pad.spec.before;
  const auto& after = pad.spec.after;
  if (rank < static_cast<std::size_t>(spatial) + 1 || before.size() != rank || after.size() != rank)
    return std::nullopt;
  if (!pad.spec.constants.empty() || pad.spec.activation != network::Activation::kNone) return std::nullopt;
  for (std::size_t i = 0; i < rank; ++i) {
    const std::size_t from_end = rank - i;
    const bool pixels = from_end == 2 || (from_end == 3 && spatial == 2);
    if (before[i] < 0 || after[i] < 0 || (!pixels && (before[i] > 0 || after[i] > 0))) return std::nullopt;
  }
  Border border;
  border.left = before[rank - 2];
  border.right = after[rank - 2];
  if (spatial == 2) {
    border.top = before[rank - 3];
    border.bottom = after[rank - 3];
  }
  return border;
}

bool is_clamped_to_positive(const Editor& editor, TensorId id) {
  const auto maker = editor.producer(id);
  if (!maker) return false;
  const network::Activation activation = editor.at(*maker).spec.activation;
  return activation == network::Activation::kRelu || activation == network::Activation::kRelu6;
}

// 2, 1, or 0 when the layer takes no padding.
int spatial_dimensions(const Editor& editor, const Node& node, const Node& pad) {
  if (node.is("conv2d") || node.is("depthwise_conv2d")) return 2;
  if (node.is("conv1d") || node.is("depthwise_conv1d")) return 1;
  const bool pool = node.is("max_pool") && !node.spec.kernel->global && !node.spec.ceil;
  return pool && is_clamped_to_positive(editor, pad.input()) ? 2 : 0;
}

void run(Editor& editor) {
  if (editor.layout() != network::Layout::kChannelsLast) return;
  for (const LayerId layer : editor.layers()) {
    const Node& pad = editor.at(layer);
    if (!pad.alive || !pad.is("pad") || pad.inputs.size() != 1) continue;
    const auto reader = editor.sole_reader(pad.output());
    if (!reader || editor.at(*reader).input() != pad.output()) continue;
    const Node& node = editor.at(*reader);
    if (!node.built) continue;
    const int spatial = spatial_dimensions(editor, node, pad);
    if (spatial == 0) continue;
    const auto border = border_of(editor, pad, spatial);
    if (!border || !same_encoding(editor.tensor(pad.input()), editor.tensor(pad.output()))) continue;
    const network::Window& window = node.built->window;
    const network::Padding padding{network::Padding::Mode::kExplicit, window.pad_top + border->top,
                                   window.pad_bottom + border->bottom, window.pad_left + border->left,
                                   window.pad_right + border->right};
    // A pool's window may not lie in the padding alone.
    if (is_pool(node) && (std::max(padding.top, padding.bottom) >= window.extent_height() ||
                          std::max(padding.left, padding.right) >= window.extent_width())) {
      continue;
    }
    const TensorId in = pad.input();
    editor.edit(*reader).padding = padding;
    editor.fuse(layer, *reader, "becomes its padding");
    editor.set_input(*reader, 0, in);
  }
}

const bool pad_registered = register_pass(
    {"pad", "makes zeros around pixels the padding of the convolution behind", 66, true, true, false, run});

}  // namespace
}  // namespace subvolt::rewrite
