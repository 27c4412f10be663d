// Tensors that are repeated or made from a few values. The file states the shape of the result.
#include "sim/network/operators/operands.h"

namespace subvolt::network {
namespace {

bool infer_tile(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x || !stated_output(draft, 0, x->type)) return false;
  const Shape& out = draft.outputs().front().shape;
  bool good = out.rank() == x->shape.rank();
  for (std::size_t i = 0; good && i < out.rank(); ++i) good = out[i] % x->shape[i] == 0;
  return good || draft.fail("shape", "expected multiples of the sizes of " + x->shape.text() + ", got " + out.text());
}

bool infer_broadcast_to(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x || !stated_output(draft, 0, x->type)) return false;
  const Shape& out = draft.outputs().front().shape;
  const auto stretched = broadcast(x->shape, out);
  return (stretched && *stretched == out) ||
         draft.fail("shape", "expected a shape that " + x->shape.text() + " stretches to, got " + out.text());
}

// From nothing, from constants, or from values that are computed.
bool infer_made(LayerDraft& draft) {
  draft.constants_as_stated();
  return stated_output(draft);
}

const bool spread_registered = register_operators({
    {"tile", "copies of a tensor side by side", Form::kMove, 1, 1, {"shape"}, infer_tile},
    {"broadcast_to", "dimensions of size 1 repeated", Form::kMove, 1, 1, {"shape"}, infer_broadcast_to},
    {"fill", "A tensor of one value", Form::kMove, 0, 2, {"shape"}, infer_made},
    {"range", "numbers at equal distances", Form::kMove, 0, 3, {"shape"}, infer_made},
});

}  // namespace
}  // namespace subvolt::network
