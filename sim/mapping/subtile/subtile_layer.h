// A layer as a sub-tile engine sees it: what its jobs are, and what the DMA makes of windows that the engine does not
// have.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/l1/l1_tiling.h"
#include "sim/mapping/subtile/subtile_machine.h"

namespace subvolt::mapping {

// What a job's input is.
enum class SubtileInput {
  kImage,
  kWindows,  // pixels that the DMA makes of windows
  kLine,     // channels of a single pixel, for the linear mode
};

class SubtileLayer : public L1Layer {
 public:
  SubtileLayer(const SubtileMachine& machine, MacLayer layer, SubtileInput input);
  bool gathered() const { return input_ == SubtileInput::kWindows; }
  std::int64_t side() const override { return side_; }  // outputs of a sub-tile that are kept
  std::int64_t grain() const override;
  L1Work work(const Tile& tile) const override;

  Tile tile(const AxisTile& rows, const AxisTile& columns, const ChannelTile& channels) const override;
  std::vector<Block> inputs(const AxisTile& rows, const AxisTile& columns, const ChannelTile& channels) const override;
  Transfer input_transfer(const AxisTile& rows, const AxisTile& columns, const ChannelTile& channels,
                          Bytes burst) const override;
  std::int64_t input_room(std::int64_t rows, std::int64_t columns, std::int64_t in_rows, std::int64_t in_columns,
                          const ChannelTile& channels) const override;

 private:
  void gather(const AxisTile& rows, const AxisTile& columns, std::vector<Block>& blocks) const;

  SubtileMachine machine_;
  SubtileInput input_;
  std::int64_t side_;
};

}  // namespace subvolt::mapping
