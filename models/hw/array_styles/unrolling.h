// Which loops of a convolution a spatial array unrolls, and what is left of a tile for time.
//
// Loops, in the field's letters: K output channels of a group, C input channels of a group, OX and OY output columns
// and rows, R and S kernel rows and columns, G groups.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/mapping/tile/tile.h"

namespace subvolt::hw {

enum class Loop { kK, kC, kOX, kOY, kR, kS, kG };
inline constexpr std::size_t kLoops = 7;
using LoopSizes = std::array<std::int64_t, kLoops>;
inline std::int64_t& at(LoopSizes& sizes, Loop loop) { return sizes[static_cast<std::size_t>(loop)]; }
inline std::int64_t at(const LoopSizes& sizes, Loop loop) { return sizes[static_cast<std::size_t>(loop)]; }

// What stays in the processing elements while the innermost loops run.
enum class Kept { kWeights, kOutputs };

// How many iterations run side by side, at most: as many as the axis has left, if that is less.
struct UnrollFactor {
  static constexpr std::int64_t kAll = 0;  // "all": as many as the axis has left
  std::int64_t value = 1;
};

// One item of soc.npu.array.unrollings.
struct Unrolling {
  using Axis = config::NamedList<UnrollFactor>;  // factor by loop
  Axis rows, columns, lanes;
  Kept keep = Kept::kWeights;
  static const config::Schema<Unrolling>& schema();
  // With the factors that an array of this size has room for, in their order.
  Unrolling on(std::int64_t row_count, std::int64_t column_count, std::int64_t lane_count) const;

  LoopSizes factors() const;  // of all axes together, 1 where a loop is not unrolled
  std::string name() const;   // "c16_k16": rows, columns, lanes
};

// A tile under an unrolling.
class UnrolledTile {
 public:
  UnrolledTile(const LoopSizes& factors, const mapping::Tile& tile);

  std::int64_t size(Loop loop) const { return at(sizes_, loop); }
  std::int64_t factor(Loop loop) const { return at(factors_, loop); }
  // Iterations in time.
  std::int64_t steps(Loop loop) const { return at(steps_, loop); }
  // How many of the unrolled are in use in iteration `step`.
  std::int64_t active(Loop loop, std::int64_t step) const {
    return std::min(factor(loop), size(loop) - step * factor(loop));
  }
  std::int64_t reduction_steps() const { return steps(Loop::kC) * steps(Loop::kR) * steps(Loop::kS); }
  std::int64_t pixel_steps() const { return steps(Loop::kOX) * steps(Loop::kOY); }
  std::int64_t outputs() const;
  std::int64_t weights() const;
  // Levels of the adder trees: over all that is unrolled of C, R and S.
  std::int64_t tree_levels() const;

  // Input lines that the outputs [first, first + n) need for kernel lines [k, k + m): how many different ones.
  static std::int64_t different(const mapping::TileAxis& axis, std::int64_t outputs, std::int64_t kernel);
  // For one kernel line behind the one of the step before: how many of them elements cannot hand on to their neighbours
  // (they can where the stride divides the dilation).
  static std::int64_t fresh(const mapping::TileAxis& axis, std::int64_t outputs);

 private:
  LoopSizes factors_, sizes_, steps_;
};

}  // namespace subvolt::hw

namespace subvolt::config {
template <>
struct FieldType<hw::UnrollFactor> {
  static bool read(const Node& node, hw::UnrollFactor& value, Diagnostics& d);
  static TypeDoc doc();
  static std::string text(const hw::UnrollFactor& value);
};
template <>
struct EnumNames<hw::Kept> {
  static const std::vector<std::pair<hw::Kept, std::string>>& names();
};
}  // namespace subvolt::config
