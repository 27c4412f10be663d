// Operators on two tensors, element by element.
#include "sim/network/layer_draft.h"

namespace subvolt::network {
namespace {

bool infer(LayerDraft& draft) {
  const Tensor& a = draft.input(0);
  const Tensor& b = draft.input(1);
  if (a.shape != b.shape || a.type != b.type) {
    return draft.fail("inputs", "expected two tensors of one shape and type, got \"" + a.name + "\" of " +
                                    a.shape.text() + " " + to_text(a.type) + " and \"" + b.name + "\" of " +
                                    b.shape.text() + " " + to_text(b.type));
  }
  return draft.output(a.shape) && draft.element_operations({a.shape.elements()});
}

const bool registered = register_operators({
    {"add", "sum", Form::kVector, 2, 2, {"activation"}, infer},
});

}  // namespace
}  // namespace subvolt::network
