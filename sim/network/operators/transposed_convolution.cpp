// Transposed convolutions: every input pixel spreads over a window of the output.
//
//   output, valid and explicit   (in - 1) stride + extent - padding, and up to stride - 1 more, or dilation - 1
//                                where that is larger, when `shape` says so (ONNX output_padding)
//   output, same                 in x stride, or up to stride - 1 less when `shape` says so
//   MACs                         input pixels x kernel x channels in / groups x channels out
//
// Sources: ONNX ConvTranspose; TFLite TRANSPOSE_CONV, whose output shape is an operand: the input size is that of a
// convolution of the output (kernel_shape_util.cc). Weights lie as a convolution's: channels x kernel height x kernel
// width x inputs per group.
#include <algorithm>

#include "sim/network/bounded.h"
#include "sim/network/operators/operands.h"
#include "sim/network/operators/weights.h"
#include "sim/network/operators/window.h"

namespace subvolt::network {
namespace {

struct UpsampledAxis {
  std::int64_t in = 1, kernel = 1, stride = 1, dilation = 1, before = 0, after = 0;
  std::int64_t out = 1;
  std::int64_t extent() const { return (kernel - 1) * dilation + 1; }
};

bool is_same(Padding::Mode mode) { return mode == Padding::Mode::kSame || mode == Padding::Mode::kSameLower; }

// Resolves output size and padding; `stated` is 0 where the file does not say. False when it does not fit.
bool spread(UpsampledAxis& axis, Padding::Mode mode, std::int64_t stated) {
  const std::int64_t reach = (axis.in - 1) * axis.stride + axis.extent();
  std::int64_t least = reach - axis.before - axis.after;
  std::int64_t most = least + std::max(axis.stride, axis.dilation) - 1;
  axis.out = least;
  if (is_same(mode)) {
    axis.out = most = axis.in * axis.stride;
    least = most - axis.stride + 1;
  }
  if (stated > 0) axis.out = stated;
  if (axis.out < least || axis.out > most || axis.out < 1 || axis.out > kMaxSize) return false;
  if (is_same(mode)) {
    const std::int64_t total = std::max<std::int64_t>(0, reach - axis.out);
    axis.before = mode == Padding::Mode::kSame ? total / 2 : total - total / 2;
    axis.after = total - axis.before;
  }
  return true;
}

struct Window3 {
  UpsampledAxis depth, rows, columns;
};

// kernel, stride, dilation and padding within range.
bool read_window(LayerDraft& draft, const FeatureMap& in, Window3& w) {
  const LayerSpec& spec = draft.spec();
  if (!spec.kernel || spec.kernel->global) {
    return draft.fail("kernel", spec.op->name + " needs a kernel such as 3 or 3x3");
  }
  if (!says_no_depth(draft, in.spatial)) return false;
  const Extent kernel = spec.kernel->extent, stride = spec.stride.value_or(Extent{}), dilation = spec.dilation;
  const Padding& pad = spec.padding;
  w.depth.in = in.image.depth;
  w.rows.in = in.image.height;
  w.columns = {in.image.width, kernel.width, stride.width, dilation.width, pad.left, pad.right, 1};
  if (in.spatial > 1) {
    w.rows = {in.image.height, kernel.height, stride.height, dilation.height, pad.top, pad.bottom, 1};
  }
  if (in.spatial > 2) {
    const auto k = depth_of(draft, "kernel", kernel);
    const auto s = k ? depth_of(draft, "stride", stride) : std::nullopt;
    const auto d = s ? depth_of(draft, "dilation", dilation) : std::nullopt;
    const auto pads = d ? padding_in_depth(draft) : std::nullopt;
    if (!pads) return false;
    w.depth = {in.image.depth, *k, *s, *d, pads->first, pads->second, 1};
  }
  for (const UpsampledAxis* axis : {&w.depth, &w.rows, &w.columns}) {
    for (const auto& [key, size] : {std::pair<const char*, std::int64_t>{"kernel", axis->kernel},
                                    {"stride", axis->stride},
                                    {"dilation", axis->dilation}}) {
      if (!size_in_range(size)) return draft.fail(key, out_of_range(std::to_string(size)));
    }
    for (const std::int64_t size : {axis->before, axis->after}) {
      if (!size_in_range(size, 0)) return draft.fail("padding", out_of_range(std::to_string(size), 0));
    }
    if (axis->extent() > kMaxSize) {
      return draft.fail("dilation", "the window spans more than " + grouped(kMaxSize) + ", expected a smaller one");
    }
  }
  return true;
}

// The output's pixels, outermost first, where the file states a shape; empty where it does not, or with an error.
std::vector<std::int64_t> stated_pixels(LayerDraft& draft, const FeatureMap& in, bool& good) {
  const auto stated = stated_shape(draft);
  good = true;
  if (!stated) return {};
  const std::size_t rank = in.with(Image{}).rank();
  const std::size_t after = draft.layout() == Layout::kChannelsLast ? 1 : 0;  // dimensions behind the width
  if (stated->rank() != rank) {
    good = draft.fail("shape", "expected " + std::to_string(rank) + " dimensions, got " + stated->text());
    return {};
  }
  std::vector<std::int64_t> pixels;
  for (int i = 0; i < in.spatial; ++i) {
    pixels.push_back((*stated)[rank - after - static_cast<std::size_t>(in.spatial - i)]);
    if (pixels.back() < 1) {
      good = draft.fail("shape", "expected sizes of at least 1, got " + stated->text());
      return {};
    }
  }
  return pixels;
}

template <int spatial>
bool infer(LayerDraft& draft) {
  const auto in = feature_map(draft, 0, spatial);
  if (!in || !check_channels(draft, in->image.channels)) return false;
  const std::int64_t channels = *draft.spec().channels;
  const std::int64_t groups = draft.spec().groups;
  Window3 w;
  bool good = read_window(draft, *in, w);
  if (!good) return false;
  const std::vector<std::int64_t> pixels = stated_pixels(draft, *in, good);
  if (!good) return false;
  const Padding::Mode mode = draft.spec().padding.mode;
  UpsampledAxis* const axes[] = {&w.depth, &w.rows, &w.columns};
  std::string wanted;
  for (int i = 0; i < spatial; ++i) {
    UpsampledAxis& axis = *axes[3 - spatial + i];
    const std::int64_t size = pixels.empty() ? 0 : pixels[static_cast<std::size_t>(i)];
    good = spread(axis, mode, size) && good;
    wanted += (i > 0 ? "x" : "") + std::to_string(size > 0 ? size : axis.out);
  }
  if (!good) {
    return draft.fail("shape", "the window does not spread " + draft.in().text() + " over " + wanted +
                                   " pixels, expected a shape that stride, kernel and padding lead to");
  }
  const UpsampledAxis &d = w.depth, &r = w.rows, &c = w.columns;
  draft.layer().window = {r.kernel, c.kernel, r.stride, c.stride, r.dilation, c.dilation, r.before, r.after,
                          c.before, c.after,  d.kernel, d.stride, d.dilation, d.before,   d.after};
  draft.layer().groups = groups;
  const Image& x = in->image;
  Shape weights{channels, r.kernel, c.kernel, x.channels / groups};
  if (spatial == 3) weights = {channels, d.kernel, r.kernel, c.kernel, x.channels / groups};
  return output_map(draft, *in, {x.images, r.out, c.out, channels, d.out}) &&
         draft.macs(
             {x.images, x.depth, x.height, x.width, x.channels / groups, channels, d.kernel, r.kernel, c.kernel}) &&
         add_weights_and_bias(draft, weights, channels);
}

const std::vector<std::string_view> kKeys = {"kernel", "stride",     "dilation", "padding",     "channels",
                                             "groups", "activation", "bias",     "weight_type", "bias_type"};

const bool transposed_convolution_registered = register_operators({
    {"transposed_conv2d", "two-dimensional transposed convolution", Form::kArray, 1, 3, kKeys, infer<2>},
    {"transposed_conv1d", "one-dimensional transposed convolution", Form::kArray, 1, 3, kKeys, infer<1>},
    {"transposed_conv3d", "three-dimensional transposed convolution", Form::kArray, 1, 3, kKeys, infer<3>},
});

}  // namespace
}  // namespace subvolt::network
