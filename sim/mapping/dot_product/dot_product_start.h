// A hardware layer of a dot-product engine with its places in memory: what one start works off, and the commands that
// say so in a program.
//
// Tensors lie in planes of `channels` channels, each row by row; the last plane has as many channels as are left. So a
// row of a plane is contiguous, a beat is a pixel of a plane, and a tensor takes no more bytes than it has elements.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/dot_product/dot_product_machine.h"
#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

// Beats that lie next to each other in memory.
struct BeatRun {
  Address address = 0;
  std::int64_t beats = 0, bytes = 0;
};

struct DotProductStart {
  DotProductLayer layer;
  // Full planes, and the last one if it has fewer channels; either may be empty. Runs are rows of the input, all pixels
  // of an output plane, or, where fewer kernels than a plane has are computed at a time, a pixel each.
  Block input, input_rest;
  Block output, output_rest;
  // The kernels' bytes; as many times as the zeros between groups make them longer. Zeros are not in memory: instead of
  // them the same bytes are read again.
  Block weights;
  TileAxis rows, columns;

  std::int64_t macs() const { return layer.macs() / weights.rows; }

  // From beat `first` on, at most `most`.
  BeatRun input_run(const DotProductMachine& machine, std::int64_t first, std::int64_t most) const;
  // Beats beyond the weights, up to their alignment, read their last bytes again, one by one.
  BeatRun weight_run(const DotProductMachine& machine, std::int64_t first, std::int64_t most) const;
  // Positions [first, first + n) of a group, in one run or one by one.
  std::vector<BeatRun> output_runs(std::int64_t group, std::int64_t first, std::int64_t n) const;
  // Of all weight beats: what there is, first, and what is read again at its end.
  std::vector<Block> weights_read(const DotProductMachine& machine) const;
};

// Banks for weights beside this input: as many as they take, as there are and as may be.
std::int64_t weight_banks_for(const DotProductMachine& machine, const DotProductLayer& layer);

// Loads say all that is read: of weights also the bytes that are read again.
void append_start(const DotProductStart& start, const DotProductMachine& machine, std::vector<Command>& commands);
// What append_start() has made of several.
std::vector<DotProductStart> starts_of(const std::vector<Command>& commands, const DotProductMachine& machine);

}  // namespace subvolt::mapping
