// Operators that give the same bytes another shape.
#include "sim/network/layer_draft.h"

namespace subvolt::network {
namespace {

bool reshape(LayerDraft& draft) { return draft.output(Shape{draft.in().elements()}); }

bool identity(LayerDraft& draft) { return draft.output(draft.in()); }

const bool registered = register_operators({
    {"reshape", "the same elements in another shape", Form::kView, 1, 1, {"shape"}, reshape},
    {"identity", "the same tensor", Form::kView, 1, 1, {}, identity},
});

}  // namespace
}  // namespace subvolt::network
