// How a layer with MACs is cut into tiles for an engine that works in an L1, and what is moved between memory and L1.
//
// Outputs are cut into tiles of rows, columns and channels, with all input channels; groups one by one, or depthwise
// channels in tiles. Of the tilings of which two of each operand that changes fit into the L1, or else one, the best by
// the objectives. What an engine makes of a tile is its own affair (L1Layer).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "sim/mapping/layer/mac_layer.h"
#include "sim/mapping/place/cost_model.h"
#include "sim/mapping/tile/finalists.h"

namespace subvolt::mapping {

// What an engine does for a tile: cycles, bytes that it streams from and to the L1, and what weights with their biases
// and outputs take of it.
struct L1Work {
  std::int64_t cycles = 0, streamed = 0;
  std::int64_t weights = 0, output = 0;
};

struct L1Memory {
  Bytes size;
  Bytes burst{256};     // of the DMA
  Cycles issue{4};      // between commands
  int outstanding = 8;  // of the DMA, in both directions
};

// A layer as such an engine sees it.
class L1Layer {
 public:
  virtual ~L1Layer() = default;
  const MacLayer& mac() const { return layer_; }
  bool depthwise() const { return layer_.groups > 1 && layer_.inputs_per_group == 1 && layer_.outputs_per_group == 1; }
  bool own_inputs() const { return layer_.groups > 1; }  // of each tile of channels
  std::int64_t most_channels() const { return depthwise() ? layer_.groups : layer_.outputs_per_group; }  // of a tile

  virtual std::int64_t side() const = 0;   // outputs that an engine takes at a time, each way
  virtual std::int64_t grain() const = 0;  // kernels that it takes at a time
  virtual L1Work work(const Tile& tile) const = 0;
  virtual std::shared_ptr<const MachineLayer> machine() const { return nullptr; }  // of its commands

  virtual Tile tile(const AxisTile& rows, const AxisTile& columns, const ChannelTile& channels) const;
  virtual std::vector<Block> inputs(const AxisTile& rows, const AxisTile& columns, const ChannelTile& channels) const;
  // Of the same, for the search.
  virtual Transfer input_transfer(const AxisTile& rows, const AxisTile& columns, const ChannelTile& channels,
                                  Bytes burst) const;
  // Of the same in the L1.
  virtual std::int64_t input_room(std::int64_t rows, std::int64_t columns, std::int64_t in_rows,
                                  std::int64_t in_columns, const ChannelTile& channels) const;

 protected:
  explicit L1Layer(MacLayer layer) : layer_(std::move(layer)) {}
  MacLayer layer_;
};

struct L1Tiling {
  std::int64_t rows = 1, columns = 1, channels = 1;
  LoopOrder order = LoopOrder::kWeightsOuter;
  bool double_buffered = true;
  Figures figures;
  std::int64_t room = 0;        // of the L1
  std::int64_t candidates = 0;  // that fit
};

// The best of those that fit, by an estimate, for each of the objectives; none: none fits.
Found<L1Tiling> search_l1_tilings(const L1Layer& layer, const L1Memory& own, const std::vector<Objective>& objectives,
                                  Reach reach);
// Of which nothing has a place yet: what a layer takes of the L1 is no matter of places.
Placement unplaced(const network::Network& network);
// What the smallest tile of one kernel takes of the L1, and what the whole layer takes.
std::int64_t least_l1_room(const L1Layer& layer);
std::int64_t whole_l1_room(const L1Layer& layer);

// Of one image. `compute_only`: operands are in the L1.
std::vector<Command> lower_l1_layer(const L1Layer& layer, const L1Tiling& tiling, bool compute_only);

}  // namespace subvolt::mapping
