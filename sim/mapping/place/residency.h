// What of a layer's operands stays in which buffer, and for how long, given tile sizes and loop order.
//
// Buffers are used in slots. A tile's data occupies a slot from its load until the last command that uses it;
// double buffering gives each kind of data two slots, so that the next tile loads while this one computes.
// Data that is loaded only once in the layer needs one slot either way.
//
//   input buffer   slots x input of a tile                    (or of the pixel tile's whole reduction)
//                  Where pixel tiles follow each other down the image, over its whole width, lines that a tile shares
//                  with the one before stay: input of a tile, and with two slots the lines that the next one adds.
//   weight buffer  slots x weights of a tile + slots x biases (or of the channel tile; or of the whole layer)
//                  Of a channel tile whose reduction has steps, one slot does, too: the next one's weights follow those
//                  of the last pixel tile, step by step.
//   output buffer  slots x 4 B x pixels x channels            (requantised in place; three slots where they fit, as a
//                  tile is computed, requantised and stored)
//
// A stay is as long as saves loads: where a longer one saves none, two slots keep loads in pace with what is computed,
// as in a smaller buffer. So the same tiling never moves more bytes with a larger one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/mapping/layer/mac_layer.h"

namespace subvolt::mapping {

struct TileSizes {
  std::int64_t rows = 1;
  std::int64_t columns = 1;
  std::int64_t channels = 1;
  std::int64_t reduction = 1;
};

struct Tiling {
  TileSizes size;
  LoopOrder order = LoopOrder::kWeightsOuter;
  bool double_buffered = true;
};

enum class WeightsStay { kTile, kChannelTile, kLayer };

struct Residency {
  WeightsStay weights = WeightsStay::kTile;
  bool inputs_stay = false;  // a pixel tile's input is kept for all its channel tiles
  bool lines_stay = false;   // of a pixel tile for the next one
  int input_slots = 1;
  int weight_slots = 1;
  int bias_slots = 1;
  int output_slots = 1;
};

// Counts and largest sizes of the tiles of a layer.
struct TileExtent {
  std::int64_t pixel_tiles = 1;
  std::int64_t channel_tiles = 1;
  std::int64_t reduction_tiles = 1;  // per channel tile
  std::int64_t most_input_pixels = 1;
  std::int64_t most_fresh_pixels = 1;  // of a tile behind another one
  bool whole_lines = true;             // over the width of the image
  std::int64_t most_output_pixels = 1;
  std::int64_t most_groups = 1;
  std::int64_t most_outputs = 1;  // channels
};
TileExtent tile_extent(const MacLayer& layer, const TileSizes& size, const AxisTiling& rows, const AxisTiling& columns);

// A layer that needs more is refused: its buffers are too small to be useful.
inline constexpr std::int64_t kMostCommands = std::int64_t{1} << 18;

// A buffer that is too small for a tile.
struct Shortage {
  Buffer buffer = Buffer::kInput;
  Operand operand = Operand::kInput;
  std::int64_t required = 0;
  std::int64_t available = 0;
  std::string obstacle;  // when it is none of the buffers
  double factor() const { return static_cast<double>(required) / static_cast<double>(available); }
};

// The longest stays that the buffers allow, or, for the shortest, the buffer that is short by the most.
std::optional<Residency> residency(const MacLayer& layer, const Tiling& tiling, const TileExtent& extent,
                                   const NpuCapabilities& npu, Shortage& shortage);

// The same with all weights of the layer in the buffer, where they fit: their loads wait for nothing, which keeps the
// DMA busy from the beginning on. Nothing where that is so, or the same.
std::optional<Residency> weights_at_once(const MacLayer& layer, const Tiling& tiling, Residency residency,
                                         const NpuCapabilities& npu);

// Whether weights and biases of a channel tile are loaded once, or with every pixel tile again.
bool weights_stay(std::int64_t pixel_tiles, const Residency& residency);
bool biases_stay(const Tiling& tiling, std::int64_t pixel_tiles, const Residency& residency);

}  // namespace subvolt::mapping
