// For the checker of programs: times that nobody but the dependencies decides, what buffers hold over them, and the
// tiles of a layer as its mapping's loops define them.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <tuple>
#include <vector>

#include "sim/mapping/program/layer_plan.h"
#include "sim/network/network.h"

namespace subvolt::test {

using mapping::Command;

struct Interval {
  std::int64_t start = 0, end = 0;
};

// Loads are issued in order and may finish in any order; the other engines do one command at a time.
inline std::vector<Interval> schedule(const std::vector<Command>& commands, std::mt19937& random) {
  std::vector<Interval> times(commands.size());
  std::array<std::int64_t, mapping::kEngines> free{};
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto engine = static_cast<std::size_t>(commands[i].engine());
    std::int64_t start = free[engine];
    for (const std::int32_t before : commands[i].after)
      start = std::max(start, times[static_cast<std::size_t>(before)].end);
    const auto duration = static_cast<std::int64_t>(random() % 4 == 0 ? random() % 1000 : random() % 30);
    times[i] = {start, start + duration};
    free[engine] = commands[i].engine() == mapping::Engine::kLoad ? start : times[i].end;
  }
  return times;
}

// Bytes in a buffer over time.
class Occupancy {
 public:
  void hold(std::int64_t from, std::int64_t to, std::int64_t bytes) {
    changes_[from] += bytes;
    changes_[to] -= bytes;
  }
  void add(const Occupancy& other) {
    for (const auto& [time, change] : other.changes_) changes_[time] += change;
  }
  std::int64_t peak() const {
    std::int64_t now = 0, most = 0;
    for (const auto& [time, change] : changes_) most = std::max(most, now += change);
    return most;
  }

 private:
  std::map<std::int64_t, std::int64_t> changes_;  // what ends frees its bytes for what starts at that moment
};

// First and last real input line that output lines [begin, begin + size) touch; none: last < first.
struct Lines {
  std::int64_t first, last;
};
inline Lines touched(std::int64_t begin, std::int64_t size, std::int64_t kernel, std::int64_t stride,
                     std::int64_t dilation, std::int64_t pad, std::int64_t in) {
  Lines lines{in, -1};
  for (std::int64_t o = begin; o < begin + size; ++o) {
    for (std::int64_t k = 0; k < kernel; ++k) {
      const std::int64_t line = o * stride - pad + k * dilation;
      if (line < 0 || line >= in) continue;
      lines = {std::min(lines.first, line), std::max(lines.last, line)};
    }
  }
  return lines;
}

// A tile of a layer with MACs, as the mapping's loops define it.
struct Tile {
  std::int64_t row, rows, column, columns, channel, channels, group, groups;
};

inline std::vector<Tile> tiles_of(const network::Image& out, std::int64_t groups, const mapping::LayerMapping& m) {
  const std::int64_t per_group = out.channels / groups;
  std::vector<Tile> channel_tiles, tiles;
  for (std::int64_t c = 0; c < out.channels;) {
    std::int64_t n = 0;
    if (m.tile_channels >= per_group) {
      n = std::min(m.tile_channels / per_group * per_group, out.channels - c);
    } else {
      n = std::min(m.tile_channels, per_group - c % per_group);
    }
    channel_tiles.push_back({0, 0, 0, 0, c, n, c / per_group, std::max<std::int64_t>(1, n / per_group)});
    c += n;
  }
  const auto pixels = [&](const Tile& t) {
    for (std::int64_t r = 0; r < out.height; r += m.tile_rows) {
      for (std::int64_t c = 0; c < out.width; c += m.tile_columns) {
        tiles.push_back({r, std::min(m.tile_rows, out.height - r), c, std::min(m.tile_columns, out.width - c),
                         t.channel, t.channels, t.group, t.groups});
      }
    }
  };
  for (const Tile& t : channel_tiles) pixels(t);
  if (m.order == mapping::LoopOrder::kPixelsOuter) {
    std::stable_sort(tiles.begin(), tiles.end(), [](const Tile& a, const Tile& b) {
      return std::tie(a.row, a.column) < std::tie(b.row, b.column);
    });
  }
  return tiles;
}

}  // namespace subvolt::test
