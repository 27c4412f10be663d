// Pools: one element operation per tap, padded taps included.
#include "sim/network/operators/window.h"

namespace subvolt::network {
namespace {

template <int spatial>
bool infer(LayerDraft& draft) {
  const auto in = feature_map(draft, 0, spatial);
  if (!in || !slide_window(draft, *in, in->image.channels, true)) return false;
  const Layer& layer = draft.layer();
  return draft.element_operations({layer.out.images, layer.out.height, layer.out.width, layer.out.channels,
                                   layer.window.kernel_height, layer.window.kernel_width});
}

const std::vector<std::string_view> kKeys = {"kernel", "stride", "padding", "ceil", "activation"};

const bool registered = register_operators({
    {"average_pool", "mean of a window", Form::kVector, 1, 1, kKeys, infer<2>},
    {"max_pool", "maximum of a window", Form::kVector, 1, 1, kKeys, infer<2>},
    {"l2_pool", "root of the mean square of a window", Form::kVector, 1, 1, kKeys, infer<2>},
    {"average_pool1d", "mean of a one-dimensional window", Form::kVector, 1, 1, kKeys, infer<1>},
    {"max_pool1d", "maximum of a one-dimensional window", Form::kVector, 1, 1, kKeys, infer<1>},
});

}  // namespace
}  // namespace subvolt::network
