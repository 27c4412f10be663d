// Activations as layers of their own: one element operation per element.
#include "sim/network/operators/operands.h"

namespace subvolt::network {
namespace {

bool infer(LayerDraft& draft) {
  if (draft.spec().activation == Activation::kNone) {
    std::string list;
    for (const auto& [activation, name] : config::EnumNames<Activation>::names()) {
      if (activation != Activation::kNone) list += (list.empty() ? "" : ", ") + name;
    }
    return draft.fail("activation", "an activation layer needs an activation, expected one of " + list);
  }
  const auto x = take_operand(draft);
  return x && draft.output(x->shape, x->type) && draft.element_operations({x->shape.elements()});
}

const bool activation_registered = register_operators({
    {"activation", "an activation on its own", Form::kVector, 1, 1, {"activation"}, infer},
});

}  // namespace
}  // namespace subvolt::network
