// One spatial dimension of a layer, cut into tiles of output lines.
//
// Output line o of a window with extent E = (kernel - 1) dilation + 1 needs the input lines
// o stride - pad ... o stride - pad + E - 1. Lines in the padding do not exist and are never loaded. A tile
// loads the hull of what its lines need; where the kernel is one line high, `sparse` axes load only the lines
// that the stride meets.
//
// A resized axis has no window: output line o lies at (o + 1/2) in / out - 1/2 among the input lines (pixel centres
// keep their places) and needs the two lines around it.
#pragma once

#include <cstdint>
#include <vector>

namespace subvolt::mapping {

struct AxisTile {
  std::int64_t out_begin = 0;
  std::int64_t out_size = 0;
  std::int64_t in_begin = 0;  // first real input line
  std::int64_t in_lines = 0;  // real input lines loaded; 0 when all of the window is padding
  std::int64_t in_step = 1;   // distance of one loaded line to the next
};

struct Axis {
  std::int64_t in = 1;
  std::int64_t out = 1;
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t pad = 0;  // lines of padding before the first
  bool sparse = false;
  bool resized = false;
  AxisTile tile(std::int64_t begin, std::int64_t size) const;

 private:
  AxisTile gapped_tile(AxisTile tile) const;
  AxisTile resized_tile(AxisTile tile) const;
};

// What is left of a tile's lines to load where those that `before` needs, too, are still there.
AxisTile fresh(const AxisTile& tile, const AxisTile& before);

// All tiles of one size along an axis; the last may be smaller. Tiles that need as many lines as each other
// cost the same, so the search looks at one of each class.
struct AxisTiling {
  struct Class {
    std::int64_t out_size = 0;
    std::int64_t in_lines = 0;
    std::int64_t fresh_lines = 0;  // of these: that the tile before does not need
    std::int64_t count = 0;
  };
  AxisTiling(const Axis& axis, std::int64_t tile_size);
  std::int64_t size = 1;
  std::int64_t count = 0;
  std::int64_t in_lines = 0;    // sum over the tiles
  std::int64_t most_lines = 0;  // of one tile
  std::int64_t fresh_lines = 0, most_fresh = 0;
  std::vector<Class> classes;  // the first tile's class first
};

// The distinct tile sizes ceil(size / k), largest first: sizes in between only make the last tile smaller.
// `dense` takes every k, else 1, 2, 3, 4, 6, 8, 12, 16, ...
std::vector<std::int64_t> breakpoints(std::int64_t size, bool dense);

}  // namespace subvolt::mapping
