// Windows that slide over feature maps: what convolutions and pools share.
//
//   output size, same      ceil(in / stride); padding max(0, (out - 1) stride + extent - in), the odd element
//                          behind (TensorFlow: tensorflow/core/framework/kernel_shape_util.cc), same_lower: in front
//   output size, else      floor((in + padding - extent) / stride) + 1,  extent = (kernel - 1) dilation + 1;
//                          with `ceil` rounded up, unless the last window would begin in the padding behind
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "sim/network/layer_draft.h"

namespace subvolt::network {

// A feature map whose dimensions are known, in whatever layout it lies.
struct FeatureMap {
  Image image;
  Layout layout = Layout::kChannelsLast;
  int spatial = 2;  // dimensions: 1 has a width only, 3 have a depth
  Shape shape;      // as it lies

  // The same dimensions with the depth, height, width and channels of another image: the shape of the output.
  Shape with(const Image& other) const;
};
// Fails for a rank too small.
std::optional<FeatureMap> feature_map(LayerDraft& draft, std::size_t input, int spatial);

// Slides the window that the layer's attributes describe: sets layer().window, in and out, and makes the output.
// Pools may be global, and their stride defaults to the kernel.
bool slide_window(LayerDraft& draft, const FeatureMap& in, std::int64_t channels, bool pool);

// Sets layer().out and appends the output of a feature map.
bool output_map(LayerDraft& draft, const FeatureMap& in, const Image& out);

// The depth of a window or of its steps in three dimensions: where the file does not say it, that of the others when
// they are equal; nothing otherwise, with an error at `key`.
std::optional<std::int64_t> depth_of(LayerDraft& draft, const char* key, const Extent& extent);
// The same for what is padded: elements in front and behind.
std::optional<std::pair<std::int64_t, std::int64_t>> padding_in_depth(LayerDraft& draft);

// Refuses a depth that is said of a window of one or two dimensions.
bool says_no_depth(LayerDraft& draft, int spatial);

std::string out_of_range(const std::string& got, std::int64_t least = 1);
bool size_in_range(std::int64_t size, std::int64_t least = 1);

}  // namespace subvolt::network
