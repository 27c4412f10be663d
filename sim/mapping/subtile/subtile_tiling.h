// How a layer is cut into jobs of a sub-tile engine, and what their operands are in memory and in the L1.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/mapping/layer/mac_layer.h"
#include "sim/mapping/place/cost_model.h"
#include "sim/mapping/subtile/subtile_planner.h"

namespace subvolt::mapping {

// What a job's input is.
enum class SubtileInput {
  kImage,
  kWindows,  // pixels that the DMA makes of windows
  kLine,     // channels of a single pixel, for the linear mode
};

// A layer as the engine sees it.
class SubtileLayer {
 public:
  SubtileLayer(const SubtileMachine& machine, MacLayer layer, SubtileInput input);
  const MacLayer& mac() const { return layer_; }
  bool gathered() const { return input_ == SubtileInput::kWindows; }
  bool depthwise() const;
  bool own_inputs() const { return layer_.groups > 1; }  // of each tile of channels
  std::int64_t side() const { return side_; }            // outputs of a sub-tile that are kept, each way
  std::int64_t grain() const;                            // of kernels
  std::int64_t most_channels() const;                    // of a tile

  Tile tile(const AxisTile& rows, const AxisTile& columns, const ChannelTile& channels) const;
  std::vector<Block> inputs(const AxisTile& rows, const AxisTile& columns, const ChannelTile& channels) const;
  // Of the same in the L1.
  std::int64_t input_room(std::int64_t rows, std::int64_t columns, std::int64_t in_rows, std::int64_t in_columns,
                          const ChannelTile& channels) const;

 private:
  void gather(const AxisTile& rows, const AxisTile& columns, std::vector<Block>& blocks) const;

  SubtileMachine machine_;
  MacLayer layer_;
  SubtileInput input_;
  std::int64_t side_;
};

struct SubtileTiling {
  std::int64_t rows = 1, columns = 1, channels = 1;
  LoopOrder order = LoopOrder::kWeightsOuter;
  bool double_buffered = true;
  Figures figures;
  std::int64_t room = 0;        // of the L1
  std::int64_t candidates = 0;  // that fit
};

// The best of those that fit; nothing: none does, and `least` is what the smallest takes of the L1.
std::optional<SubtileTiling> best_subtile_tiling(const SubtileLayer& layer, const SubtileCapabilities& capabilities,
                                                 Objective objective, std::int64_t& least);
// What the whole layer takes of the L1.
std::int64_t whole_room(const SubtileLayer& layer, const SubtileMachine& machine);
// What one sub-tile of one kernel takes.
std::int64_t least_room(const SubtileLayer& layer, const SubtileMachine& machine);

// Of one image. `compute_only`: operands are in the L1.
std::vector<Command> lower_subtile_layer(const SubtileLayer& layer, const SubtileTiling& tiling, bool compute_only);

}  // namespace subvolt::mapping
