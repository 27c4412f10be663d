// Convolutions: grouped, dilated and depthwise. Weights are channels x (kernel depth x) kernel height x kernel width x
// inputs per group.
#include "sim/network/operators/weights.h"
#include "sim/network/operators/window.h"

namespace subvolt::network {
namespace {

const std::vector<std::string_view> kWindowKeys = {"kernel", "stride", "dilation", "padding"};

bool convolve(LayerDraft& draft, const FeatureMap& in, std::int64_t groups, std::int64_t channels) {
  if (!slide_window(draft, in, channels, false)) return false;
  Layer& layer = draft.layer();
  const Window& w = layer.window;
  const std::int64_t inputs = in.image.channels / groups;
  layer.groups = groups;
  Shape weights{channels, w.kernel_height, w.kernel_width, inputs};
  if (in.spatial == 3) weights = {channels, w.kernel_depth, w.kernel_height, w.kernel_width, inputs};
  const Image& out = layer.out;
  return draft.macs({out.images, out.depth, out.height, out.width, out.channels, w.kernel_depth, w.kernel_height,
                     w.kernel_width, inputs}) &&
         add_weights_and_bias(draft, weights, channels);
}

template <int spatial>
bool infer_convolution(LayerDraft& draft) {
  const auto in = feature_map(draft, 0, spatial);
  return in && check_channels(draft, in->image.channels) &&
         convolve(draft, *in, draft.spec().groups, *draft.spec().channels);
}

template <int spatial>
bool infer_depthwise(LayerDraft& draft) {
  const auto in = feature_map(draft, 0, spatial);
  if (!in) return false;
  const std::int64_t multiplier = draft.spec().multiplier;
  if (!size_in_range(multiplier)) return draft.fail("multiplier", out_of_range(std::to_string(multiplier)));
  return convolve(draft, *in, in->image.channels, in->image.channels * multiplier);
}

std::vector<std::string_view> with_window(std::vector<std::string_view> keys) {
  keys.insert(keys.begin(), kWindowKeys.begin(), kWindowKeys.end());
  for (const char* key : {"activation", "bias", "weight_type", "bias_type"}) keys.emplace_back(key);
  return keys;
}

const bool convolution_registered = register_operators({
    {"conv2d", "two-dimensional convolution", Form::kArray, 1, 3, with_window({"channels", "groups"}),
     infer_convolution<2>},
    {"conv1d", "one-dimensional convolution", Form::kArray, 1, 3, with_window({"channels", "groups"}),
     infer_convolution<1>},
    {"depthwise_conv2d", "a convolution per channel", Form::kArray, 1, 3, with_window({"multiplier"}),
     infer_depthwise<2>},
    {"depthwise_conv1d", "a one-dimensional convolution per channel", Form::kArray, 1, 3, with_window({"multiplier"}),
     infer_depthwise<1>},
    {"conv3d", "three-dimensional convolution", Form::kArray, 1, 3, with_window({"channels", "groups"}),
     infer_convolution<3>},
    {"depthwise_conv3d", "a three-dimensional convolution per channel", Form::kArray, 1, 3, with_window({"multiplier"}),
     infer_depthwise<3>},
});

}  // namespace
}  // namespace subvolt::network
