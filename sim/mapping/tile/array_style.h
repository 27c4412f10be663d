// An array style is one way in which a MAC array turns a tile into cycles: its dataflow.
//
// Styles are kinds, like components: each has the keys of `soc.npu.array` that say how large it is, its own events and
// hardware, and says which tiles it can run. An array is made of the styles of each kind that its configuration names:
// one, or several where its keys list some, as the unrollings of a spatial array.
//
// Each style has a closed-form timing, used by the mapper and by the simulated NPU, and a clock-by-clock
// reference of the same hardware that moves real numbers from register to register. Tests and
// `--fidelity cycle` hold the two against each other, cycle for cycle.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/schema.h"
#include "sim/mapping/tile/tile.h"
#include "sim/power/record/activity_record.h"

namespace subvolt::mapping {

// What the tile costs: exact integers. A step is a cycle in which as many products are formed as the tile can keep
// going; all other cycles fill and drain the array or load what it holds. So the element at the corner, which no tile
// leaves out, has a product in each step and in no other cycle. A style that says nothing of `fill_cycles` is taken to
// have steps only, with the multipliers that are idle in them. Byte counts are traffic between the array and its
// buffers, operands in the tile's formats.
struct TileActivity {
  Cycles cycles;
  std::int64_t fill_cycles = 0;  // of these: without a product in the element that has one in every step of the tile
  std::int64_t macs = 0;
  std::int64_t register_writes = 0;     // bytes latched in PE operand and partial-sum registers
  std::int64_t input_bytes_read = 0;    // input buffer
  std::int64_t weight_bytes_read = 0;   // weight buffer
  std::int64_t psum_bytes_read = 0;     // output buffer
  std::int64_t psum_bytes_written = 0;  // output buffer
  std::array<std::int64_t, 4> own{};    // what else the style counts: its events say what
  friend bool operator==(const TileActivity& a, const TileActivity& b) {
    return a.cycles == b.cycles && a.fill_cycles == b.fill_cycles && a.macs == b.macs &&
           a.register_writes == b.register_writes && a.input_bytes_read == b.input_bytes_read &&
           a.weight_bytes_read == b.weight_bytes_read && a.psum_bytes_read == b.psum_bytes_read &&
           a.psum_bytes_written == b.psum_bytes_written && a.own == b.own;
  }
};

// Bytes per cycle that the buffers give and take; an array that is starved on average stops.
struct BufferRates {
  std::int64_t input = 1 << 20, weight = 1 << 20, output = 1 << 20;
  Cycles cycles(const TileActivity& a) const {
    return std::max({a.cycles, Cycles(ceil_div(a.input_bytes_read, input)),
                     Cycles(ceil_div(a.weight_bytes_read, weight)),
                     Cycles(ceil_div(a.psum_bytes_read + a.psum_bytes_written, output))});
  }
};

// Row-major operands of one group after another, as the product of the tile sees them: inputs
// [group][pixel][reduction], weights [group][reduction][channel], partial sums and outputs [group][pixel][channel].
// The reduction runs over the kernel's rows, its columns and the input channels.
struct TileOperands {
  std::vector<std::int8_t> inputs;
  std::vector<std::int8_t> weights;
  std::vector<std::int32_t> partial_sums;  // empty unless accumulate
};
// Throws Error(kInternal) unless there are as many operands as the tile has. For reference() of each style.
void check_operands(const Tile& tile, const TileOperands& operands);

// The array at register-transfer level. tick() is one rising clock edge.
class ArrayReference {
 public:
  virtual ~ArrayReference() = default;
  virtual bool done() const = 0;
  virtual void tick() = 0;
  virtual TileActivity activity() const = 0;              // counted so far
  virtual std::vector<std::int32_t> outputs() const = 0;  // when done
};

// An event of the array, and how many of them a tile is. Styles of one array share events of one name. Causes to which
// a style loses cycles or multipliers are events with a `loss` (sim/power/record/losses.h); the array adds what is idle
// besides.
struct ArrayEvent {
  power::EventDeclaration declaration;
  std::int64_t (*count)(const TileActivity&) = nullptr;
};
// "fill_cycles", of a style that says what they are.
ArrayEvent fill_event();

// Hardware of the array. Styles of one array share parts of one name.
struct ArrayPart {
  std::string name;  // "processing elements"
  power::Inventory inventory;
};

// Tile sizes that fill the array: the search cuts output channels and products of the reduction into multiples, and so
// that input channels are multiples, too.
struct Granularity {
  std::int64_t channels = 1;
  std::int64_t reduction = 1;
  std::int64_t inputs = 1;
  friend bool operator==(const Granularity& a, const Granularity& b) {
    return a.channels == b.channels && a.reduction == b.reduction && a.inputs == b.inputs;
  }
};

// A style of a given size.
class ArrayStyle {
 public:
  virtual ~ArrayStyle() = default;
  virtual std::string name() const = 0;  // "weight_stationary"
  virtual std::vector<ArrayEvent> events() const = 0;
  virtual std::vector<ArrayPart> parts() const = 0;
  virtual std::int64_t most_macs_per_cycle() const = 0;
  virtual Granularity granularity() const = 0;
  // Wants a layer as one tile where the buffers allow it, though another tiling were better; else the best, as ever.
  virtual bool whole_layers() const { return false; }
  // Why it cannot run the tile, behind the NPU's name: "computes int8 and the weights is int4"; empty when it can. One
  // that it can run does not become impossible by being cut, nor by adding to partial sums.
  virtual std::string obstacle(const Tile& tile) const = 0;
  virtual TileActivity timing(const Tile& tile) const = 0;
  // Throws Error(kInternal) when the operands are not those of the tile.
  virtual std::unique_ptr<ArrayReference> reference(const Tile& tile, TileOperands operands) const = 0;
};

// Of arrays whose multipliers take bytes.
std::string obstacle_of_int8(const Tile& tile);

using ArrayStyles = std::vector<std::shared_ptr<const ArrayStyle>>;

struct ArrayStyleKind {
  std::string name;
  std::string summary;                           // one line for `subvolt list components`
  const config::SchemaBase* geometry = nullptr;  // its keys of soc.npu.array
  // From a map of these keys alone, one or several in which the array may work; none, with errors reported, when they
  // are no geometry.
  std::function<ArrayStyles(const config::Node&, config::Diagnostics&)> create;
  // For draw_array_style(): adds those keys that are neither numbers nor truths, or of another scale than most.
  std::function<void(config::Node&, const std::function<std::int64_t(std::int64_t)>& draw)> draw = {};
};

// For a style that is made of its Style::Geometry, a struct with a schema.
template <class Style>
ArrayStyleKind array_style_kind(std::string name, std::string summary) {
  using Geometry = typename Style::Geometry;
  return {std::move(name), std::move(summary), &Geometry::schema(),
          [](const config::Node& node, config::Diagnostics& diagnostics) -> ArrayStyles {
            Geometry geometry;
            if (!Geometry::schema().read(node, geometry, diagnostics)) return {};
            return {std::make_shared<Style>(geometry)};
          }};
}

// Call at namespace scope of the style's own file: static const bool NAME_registered = register_array_style(...);
// A second style of the same name is a bug in the program: Error(kInternal).
bool register_array_style(ArrayStyleKind kind);
std::vector<const ArrayStyleKind*> array_styles();                // sorted by name
const ArrayStyleKind* find_array_style(const std::string& name);  // nullptr when unknown

// The styles of an array, from a map that may have other keys, too. None, with errors reported, when it is no geometry.
ArrayStyles make_array_styles(const ArrayStyleKind& kind, const config::Node& array, config::Diagnostics& diagnostics);
// Of a small size that `draw` chooses, from 1 to its argument, for comparisons with the reference.
std::shared_ptr<const ArrayStyle> draw_array_style(const ArrayStyleKind& kind,
                                                   const std::function<std::int64_t(std::int64_t)>& draw,
                                                   std::int64_t largest);

}  // namespace subvolt::mapping
