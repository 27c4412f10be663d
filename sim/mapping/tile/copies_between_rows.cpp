// Copies whose tensors are parts of others: their rows lie apart.
#include <algorithm>

#include "sim/mapping/tile/copies.h"

namespace subvolt::mapping {
namespace {

using Stride = std::int64_t Copy::Loop::*;

// So that no run of this side goes over the end of a row.
bool cut_runs(Copy& copy, std::int64_t offset, const RowsOf& rows) {
  if (!rows.apart() || offset % rows.row + copy.run <= rows.row) return true;
  if (offset % rows.row != 0 || copy.run % rows.row != 0) return false;
  copy.loops.push_back({copy.run / rows.row, rows.row, rows.row});
  copy.run = rows.row;
  return true;
}

// So that each loop of this side goes from row to row or stays within one.
bool cut_loops(Copy& copy, Stride stride, const RowsOf& rows) {
  if (!rows.apart()) return true;
  std::vector<Copy::Loop> cut;
  for (Copy::Loop loop : copy.loops) {
    const std::int64_t step = loop.*stride;
    if (step > 0 && step < rows.row && step * loop.size > rows.row) {
      const std::int64_t in_row = rows.row / step;
      if (rows.row % step != 0 || loop.size % in_row != 0) return false;
      cut.push_back({loop.size / in_row, loop.source_stride * in_row, loop.target_stride * in_row});
      loop.size = in_row;
    }
    cut.push_back(loop);
  }
  copy.loops = std::move(cut);
  return true;
}

// Strides and offset of this side in elements of what its tensor is a part of.
bool spread(Copy& copy, std::int64_t& offset, Stride stride, const RowsOf& rows) {
  if (!rows.apart()) return true;
  std::int64_t end = offset % rows.row + copy.run;  // of what is reached in one row
  for (Copy::Loop& loop : copy.loops) {
    std::int64_t& step = loop.*stride;
    if (step % rows.row == 0) {
      step = step / rows.row * rows.pitch;
    } else {
      end += step * (loop.size - 1);
    }
  }
  offset = offset / rows.row * rows.pitch + offset % rows.row;
  return end <= rows.row;
}

}  // namespace

std::optional<Copy> between_rows(Copy copy, const RowsOf& source, const RowsOf& target) {
  const bool possible = cut_runs(copy, copy.source_offset, source) && cut_runs(copy, copy.target_offset, target) &&
                        cut_loops(copy, &Copy::Loop::source_stride, source) &&
                        cut_loops(copy, &Copy::Loop::target_stride, target) &&
                        spread(copy, copy.source_offset, &Copy::Loop::source_stride, source) &&
                        spread(copy, copy.target_offset, &Copy::Loop::target_stride, target);
  if (!possible) return std::nullopt;
  return simplified(std::move(copy));
}

}  // namespace subvolt::mapping
