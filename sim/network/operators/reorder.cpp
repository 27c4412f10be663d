// The same elements in another order.
//
// depth_to_space and space_to_depth: blocks of block x block pixels for block^2 times fewer or more channels (ONNX
// DepthToSpace; TFLite DEPTH_TO_SPACE). space_to_batch and batch_to_space: the file states the shape.
#include "sim/network/bounded.h"
#include "sim/network/operators/operands.h"

namespace subvolt::network {
namespace {

bool infer_transpose(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x) return false;
  const std::size_t rank = x->shape.rank();
  std::vector<std::int64_t>& order = draft.layer().attributes.order;
  if (order.empty()) {  // reversed, as ONNX has it
    for (std::size_t i = rank; i > 0; --i) order.push_back(std::int64_t(i) - 1);
  }
  std::vector<bool> seen(rank, false);
  bool good = order.size() == rank;
  Shape out;
  for (std::int64_t& from : order) {
    if (from < 0) from += std::int64_t(rank);
    good = good && from >= 0 && from < std::int64_t(rank) && !seen[std::size_t(from)];
    if (!good) break;
    seen[std::size_t(from)] = true;
    out.sizes().push_back(x->shape[std::size_t(from)]);
  }
  if (!good) {
    return draft.fail("order", "expected each of the " + std::to_string(rank) + " dimensions of " + x->shape.text() +
                                   " once, got " + text_of(draft.spec().order));
  }
  return draft.output(out, x->type);
}

bool infer_channel_shuffle(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x) return false;
  const auto channels = channel_dimension(draft, x->shape);
  if (!channels) return false;
  const std::int64_t groups = draft.spec().groups;
  const std::int64_t size = x->shape[*channels];
  if (groups < 1 || size % groups != 0) {
    return draft.fail("groups",
                      "expected a divisor of the " + std::to_string(size) + " channels, got " + std::to_string(groups));
  }
  return draft.output(x->shape, x->type);
}

bool infer_reverse(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x) return false;
  if (draft.spec().axes.empty()) return draft.fail("axes", "reverse needs the dimensions to reverse, such as [0]");
  return resolve_axes(draft, x->shape.rank(), {}) && draft.output(x->shape, x->type);
}

struct Pixels {
  std::size_t height, width, channels;  // dimensions
};

std::optional<Pixels> pixels_of(LayerDraft& draft, const Shape& shape) {
  const std::size_t rank = shape.rank();
  if (rank < 3) {
    draft.fail("inputs", "expected an image with height, width and channels, got " + shape.text());
    return std::nullopt;
  }
  if (draft.layout() == Layout::kChannelsFirst) return Pixels{rank - 2, rank - 1, rank - 3};
  return Pixels{rank - 3, rank - 2, rank - 1};
}

bool check_block(LayerDraft& draft, std::int64_t block) {
  // Its square stays a size.
  return (block >= 1 && block <= 32768) ||
         draft.fail("block", "expected a block from 1 to 32768, got " + std::to_string(block));
}

bool infer_depth_to_space(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x) return false;
  const auto at = pixels_of(draft, x->shape);
  const std::int64_t block = draft.spec().block;
  if (!at || !check_block(draft, block)) return false;
  Shape out = x->shape;
  if (out[at->channels] % (block * block) != 0) {
    return draft.fail("block", "expected a block whose square divides the " + std::to_string(out[at->channels]) +
                                   " channels, got " + std::to_string(block));
  }
  out[at->channels] /= block * block;
  out[at->height] *= block;
  out[at->width] *= block;
  return draft.output(out, x->type);
}

bool infer_space_to_depth(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x) return false;
  const auto at = pixels_of(draft, x->shape);
  const std::int64_t block = draft.spec().block;
  if (!at || !check_block(draft, block)) return false;
  Shape out = x->shape;
  if (out[at->height] % block != 0 || out[at->width] % block != 0) {
    return draft.fail("block",
                      "expected a divisor of the height and width of " + out.text() + ", got " + std::to_string(block));
  }
  out[at->height] /= block;
  out[at->width] /= block;
  out[at->channels] *= block * block;
  return draft.output(out, x->type);
}

// Padding makes more elements, cropping fewer; the images multiply or divide.
bool infer_batch_blocks(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x || !stated_output(draft, 0, x->type)) return false;
  const Shape& out = draft.outputs().front().shape;
  const Shape& in = x->shape;
  const bool to_batch = draft.spec().op.is("space_to_batch");
  const bool good = out.rank() == in.rank() && in.rank() >= 3 &&
                    (to_batch ? out[0] % in[0] == 0 && out.elements() >= in.elements()
                              : in[0] % out[0] == 0 && out.elements() <= in.elements()) &&
                    out.sizes().back() == in.sizes().back();
  return good || draft.fail("shape", "expected a shape of as many dimensions and channels as " + in.text() + " and " +
                                         (to_batch ? "more" : "fewer") + " images, got " + out.text());
}

const bool reorder_registered = register_operators({
    {"transpose", "dimensions in another order", Form::kMove, 1, 1, {"order"}, infer_transpose},
    {"channel_shuffle", "channels of groups dealt out in turn", Form::kMove, 1, 1, {"groups"}, infer_channel_shuffle},
    {"reverse", "elements backwards along dimensions", Form::kMove, 1, 1, {"axes"}, infer_reverse},
    {"depth_to_space", "channels into blocks of pixels", Form::kMove, 1, 1, {"block"}, infer_depth_to_space},
    {"space_to_depth", "blocks of pixels into channels", Form::kMove, 1, 1, {"block"}, infer_space_to_depth},
    {"space_to_batch", "blocks of pixels into images", Form::kMove, 1, 1, {"shape"}, infer_batch_blocks},
    {"batch_to_space", "images into blocks of pixels", Form::kMove, 1, 1, {"shape"}, infer_batch_blocks},
});

}  // namespace
}  // namespace subvolt::network
