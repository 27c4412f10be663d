// Pools: one element operation per tap, padded taps included.
#include "sim/network/operators/window.h"

namespace subvolt::network {
namespace {

template <int spatial>
bool infer(LayerDraft& draft) {
  const auto in = feature_map(draft, 0, spatial);
  if (!in || !slide_window(draft, *in, in->image.channels, true)) return false;
  const Layer& layer = draft.layer();
  return draft.element_operations(
      {layer.out.images, layer.out.height, layer.out.width, layer.out.channels, layer.out.depth, layer.window.taps()});
}

const std::vector<std::string_view> kKeys = {"kernel", "stride", "dilation", "padding", "ceil", "activation"};

const bool pool_registered = register_operators({
    {"average_pool", "mean of a window", Form::kVector, 1, 1, kKeys, infer<2>},
    {"max_pool", "maximum of a window", Form::kVector, 1, 1, kKeys, infer<2>},
    {"l2_pool", "root of the mean square of a window", Form::kVector, 1, 1, kKeys, infer<2>},
    {"average_pool1d", "mean of a one-dimensional window", Form::kVector, 1, 1, kKeys, infer<1>},
    {"max_pool1d", "maximum of a one-dimensional window", Form::kVector, 1, 1, kKeys, infer<1>},
    {"l2_pool1d", "root of the mean square of a one-dimensional window", Form::kVector, 1, 1, kKeys, infer<1>},
    {"average_pool3d", "mean of a three-dimensional window", Form::kVector, 1, 1, kKeys, infer<3>},
    {"max_pool3d", "maximum of a three-dimensional window", Form::kVector, 1, 1, kKeys, infer<3>},
    {"l2_pool3d", "root of the mean square of a three-dimensional window", Form::kVector, 1, 1, kKeys, infer<3>},
});

}  // namespace
}  // namespace subvolt::network
