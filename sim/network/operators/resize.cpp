// Images of another size. Between pixels: one element operation per output element, as published layer tables count.
// The nearest pixel is only copied.
#include "sim/network/operators/operands.h"

namespace subvolt::network {
namespace {

bool infer_resize(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x || !stated_output(draft, 0, x->type)) return false;
  const Shape& in = x->shape;
  const Shape& out = draft.outputs().front().shape;
  const auto channels = channel_dimension(draft, in);
  if (!channels) return false;
  bool good = in.rank() == out.rank() && in.rank() >= 2 && in[*channels] == out[*channels];
  // Images stay as they are; a shape of three dimensions is one image, without its number.
  good = good && (in.rank() < 4 || in[0] == out[0]);
  if (!good) return draft.fail("shape", "expected " + in.text() + " with another height and width, got " + out.text());
  return draft.spec().op->form == Form::kMove || draft.element_operations({out.elements()});
}

const bool registered = register_operators({
    {"resize_bilinear", "image of another size, between pixels", Form::kVector, 1, 1, {"shape"}, infer_resize},
    {"resize_nearest", "image of another size, nearest pixels", Form::kMove, 1, 1, {"shape"}, infer_resize},
});

}  // namespace
}  // namespace subvolt::network
