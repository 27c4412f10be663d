// The tiles of a layer's tiling, class by class of equal ones: what they move, what an array style makes of them, and
// how they flow through the pipeline.
//
// In steps, each of which serves several candidates of the search and may show that they lose: take() asks no array,
// run_on() no buffering, and estimate() looks at the bandwidth that the objective is most about before the other.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/mapping/place/cost_model.h"
#include "sim/mapping/place/residency.h"
#include "sim/mapping/program/pipeline.h"

namespace subvolt::mapping {

// A pixel tiling of a layer.
struct PixelTiling {
  AxisTiling rows;
  AxisTiling columns;
};

// Everything the estimate needs to know of one tiling that fits.
struct FittedTiling {
  Tiling tiling;
  Residency residency;
  TileExtent extent;
  const PixelTiling* pixels = nullptr;
};

struct MacTraffic {
  std::int64_t input_bytes = 0;
  std::int64_t weight_bytes = 0;
  std::int64_t bias_bytes = 0;
  std::int64_t output_bytes = 0;
  std::int64_t commands = 0;  // at most: tiles that lie in the padding load nothing
};

struct MacEstimate {
  Figures figures;
  std::int64_t array_cycles = 0;
};

// The reduction of each tile of a tiling in steps of equal size: the first starts from zero, the others add to partial
// sums.
class ReductionSteps {
 public:
  struct Step {
    std::int64_t reduction = 1;
    bool accumulate = false;
    std::int64_t count = 1;
  };
  ReductionSteps() = default;
  ReductionSteps(std::int64_t total, std::int64_t tile);
  const Step* begin() const { return all_.data(); }
  const Step* end() const { return all_.data() + count_; }

 private:
  std::array<Step, TileFlow::kMostSteps> all_;
  std::size_t count_ = 0;
};

VectorWork requantisation(const MacLayer& layer, std::int64_t pixels, std::int64_t channels);

// Of one tiling at a time; what a step says holds until it is done again or one before it.
class MacTiles {
 public:
  MacTiles(const MacLayer& layer, const NpuCapabilities& npu) : layer_(layer), npu_(npu) {}
  // Of its buffering only what stays is looked at.
  void take(const FittedTiling& fitted, const MacTraffic& traffic);
  void run_on(const ArrayStyle& style);
  // No buffering gives less, nor, before run_on(), any style.
  Figures at_least() const;
  MacEstimate estimate(bool double_buffered, int output_slots);

 private:
  struct Class {
    ChannelClass channels;
    std::int64_t rows = 1, columns = 1;  // outputs
    std::int64_t count = 0;
    std::int64_t with_input = 0, with_weights = 0;  // of these: that load what stays
    std::int64_t others() const { return count - with_input - with_weights - (first ? 1 : 0); }
    bool first = false;  // one of them is the layer's first tile
    TileFlow flow;
    TileMoves moves, moves_with_input, moves_with_weights, moves_of_first;  // those that there are
  };
  struct ArrayWork {
    std::int64_t cycles = 0, register_bytes = 0, buffer_bytes = 0;
  };
  void add(const AxisTiling::Class& rows, const AxisTiling::Class& columns, const ChannelClass& channels,
           bool first_pixels, bool first_channels);
  void move(const AxisTiling::Class& rows, const AxisTiling::Class& columns, Class& tiles);
  void time_moves();
  std::int64_t cycles(bool double_buffered, int output_slots) const;
  Figures figures(std::int64_t cycles) const;

  const MacLayer& layer_;
  const NpuCapabilities& npu_;
  std::vector<Class> classes_;
  ReductionSteps steps_;
  std::int64_t commands_ = 0;
  bool inputs_stay_ = false, lines_stay_ = false, weights_stay_ = false, biases_stay_ = false;
  Transfer input_, weights_, output_;
  std::int64_t vector_cycles_ = 0, vector_bytes_ = 0;
  ArrayWork array_;
  bool timed_ = false;  // the classes' moves
};

}  // namespace subvolt::mapping
