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

// Places to take pixels from, one for each result's pixel: between pixels, as resizing.
bool infer_grid_sample(LayerDraft& draft) {
  const auto all = take_operands(draft, 2, 2);
  return all && stated_output(draft, 0, all->front().type) &&
         draft.element_operations({draft.outputs().front().shape.elements()});
}

const bool resize_registered = register_operators({
    {"grid_sample", "pixels from between those at stated places", Form::kGeneral, 1, 2, {"shape"}, infer_grid_sample},
    {"resize_bilinear", "image of another size, between pixels", Form::kVector, 1, 1, {"shape"}, infer_resize},
    {"resize_cubic", "image of another size, from 4x4 pixels around", Form::kVector, 1, 1, {"shape"}, infer_resize},
    {"resize_nearest", "image of another size, nearest pixels", Form::kMove, 1, 1, {"shape"}, infer_resize},
});

}  // namespace
}  // namespace subvolt::network
