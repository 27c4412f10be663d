#include "sim/network/operators/window.h"

#include <algorithm>

#include "sim/network/bounded.h"
#include "sim/network/operators/operands.h"

namespace subvolt::network {
namespace {

// One dimension of a window on one dimension of a tensor.
struct Axis {
  std::int64_t in, kernel, stride, dilation, before, after;
  std::int64_t extent() const { return (kernel - 1) * dilation + 1; }
};

// As people write it: 0 rather than 0x0.
std::string written(const Extent& extent) {
  return extent.height == extent.width ? std::to_string(extent.height) : config::FieldType<Extent>::text(extent);
}

std::string text(const Extent& extent) { return config::FieldType<Extent>::text(extent); }

// The number of window positions; below 1 when the window does not fit. Resolves "same".
std::int64_t slide(Axis& axis, const Attributes& attributes) {
  const Padding::Mode mode = attributes.padding.mode;
  if (mode == Padding::Mode::kSame || mode == Padding::Mode::kSameLower) {
    const std::int64_t out = ceil_div(axis.in, axis.stride);
    const std::int64_t total = std::max<std::int64_t>(0, (out - 1) * axis.stride + axis.extent() - axis.in);
    axis.before = mode == Padding::Mode::kSame ? total / 2 : total - total / 2;
    axis.after = total - axis.before;
    return out;
  }
  const std::int64_t room = axis.in + axis.before + axis.after - axis.extent();
  if (room < 0) return 0;
  if (!attributes.ceil) return room / axis.stride + 1;
  std::int64_t out = ceil_div(room, axis.stride) + 1;
  if ((out - 1) * axis.stride >= axis.in + axis.before) --out;
  axis.after = std::max(axis.after, (out - 1) * axis.stride + axis.extent() - axis.in - axis.before);
  return out;
}

}  // namespace

bool size_in_range(std::int64_t size, std::int64_t least) { return size >= least && size <= kMaxSize; }

std::string out_of_range(const std::string& got, std::int64_t least) {
  return "expected sizes from " + std::to_string(least) + " to " + grouped(kMaxSize) + ", got " + got;
}

Shape FeatureMap::with(std::int64_t height, std::int64_t width, std::int64_t channels) const {
  // A map of fewer dimensions than a window has gets them.
  const std::size_t needed = static_cast<std::size_t>(spatial) + 1;
  std::vector<std::int64_t> sizes = shape.sizes();
  while (sizes.size() < needed) sizes.insert(sizes.begin(), 1);
  const std::size_t first = sizes.size() - needed;
  std::vector<std::int64_t> pixels;
  if (spatial == 2) pixels.push_back(height);
  pixels.push_back(width);
  if (layout == Layout::kChannelsLast) {
    pixels.push_back(channels);
  } else {
    pixels.insert(pixels.begin(), channels);
  }
  std::copy(pixels.begin(), pixels.end(), sizes.begin() + static_cast<std::ptrdiff_t>(first));
  return Shape(std::move(sizes));
}

std::optional<FeatureMap> feature_map(LayerDraft& draft, std::size_t input, int spatial) {
  if (!need_input(draft)) return std::nullopt;
  FeatureMap map;
  map.layout = draft.layout();
  map.spatial = spatial;
  map.shape = draft.in(input);
  const std::size_t needed = static_cast<std::size_t>(spatial) + 1;
  std::vector<std::int64_t> sizes = map.shape.sizes();
  if (sizes.size() < needed && map.layout == Layout::kChannelsFirst) {
    draft.fail("", "expected an input of at least " + std::to_string(needed) + " dimensions, got " + map.shape.text());
    return std::nullopt;
  }
  while (sizes.size() < needed) sizes.insert(sizes.begin(), 1);
  const std::size_t first = sizes.size() - needed;
  for (std::size_t i = 0; i < first; ++i) map.image.images *= sizes[i];
  const std::size_t pixels = map.layout == Layout::kChannelsLast ? first : first + 1;
  map.image.channels = map.layout == Layout::kChannelsLast ? sizes.back() : sizes[first];
  if (spatial == 2) map.image.height = sizes[pixels];
  map.image.width = sizes[pixels + needed - 2];
  return map;
}

bool output_map(LayerDraft& draft, const FeatureMap& in, const Image& out) {
  if (!draft.output(in.with(out.height, out.width, out.channels))) return false;
  draft.layer().in = in.image;
  draft.layer().out = out;
  return true;
}

bool slide_window(LayerDraft& draft, const FeatureMap& map, std::int64_t channels, bool pool) {
  const LayerSpec& spec = draft.spec();
  const Image& in = map.image;
  if (!spec.kernel) return draft.fail("kernel", spec.op->name + " needs a kernel such as 3 or 3x3");
  const bool global = spec.kernel->global;
  if (global && !pool) return draft.fail("kernel", "only pools can be global, expected a size such as 3x3");
  Extent kernel = global ? Extent{in.height, in.width} : spec.kernel->extent;
  Extent stride = spec.stride.value_or(pool ? kernel : Extent{});
  Extent dilation = spec.dilation;
  if (map.spatial == 1) kernel.height = stride.height = dilation.height = 1;
  if (!size_in_range(kernel.height) || !size_in_range(kernel.width)) {
    return draft.fail("kernel", out_of_range(written(kernel)));
  }
  if (!size_in_range(stride.height) || !size_in_range(stride.width)) {
    return draft.fail("stride", out_of_range(written(stride)));
  }
  if (!size_in_range(dilation.height) || !size_in_range(dilation.width)) {
    return draft.fail("dilation", out_of_range(written(dilation)));
  }
  const Padding& pad = spec.padding;
  if (!(size_in_range(pad.top, 0) && size_in_range(pad.bottom, 0) && size_in_range(pad.left, 0) &&
        size_in_range(pad.right, 0))) {
    return draft.fail("padding", out_of_range(config::FieldType<Padding>::text(pad), 0));
  }
  Axis rows{in.height, kernel.height, stride.height, dilation.height, pad.top, pad.bottom};
  Axis columns{in.width, kernel.width, stride.width, dilation.width, pad.left, pad.right};
  if (map.spatial == 1) rows.before = rows.after = 0;
  if (rows.extent() > kMaxSize || columns.extent() > kMaxSize) {
    return draft.fail("dilation", "the window spans " + text({rows.extent(), columns.extent()}) +
                                      ", expected at most " + grouped(kMaxSize));
  }
  const std::int64_t height = slide(rows, spec);
  const std::int64_t width = slide(columns, spec);
  if (height < 1 || width < 1) {
    return draft.fail("kernel", "the window of " + text({rows.extent(), columns.extent()}) +
                                    " does not fit the input of " + draft.in().text() + " with padding " +
                                    config::FieldType<Padding>::text(pad) +
                                    ", expected a smaller kernel or more padding");
  }
  // A pool window that lies in the padding alone has nothing to pool.
  if (pool && pad.mode == Padding::Mode::kExplicit &&
      (std::max(pad.top, pad.bottom) >= rows.extent() || std::max(pad.left, pad.right) >= columns.extent())) {
    return draft.fail("padding", "expected less than the window of " + text({rows.extent(), columns.extent()}) +
                                     ", got " + config::FieldType<Padding>::text(pad));
  }
  draft.layer().window = {rows.kernel,      columns.kernel, rows.stride, columns.stride, rows.dilation,
                          columns.dilation, rows.before,    rows.after,  columns.before, columns.after};
  return output_map(draft, map, {in.images, height, width, channels});
}

}  // namespace subvolt::network
