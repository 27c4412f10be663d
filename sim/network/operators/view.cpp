// Operators that give the same bytes another shape: no work, no traffic.
#include "sim/network/operators/operands.h"

namespace subvolt::network {
namespace {

bool reshape(LayerDraft& draft) {
  const auto x = take_operand(draft);
  return x && draft.output(Shape{x->shape.elements()}, x->type);
}

bool identity(LayerDraft& draft) {
  const auto x = take_operand(draft);
  return x && draft.output(x->shape, x->type);
}

const bool view_registered = register_operators({
    {"reshape", "the same elements in another shape", Form::kView, 1, 1, {"shape"}, reshape},
    {"identity", "the same tensor", Form::kView, 1, 1, {}, identity},
});

}  // namespace
}  // namespace subvolt::network
