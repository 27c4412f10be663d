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
  return extent.height == extent.width && extent.depth == 0 ? std::to_string(extent.height)
                                                            : config::FieldType<Extent>::text(extent);
}

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

Shape FeatureMap::with(const Image& other) const {
  // A map of fewer dimensions than a window has gets them.
  const std::size_t needed = static_cast<std::size_t>(spatial) + 1;
  std::vector<std::int64_t> sizes = shape.sizes();
  while (sizes.size() < needed) sizes.insert(sizes.begin(), 1);
  const std::size_t first = sizes.size() - needed;
  std::vector<std::int64_t> pixels;
  if (spatial > 2) pixels.push_back(other.depth);
  if (spatial > 1) pixels.push_back(other.height);
  pixels.push_back(other.width);
  pixels.insert(layout == Layout::kChannelsLast ? pixels.end() : pixels.begin(), other.channels);
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
  if (spatial == 3) map.image.depth = sizes[pixels];
  if (spatial > 1) map.image.height = sizes[pixels + needed - 3];
  map.image.width = sizes[pixels + needed - 2];
  return map;
}

bool output_map(LayerDraft& draft, const FeatureMap& in, const Image& out) {
  if (!draft.output(in.with(out))) return false;
  draft.layer().in = in.image;
  draft.layer().out = out;
  return true;
}

std::optional<std::int64_t> depth_of(LayerDraft& draft, const char* key, const Extent& extent) {
  if (extent.depth > 0) return extent.depth;
  if (extent.height == extent.width) return extent.height;
  draft.fail(key, to_text(draft.spec().op) +
                      " has windows of three dimensions, expected sizes such as 3 or 3x3x3, got " + written(extent));
  return std::nullopt;
}

std::optional<std::pair<std::int64_t, std::int64_t>> padding_in_depth(LayerDraft& draft) {
  const Padding& pad = draft.spec().padding;
  if (pad.mode != Padding::Mode::kExplicit) return std::pair<std::int64_t, std::int64_t>{0, 0};
  if (pad.front >= 0 && pad.back >= 0) return std::pair{pad.front, pad.back};
  if (pad.top == pad.bottom && pad.top == pad.left && pad.top == pad.right) return std::pair{pad.top, pad.top};
  draft.fail("padding", to_text(draft.spec().op) +
                            " pads three dimensions, expected [front, back, top, bottom, left, "
                            "right], got " +
                            config::FieldType<Padding>::text(pad));
  return std::nullopt;
}

bool says_no_depth(LayerDraft& draft, int spatial) {
  const LayerSpec& spec = draft.spec();
  const Extent none{};
  const Extent& kernel = spec.kernel && !spec.kernel->global ? spec.kernel->extent : none;
  const Extent stride = spec.stride.value_or(none);
  for (const auto& [key, extent] :
       {std::pair<const char*, const Extent*>{"kernel", &kernel}, {"stride", &stride}, {"dilation", &spec.dilation}}) {
    if (extent->depth < 1 || spatial == 3) continue;
    return draft.fail(key, to_text(spec.op) + " has windows without a depth, expected sizes such as 3 or 3x5, got " +
                               written(*extent));
  }
  const Padding& pad = spec.padding;
  return spatial == 3 || pad.front < 0 || pad.back < 0 ||
         draft.fail("padding", to_text(spec.op) + " pads no depth, expected [top, bottom, left, right], got " +
                                   config::FieldType<Padding>::text(pad));
}

namespace {

// The window as the file says it, dimension by dimension; sizes are in range.
struct Sliding {
  Axis depth{1, 1, 1, 1, 0, 0}, rows{1, 1, 1, 1, 0, 0}, columns{1, 1, 1, 1, 0, 0};

  std::string extents(int spatial) const {
    return config::FieldType<Extent>::text({rows.extent(), columns.extent(), spatial > 2 ? depth.extent() : 0});
  }
};

bool check_sizes(LayerDraft& draft, const char* key, const Extent& extent, std::int64_t depth) {
  for (const std::int64_t size : {depth, extent.height, extent.width}) {
    if (!size_in_range(size)) return draft.fail(key, out_of_range(written(extent)));
  }
  return true;
}

std::optional<Sliding> sliding(LayerDraft& draft, const FeatureMap& map, bool pool) {
  const LayerSpec& spec = draft.spec();
  const Image& in = map.image;
  Extent kernel = spec.kernel->global ? Extent{in.height, in.width, in.depth} : spec.kernel->extent;
  Extent stride = spec.stride.value_or(pool ? kernel : Extent{});
  Extent dilation = spec.dilation;
  if (!says_no_depth(draft, map.spatial)) return std::nullopt;
  std::int64_t depths[3] = {1, 1, 1};
  Sliding s;
  if (map.spatial == 3) {
    const auto k = depth_of(draft, "kernel", kernel);
    const auto st = k ? depth_of(draft, "stride", stride) : std::nullopt;
    const auto d = st ? depth_of(draft, "dilation", dilation) : std::nullopt;
    const auto pads = d ? padding_in_depth(draft) : std::nullopt;
    if (!pads) return std::nullopt;
    depths[0] = *k;
    depths[1] = *st;
    depths[2] = *d;
    s.depth.before = pads->first;
    s.depth.after = pads->second;
  }
  if (map.spatial == 1) kernel.height = stride.height = dilation.height = 1;
  if (!check_sizes(draft, "kernel", kernel, depths[0]) || !check_sizes(draft, "stride", stride, depths[1]) ||
      !check_sizes(draft, "dilation", dilation, depths[2])) {
    return std::nullopt;
  }
  const Padding& pad = spec.padding;
  for (const std::int64_t size : {pad.top, pad.bottom, pad.left, pad.right, s.depth.before, s.depth.after}) {
    if (size_in_range(size, 0)) continue;
    draft.fail("padding", out_of_range(config::FieldType<Padding>::text(pad), 0));
    return std::nullopt;
  }
  s.depth = {in.depth, depths[0], depths[1], depths[2], s.depth.before, s.depth.after};
  s.rows = {in.height, kernel.height, stride.height, dilation.height, pad.top, pad.bottom};
  s.columns = {in.width, kernel.width, stride.width, dilation.width, pad.left, pad.right};
  if (map.spatial == 1) s.rows.before = s.rows.after = 0;
  for (const Axis* axis : {&s.depth, &s.rows, &s.columns}) {
    if (axis->extent() <= kMaxSize) continue;
    draft.fail("dilation", "the window spans " + s.extents(map.spatial) + ", expected at most " + grouped(kMaxSize));
    return std::nullopt;
  }
  return s;
}

}  // namespace

bool slide_window(LayerDraft& draft, const FeatureMap& map, std::int64_t channels, bool pool) {
  const LayerSpec& spec = draft.spec();
  if (!spec.kernel) return draft.fail("kernel", spec.op->name + " needs a kernel such as 3 or 3x3");
  if (spec.kernel->global && !pool) {
    return draft.fail("kernel", "only pools can be global, expected a size such as 3x3");
  }
  auto window = sliding(draft, map, pool);
  if (!window) return false;
  auto& [deep, rows, columns] = *window;
  const Padding& pad = spec.padding;
  // A pool window that lies in the padding alone has nothing to pool.
  const auto beside = [](const Axis& axis) { return std::max(axis.before, axis.after) >= axis.extent(); };
  const bool empty = pad.mode == Padding::Mode::kExplicit && (beside(deep) || beside(rows) || beside(columns));
  const std::int64_t depth = slide(deep, spec);
  const std::int64_t height = slide(rows, spec);
  const std::int64_t width = slide(columns, spec);
  if (depth < 1 || height < 1 || width < 1) {
    return draft.fail("kernel", "the window of " + window->extents(map.spatial) + " does not fit the input of " +
                                    draft.in().text() + " with padding " + config::FieldType<Padding>::text(pad) +
                                    ", expected a smaller kernel or more padding");
  }
  if (pool && empty) {
    return draft.fail("padding", "expected less than the window of " + window->extents(map.spatial) + ", got " +
                                     config::FieldType<Padding>::text(pad));
  }
  draft.layer().window = {rows.kernel,      columns.kernel, rows.stride,   columns.stride, rows.dilation,
                          columns.dilation, rows.before,    rows.after,    columns.before, columns.after,
                          deep.kernel,      deep.stride,    deep.dilation, deep.before,    deep.after};
  return output_map(draft, map, {map.image.images, height, width, channels, depth});
}

}  // namespace subvolt::network
