// A row-stationary array: `rows` x `columns` processing elements (PEs), each with scratchpads for filter, ifmap and
// psum words, a global buffer of banks and a buffer for filters, as the planner, the simulated component and the tests
// see it. Times are cycles of its clock. What it does with a layer is told in
// models/hw/row_stationary/row_stationary.h.
//
// Words of the papers (Y.-H. Chen et al., ISCA 2016 and JSSC 52(1) 2017): an ifmap is a channel of the input, an ofmap
// one of the output, psums are partial sums of ofmaps. A PE set computes `e` rows of one ofmap from R rows of filter,
// in R x e PEs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "sim/mapping/tile/tile.h"
#include "sim/units/counts.h"

namespace subvolt::mapping {

struct RowStationaryMachine {
  std::int64_t rows = 12, columns = 14;  // PEs
  // Words of the scratchpads of a PE.
  std::int64_t filter_words = 224, ifmap_words = 12, psum_words = 24;
  std::int64_t banks = 25, bank_words = 2048;  // of the global buffer; ifmaps and psums share no bank
  std::int64_t filter_buffer_words = 4096;
  // Words per cycle on the buses between buffers and PEs; those of psums are two, one each way.
  std::int64_t filter_rate = 2, ifmap_rate = 1, psum_rate = 4;
  std::int64_t ifmap_ahead = 4;  // windows whose ifmap words may be on their way before the PEs begin with them
  std::int64_t word_bits = 16;

  std::int64_t pes() const { return rows * columns; }
};

// Of one group of a convolution.
struct RowStationaryLayer {
  std::int64_t images = 1, groups = 1;
  std::int64_t channels = 1, filters = 1;  // of a group
  TileAxis rows, columns;

  std::int64_t macs() const {
    return images * groups * channels * filters * rows.out * rows.kernel * columns.out * columns.kernel;
  }
};

// What the array does from one filter reload to the next.
struct RowStationaryPass {
  std::int64_t images = 1, channels = 1, filters = 1;
  TileAxis rows, columns;   // rows.out: those of the strip
  bool accumulate = false;  // psums of earlier passes come from the global buffer

  std::int64_t windows() const { return images * columns.out; }
  std::int64_t filter_words() const { return channels * filters * rows.kernel * columns.kernel; }
  // Of the strip, padding included.
  std::int64_t ifmap_words() const { return images * channels * rows.in() * columns.in(); }
  std::int64_t psums() const { return images * filters * rows.out * columns.out; }
  std::int64_t macs() const { return psums() * filter_words() / filters; }
  auto key() const {
    return std::make_tuple(images, channels, filters, rows.out, rows.kernel, rows.stride, rows.dilation, columns.out,
                           columns.kernel, columns.stride, columns.dilation, accumulate);
  }
};

// How PE sets share a pass: r of them have different channels of one ofmap, t different filters; each has q channels
// and p filters.
struct PeSets {
  std::int64_t p = 1, q = 1, r = 1, t = 1;
  std::int64_t active(const RowStationaryPass& pass) const { return r * t * pass.rows.out * pass.rows.kernel; }
};

struct RowStationaryMapping {
  std::int64_t m = 1, n = 1, e = 1;
  std::int64_t channels = 1, filters = 1;  // of a pass: q r and p t
};

// PE sets of R x e that the array has room for: a set wider than the array is folded into segments that lie above each
// other, narrow ones lie side by side.
std::int64_t pe_sets(const RowStationaryMachine& machine, std::int64_t kernel_rows, std::int64_t out_rows);
// The arrangement that takes the fewest cycles of a window, then the fewest sets. Nothing: scratchpads are too small.
std::optional<PeSets> arrange(const RowStationaryMachine& machine, const RowStationaryPass& pass);

}  // namespace subvolt::mapping
