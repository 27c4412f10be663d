// An array style is one way in which a MAC array turns a tile into cycles: its dataflow.
//
// Each style has a closed-form timing, used by the mapper and by the simulated NPU, and a clock-by-clock
// reference of the same hardware that moves real numbers from register to register. Tests and
// `--fidelity cycle` hold the two against each other, cycle for cycle.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/units/counts.h"

namespace subvolt::mapping {

struct ArrayGeometry {
  std::int64_t rows = 16;     // >= 1
  std::int64_t columns = 16;  // >= 1
  // Second register set for the stationary operand: the next fold is loaded (or the last one drained) while
  // this one computes.
  bool overlap_folds = true;
};

// The matrix product of a tile: outputs[pixel, channel] (+)= sum over reduction of input x weight. A
// convolution tile is lowered on the fly (im2col in the address generator, no copy in memory): pixels =
// output rows x columns, reduction = kernel taps x input channels of the tile. A depthwise tile is `groups`
// independent products of `channels` outputs each (the depth multiplier), which share nothing. All sizes >= 1.
struct TileWork {
  std::int64_t pixels = 1;
  std::int64_t reduction = 1;
  std::int64_t channels = 1;
  std::int64_t groups = 1;
  bool accumulate = false;  // adds to partial sums that an earlier tile left in the output buffer
  std::int64_t macs() const { return pixels * reduction * channels * groups; }
};

// What the tile costs: exact integers. Byte counts are traffic between the array and its buffers with int8
// operands and int32 partial sums.
struct TileActivity {
  Cycles cycles;
  std::int64_t macs = 0;
  std::int64_t register_writes = 0;     // bytes latched in PE operand and partial-sum registers
  std::int64_t input_bytes_read = 0;    // input buffer
  std::int64_t weight_bytes_read = 0;   // weight buffer
  std::int64_t psum_bytes_read = 0;     // output buffer
  std::int64_t psum_bytes_written = 0;  // output buffer
  friend bool operator==(const TileActivity& a, const TileActivity& b) {
    return a.cycles == b.cycles && a.macs == b.macs && a.register_writes == b.register_writes &&
           a.input_bytes_read == b.input_bytes_read && a.weight_bytes_read == b.weight_bytes_read &&
           a.psum_bytes_read == b.psum_bytes_read && a.psum_bytes_written == b.psum_bytes_written;
  }
};

// Row-major operands of one group after another: inputs [group][pixel][reduction],
// weights [group][reduction][channel], partial sums and outputs [group][pixel][channel].
struct TileOperands {
  std::vector<std::int8_t> inputs;
  std::vector<std::int8_t> weights;
  std::vector<std::int32_t> partial_sums;  // empty unless accumulate
};
// Throws Error(kInternal) unless there are as many operands as the tile has. For reference() of each style.
void check_operands(const TileWork& work, const TileOperands& operands);

// The array at register-transfer level. tick() is one rising clock edge.
class ArrayReference {
 public:
  virtual ~ArrayReference() = default;
  virtual bool done() const = 0;
  virtual void tick() = 0;
  virtual TileActivity activity() const = 0;              // counted so far
  virtual std::vector<std::int32_t> outputs() const = 0;  // when done
};

class ArrayStyle {
 public:
  virtual ~ArrayStyle() = default;
  virtual std::string name() const = 0;     // "weight_stationary"
  virtual std::string summary() const = 0;  // one line for `subvolt list components`
  virtual TileActivity timing(const ArrayGeometry& geometry, const TileWork& work) const = 0;
  // Throws Error(kInternal) when the operands are not those of the tile.
  virtual std::unique_ptr<ArrayReference> reference(const ArrayGeometry& geometry, const TileWork& work,
                                                    TileOperands operands) const = 0;
};

// Call at namespace scope of the style's own file: static const bool NAME_registered = register_array_style(...);
// A second style of the same name is a bug in the program: Error(kInternal).
bool register_array_style(std::unique_ptr<ArrayStyle> style);
std::vector<const ArrayStyle*> array_styles();                // sorted by name
const ArrayStyle* find_array_style(const std::string& name);  // nullptr when unknown

}  // namespace subvolt::mapping
