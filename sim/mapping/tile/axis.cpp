#include "sim/mapping/tile/axis.h"

#include <algorithm>

#include "sim/units/counts.h"

namespace subvolt::mapping {

AxisTile Axis::tile(std::int64_t begin, std::int64_t size) const {
  AxisTile t;
  t.out_begin = begin;
  t.out_size = size;
  if (resized) return resized_tile(t);
  const std::int64_t first = begin * stride - pad;
  if (sparse && kernel == 1 && stride > 1) {
    const std::int64_t skipped = first < 0 ? ceil_div(-first, stride) : 0;
    t.in_step = stride;
    t.in_begin = std::min(first + skipped * stride, in);
    t.in_lines = std::min(std::max<std::int64_t>(0, size - skipped), ceil_div(in - t.in_begin, stride));
    return t;
  }
  if (dilation > 1 || stride > kernel) return gapped_tile(t);
  const std::int64_t end = first + (size - 1) * stride + kernel;
  t.in_begin = std::clamp<std::int64_t>(first, 0, in);
  t.in_lines = std::max<std::int64_t>(0, std::min(end, in) - t.in_begin);
  return t;
}

// Windows with gaps may step over all real lines at an edge, so each line is looked at.
AxisTile Axis::gapped_tile(AxisTile t) const {
  std::int64_t least = in;
  std::int64_t most = -1;
  for (std::int64_t o = t.out_begin; o < t.out_begin + t.out_size; ++o) {
    for (std::int64_t k = 0; k < kernel; ++k) {
      const std::int64_t line = o * stride - pad + k * dilation;
      if (line < 0 || line >= in) continue;
      least = std::min(least, line);
      most = std::max(most, line);
    }
  }
  t.in_begin = std::min(least, std::max<std::int64_t>(0, in - 1));
  t.in_lines = std::max<std::int64_t>(0, most - least + 1);
  return t;
}

AxisTile Axis::resized_tile(AxisTile t) const {
  // floor((o + 1/2) in / out - 1/2), at least -1
  const auto line_before = [&](std::int64_t o) { return ((2 * o + 1) * in + out) / (2 * out) - 1; };
  t.in_begin = std::max<std::int64_t>(0, line_before(t.out_begin));
  t.in_lines = std::min(in - 1, line_before(t.out_begin + t.out_size - 1) + 1) - t.in_begin + 1;
  return t;
}

AxisTile fresh(const AxisTile& tile, const AxisTile& before) {
  AxisTile left = tile;
  // Lines of a stride are none that others have between theirs.
  if (tile.in_lines == 0 || before.in_lines == 0 || tile.in_step > 1) return left;
  // In the padding, a window with gaps may begin behind the next one's first line.
  if (tile.in_begin < before.in_begin) return left;
  const std::int64_t end = tile.in_begin + tile.in_lines;
  left.in_begin = std::clamp(before.in_begin + before.in_lines, tile.in_begin, end);
  left.in_lines = end - left.in_begin;
  return left;
}

AxisTiling::AxisTiling(const Axis& axis, std::int64_t tile_size) : size(tile_size) {
  AxisTile before;
  for (std::int64_t begin = 0; begin < axis.out; begin += tile_size, ++count) {
    const AxisTile t = axis.tile(begin, std::min(tile_size, axis.out - begin));
    in_lines += t.in_lines;
    most_lines = std::max(most_lines, t.in_lines);
    const std::int64_t fresh_of_tile = mapping::fresh(t, before).in_lines;
    fresh_lines += fresh_of_tile;
    most_fresh = std::max(most_fresh, fresh_of_tile);
    before = t;
    const auto same = std::find_if(classes.begin(), classes.end(), [&](const Class& c) {
      return c.out_size == t.out_size && c.in_lines == t.in_lines && c.fresh_lines == fresh_of_tile;
    });
    if (same == classes.end()) {
      classes.push_back({t.out_size, t.in_lines, fresh_of_tile, 1});
    } else {
      ++same->count;
    }
  }
}

std::vector<std::int64_t> breakpoints(std::int64_t size, bool dense) {
  std::vector<std::int64_t> sizes;
  for (std::int64_t k = 1; k <= size;) {
    const std::int64_t s = ceil_div(size, k);
    if (sizes.empty() || s < sizes.back()) sizes.push_back(s);
    if (!dense) {  // 1, 2, 3, 4, 6, 8, 12, ...: alternately a half and a third more
      const bool power_of_two = (k & (k - 1)) == 0;
      k += k < 4 ? 1 : power_of_two ? k / 2 : k / 3;
    } else if (s == 1) {
      break;
    } else {
      k = ceil_div(size, s - 1);  // the first k with a smaller tile
    }
  }
  if (sizes.back() > 1) sizes.push_back(1);
  return sizes;
}

}  // namespace subvolt::mapping
