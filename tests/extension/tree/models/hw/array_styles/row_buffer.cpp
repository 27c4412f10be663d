// Row buffer: the input lines under a window are kept, so that windows which share them read them once.
//
// A column makes one output channel and has `taps` multipliers, one for each element of the window: a larger window is
// none of its business. Outputs of all groups go to the columns in chunks of `columns`, input channels of a group come
// one after the other; each such pass takes
//   weights   one element of the window of all columns a cycle                       kernel rows x kernel columns
//   lines     one pixel a cycle of each group in the chunk; at first the lines under the first windows (extent E =
//   (kernel rows - 1) dilation + 1),
//             then for each output line the min(stride, E) that it does not share     (E + (out - 1) min(stride, E)) W
//   windows   one a cycle and column, after the lines of their output line            output pixels
// with W input pixels in a line. Sums are in the output buffer between passes.
//
// Own key: taps. Own event: line_byte (price row_buffer.byte), a byte written into the line buffer. Own cause of lost
// cycles: lines.
#include <algorithm>
#include <utility>

#include "models/hw/array_styles/int8_array.h"

namespace subvolt::hw {
namespace {

using mapping::Tile;
using mapping::TileActivity;
using mapping::TileOperands;

struct RowBufferGeometry {
  std::int64_t columns = 16;
  std::int64_t taps = 9;
  static const config::Schema<RowBufferGeometry>& schema() {
    static const auto schema =
        config::Schema<RowBufferGeometry>("row_buffer", "Columns of multipliers behind a buffer of input lines.")
            .required("columns", &RowBufferGeometry::columns, "Columns of processing elements.",
                      config::between(1, 1024))
            .optional("taps", &RowBufferGeometry::taps, "Multipliers of a column: the elements of the largest window.",
                      config::between(1, 121));
    return schema;
  }
};

std::int64_t window(const Tile& tile) { return tile.rows.kernel * tile.columns.kernel; }

// The array clock by clock.
class Reference : public mapping::ArrayReference {
 public:
  Reference(const RowBufferGeometry& geometry, const Tile& tile, TileOperands operands)
      : columns_(geometry.columns), tile_(tile), operands_(std::move(operands)) {
    outputs_.assign(static_cast<std::size_t>(tile.groups * tile.rows.out * tile.columns.out * tile.channels), 0);
    if (tile.accumulate) outputs_ = operands_.partial_sums;
  }
  bool done() const override { return output_ == tile_.groups * tile_.channels; }
  TileActivity activity() const override { return counted_; }
  std::vector<std::int32_t> outputs() const override { return outputs_; }

  void tick() override {
    counted_.cycles += Cycles(1);
    if (weights_loaded_ < window(tile_)) return load_weights();
    // The last line under this output line.
    const std::int64_t needed = line_ * tile_.rows.stride + (tile_.rows.kernel - 1) * tile_.rows.dilation;
    if (next_line_ <= needed) return load_pixel();
    multiply();
    if (++pixel_ < tile_.columns.out) return;
    pixel_ = 0;
    ++line_;
    // Lines above the next window are of no use.
    next_line_ = std::max(next_line_, line_ * tile_.rows.stride);
    if (line_ == tile_.rows.out) next_pass();
  }

 private:
  std::int64_t used() const { return std::min(columns_, tile_.groups * tile_.channels - output_); }

  void load_weights() {
    ++weights_loaded_;
    ++counted_.fill_cycles;
    counted_.weight_bytes_read += used();
    counted_.register_writes += used();
  }
  void load_pixel() {
    const std::int64_t groups = (output_ + used() - 1) / tile_.channels - output_ / tile_.channels + 1;
    counted_.input_bytes_read += groups;
    counted_.own[0] += groups;
    ++counted_.own[1];
    if (++column_ < tile_.columns.in()) return;
    column_ = 0;
    ++next_line_;
  }
  void multiply() {
    const mapping::TileWork w = tile_.as_product();
    for (std::int64_t o = output_; o < output_ + used(); ++o) {
      const std::int64_t group = o / w.channels, c = o % w.channels;
      const std::int64_t pixel = group * w.pixels + line_ * tile_.columns.out + pixel_;
      std::int32_t& sum = outputs_[static_cast<std::size_t>(pixel * w.channels + c)];
      for (std::int64_t tap = 0; tap < window(tile_); ++tap) {
        const std::int64_t k = tap * tile_.inputs + input_;
        sum += operands_.inputs[static_cast<std::size_t>(pixel * w.reduction + k)] *
               operands_.weights[static_cast<std::size_t>((group * w.reduction + k) * w.channels + c)];
        ++counted_.macs;
      }
      if (input_ > 0 || tile_.accumulate) counted_.psum_bytes_read += 4;
      counted_.psum_bytes_written += 4;
    }
  }
  void next_pass() {
    line_ = next_line_ = weights_loaded_ = 0;
    if (++input_ < tile_.inputs) return;
    input_ = 0;
    output_ += used();
  }

  std::int64_t columns_;
  Tile tile_;
  TileOperands operands_;
  std::vector<std::int32_t> outputs_;
  TileActivity counted_;
  std::int64_t output_ = 0, input_ = 0;      // of the pass: its first output of all groups, its input channel
  std::int64_t weights_loaded_ = 0;          // elements of the window
  std::int64_t next_line_ = 0, column_ = 0;  // of the input
  std::int64_t line_ = 0, pixel_ = 0;        // of the output
};

class RowBuffer : public mapping::ArrayStyle {
 public:
  using Geometry = RowBufferGeometry;
  explicit RowBuffer(const RowBufferGeometry& geometry) : geometry_(geometry) {}
  std::string name() const override { return "row_buffer"; }
  std::vector<mapping::ArrayEvent> events() const override {
    std::vector<mapping::ArrayEvent> all = Int8Array::int8_events();
    all.push_back(
        {{"line_byte", "row_buffer.byte", power::Cause::kSwitching, "One byte written into a line buffer.", {}},
         [](const TileActivity& a) { return a.own[0]; }});
    power::EventDeclaration lines{"line_cycles", "", power::Cause::kSwitching, "A cycle in which lines come.", {}};
    lines.loss = {"lines", "Lines come into the row buffer.", "Higher tiles, so that windows share more lines."};
    all.push_back({std::move(lines), [](const TileActivity& a) { return a.own[1]; }});
    return all;
  }
  std::vector<mapping::ArrayPart> parts() const override {
    power::Inventory inventory;
    inventory.flip_flops = 8 * geometry_.columns * geometry_.taps;
    inventory.logic_gates = geometry_.columns * geometry_.taps * (353 + 172) + 6 * inventory.flip_flops;
    inventory.basis = "estimate: per tap, an int8 multiplier of 353 gates, an adder of 172 and a weight of 8 bits";
    return {{"row buffer", inventory}};
  }
  std::int64_t most_macs_per_cycle() const override { return geometry_.columns * geometry_.taps; }
  mapping::Granularity granularity() const override { return {geometry_.columns, 1}; }
  std::string obstacle(const Tile& tile) const override {
    if (window(tile) <= geometry_.taps) return mapping::obstacle_of_int8(tile);
    return "multiplies windows of up to " + std::to_string(geometry_.taps) + " elements and this one has " +
           std::to_string(window(tile));
  }

  TileActivity timing(const Tile& tile) const override {
    const std::int64_t extent = (tile.rows.kernel - 1) * tile.rows.dilation + 1;
    const std::int64_t lines = extent + (tile.rows.out - 1) * std::min(tile.rows.stride, extent);
    const std::int64_t pixels = tile.rows.out * tile.columns.out;
    const std::int64_t all = tile.groups * tile.channels;
    const std::int64_t passes = ceil_div(all, geometry_.columns) * tile.inputs;
    const std::int64_t outputs = pixels * all;
    std::int64_t fed = 0;  // groups of all chunks
    for (std::int64_t o = 0; o < all; o += geometry_.columns) {
      fed += (std::min(o + geometry_.columns, all) - 1) / tile.channels - o / tile.channels + 1;
    }
    TileActivity a;
    a.cycles = Cycles(passes * (window(tile) + lines * tile.columns.in() + pixels));
    a.fill_cycles = passes * window(tile);
    a.own[1] = passes * lines * tile.columns.in();
    a.macs = tile.macs();
    a.input_bytes_read = fed * tile.inputs * lines * tile.columns.in();
    a.own[0] = a.input_bytes_read;
    a.weight_bytes_read = window(tile) * tile.inputs * tile.channels * tile.groups;
    a.register_writes = a.weight_bytes_read;
    a.psum_bytes_written = 4 * outputs * tile.inputs;
    a.psum_bytes_read = a.psum_bytes_written - (tile.accumulate ? 0 : 4 * outputs);
    return a;
  }
  std::unique_ptr<mapping::ArrayReference> reference(const Tile& tile, TileOperands operands) const override {
    mapping::check_operands(tile, operands);
    return std::make_unique<Reference>(geometry_, tile, std::move(operands));
  }

 private:
  RowBufferGeometry geometry_;
};

const bool registered = mapping::register_array_style(
    mapping::array_style_kind<RowBuffer>("row_buffer", "input lines stay, a window of each column a cycle"));

}  // namespace
}  // namespace subvolt::hw
