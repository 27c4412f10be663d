// Softmax along one dimension.
#include "sim/network/layer_draft.h"

namespace subvolt::network {
namespace {

bool infer(LayerDraft& draft) {
  const LayerSpec& spec = draft.spec();
  if (spec.axes.size() > 1) return draft.fail("axes", "softmax works along one dimension, expected one");
  if (draft.in().rank() > 0) {
    const auto axis = draft.dimension(spec.axes.empty() ? -1 : spec.axes.front(), draft.in().rank());
    if (!axis) return false;
    if (!spec.axes.empty()) draft.layer().attributes.axes = {static_cast<std::int64_t>(*axis)};
  }
  return draft.output(draft.in()) && draft.element_operations({draft.in().elements()});
}

const bool registered = register_operators({
    {"softmax", "exponentials that add up to one", Form::kVector, 1, 1, {"axes"}, infer},
});

}  // namespace
}  // namespace subvolt::network
