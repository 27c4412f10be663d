// Estimated cycles of a layer: tiles flow through load, compute, vector and store.
//
//   double-buffered  from one tile to the next: the slowest of compute with its loads, vector, and loads and store as
//                    they take turns in the DMA and share bus and memory; and no tile begins before the one that had
//                    its output slot is stored
//   single-buffered  compute waits for its loads and their latency; only the next tile's first load overlaps vector and
//                    store
//   fill             the first tile's first load and the last tile's vector and store overlap nothing
//
// An estimate for the search, of many candidates; replay.h follows the one that is chosen command by command.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/mapping/layer/mac_layer.h"
#include "sim/mapping/place/cost_model.h"

namespace subvolt::mapping {

// What one tile moves and computes.
struct TileFlow {
  struct Step {  // of the reduction
    Transfer input;
    Transfer weights;       // loaded for each tile
    Transfer kept_weights;  // loaded by the tile that is the first to use them
    std::int64_t compute = 0;
    std::int64_t count = 1;
  };
  // The first happens once; then those of a whole tile's reduction and one of what is left.
  static constexpr std::size_t kMostSteps = 3;
  std::array<Step, kMostSteps> steps;
  std::size_t step_count = 0;
  Transfer kept_input;  // loaded by the tile that is the first to use it
  Transfer biases;
  Transfer kept_biases;
  Transfer store;
  std::int64_t vector = 0;
};

// How long it takes to move one tile, whatever computes it.
struct TileMoves {
  std::array<std::int64_t, TileFlow::kMostSteps> loads{};  // of a step each
  std::int64_t first_load = 0;                             // of the first reduction step
  std::int64_t later_loads = 0;                            // of the others
  std::int64_t latency = 0;                                // of a load,
  std::int64_t store_latency = 0;
  std::int64_t turns = 0;  // of loads and stores, as they share the DMA
  std::int64_t store = 0;
};

struct PipelineLanes {
  const Lane *input, *weights, *output;
};

// Of a tile that also loads the kept operands named.
TileMoves moves_of(const PipelineLanes& lanes, const TileFlow& tile, bool kept_input, bool kept_weights);

class PipelineEstimate {
 public:
  PipelineEstimate(bool double_buffered, int output_slots)
      : double_buffered_(double_buffered), output_slots_(output_slots) {}

  void add(const TileFlow& tile, const TileMoves& moves, std::int64_t count);
  // The same for the very first tile of the layer, with the fill.
  void add_first(const TileFlow& tile, const TileMoves& moves);
  std::int64_t cycles() const { return cycles_; }

 private:
  struct Computing {
    std::int64_t all = 0;         // sum over the reduction steps
    std::int64_t overlapped = 0;  // sum of max(compute, load) over the reduction steps
  };
  static Computing computing(const TileFlow& tile, const TileMoves& moves);

  bool double_buffered_;
  int output_slots_;
  std::int64_t cycles_ = 0;
};

}  // namespace subvolt::mapping
