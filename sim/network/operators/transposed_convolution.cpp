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

struct Axis {
  std::int64_t in = 1, kernel = 1, stride = 1, dilation = 1, before = 0, after = 0;
  std::int64_t out = 1;
  std::int64_t extent() const { return (kernel - 1) * dilation + 1; }
};

bool is_same(Padding::Mode mode) { return mode == Padding::Mode::kSame || mode == Padding::Mode::kSameLower; }

// Resolves output size and padding; `stated` is 0 where the file does not say. False when it does not fit.
bool spread(Axis& axis, Padding::Mode mode, std::int64_t stated) {
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

// kernel, stride, dilation and padding within range.
bool read_window(LayerDraft& draft, int spatial, Axis& rows, Axis& columns) {
  const LayerSpec& spec = draft.spec();
  if (!spec.kernel || spec.kernel->global) {
    return draft.fail("kernel", spec.op->name + " needs a kernel such as 3 or 3x3");
  }
  const Extent kernel = spec.kernel->extent, stride = spec.stride.value_or(Extent{}), dilation = spec.dilation;
  const Padding& pad = spec.padding;
  for (const auto& [key, size] : {std::pair<const char*, std::int64_t>{"kernel", kernel.height},
                                  {"kernel", kernel.width},
                                  {"stride", stride.height},
                                  {"stride", stride.width},
                                  {"dilation", dilation.height},
                                  {"dilation", dilation.width}}) {
    if (!size_in_range(size)) return draft.fail(key, out_of_range(std::to_string(size)));
  }
  for (const std::int64_t size : {pad.top, pad.bottom, pad.left, pad.right}) {
    if (!size_in_range(size, 0)) return draft.fail("padding", out_of_range(std::to_string(size), 0));
  }
  if (spatial == 2) rows = {rows.in, kernel.height, stride.height, dilation.height, pad.top, pad.bottom, 1};
  columns = {columns.in, kernel.width, stride.width, dilation.width, pad.left, pad.right, 1};
  if (rows.extent() > kMaxSize || columns.extent() > kMaxSize) {
    return draft.fail("dilation", "the window spans more than " + grouped(kMaxSize) + ", expected a smaller one");
  }
  return true;
}

template <int spatial>
bool infer(LayerDraft& draft) {
  const auto in = feature_map(draft, 0, spatial);
  if (!in || !check_channels(draft, in->image.channels)) return false;
  const std::int64_t channels = *draft.spec().channels;
  const std::int64_t groups = draft.spec().groups;
  Axis rows, columns;
  rows.in = in->image.height;
  columns.in = in->image.width;
  if (!read_window(draft, spatial, rows, columns)) return false;
  std::int64_t height = 0, width = 0;
  if (const auto stated = stated_shape(draft)) {
    const std::size_t rank = in->with(1, 1, 1).rank();
    const std::size_t after = draft.layout() == Layout::kChannelsLast ? 1 : 0;  // dimensions behind the width
    if (stated->rank() != rank) {
      return draft.fail("shape", "expected " + std::to_string(rank) + " dimensions, got " + stated->text());
    }
    width = (*stated)[rank - 1 - after];
    if (spatial == 2) height = (*stated)[rank - 2 - after];
    if (width < 1 || (spatial == 2 && height < 1)) {
      return draft.fail("shape", "expected sizes of at least 1, got " + stated->text());
    }
  }
  const Padding::Mode mode = draft.spec().padding.mode;
  if (!spread(rows, mode, height) || !spread(columns, mode, width)) {
    return draft.fail("shape", "the window does not spread " + draft.in().text() + " over " +
                                   std::to_string(height > 0 ? height : rows.out) + "x" +
                                   std::to_string(width > 0 ? width : columns.out) +
                                   " pixels, expected a shape that stride, kernel and padding lead to");
  }
  draft.layer().window = {rows.kernel,      columns.kernel, rows.stride, columns.stride, rows.dilation,
                          columns.dilation, rows.before,    rows.after,  columns.before, columns.after};
  draft.layer().groups = groups;
  const Image& x = in->image;
  return output_map(draft, *in, {x.images, rows.out, columns.out, channels}) &&
         draft.macs({x.images, x.height, x.width, x.channels / groups, channels, rows.kernel, columns.kernel}) &&
         add_weights_and_bias(draft, {channels, rows.kernel, columns.kernel, x.channels / groups}, channels);
}

const std::vector<std::string_view> kKeys = {"kernel", "stride",     "dilation", "padding",     "channels",
                                             "groups", "activation", "bias",     "weight_type", "bias_type"};

const bool registered = register_operators({
    {"transposed_conv2d", "two-dimensional transposed convolution", Form::kArray, 1, 3, kKeys, infer<2>},
    {"transposed_conv1d", "one-dimensional transposed convolution", Form::kArray, 1, 3, kKeys, infer<1>},
});

}  // namespace
}  // namespace subvolt::network
