// Broadcast array: each PE keeps one output; a row bus brings the pixel's input, a column bus the channel's
// weight, to all PEs in the same cycle. No skew, long wires.
//
// A fold is at most R pixels x C channels of one group and takes K cycles; then its rows leave one a cycle, R
// cycles in all, while nothing computes: F (K + R) cycles. overlap_folds changes nothing.
// Registers: 1 byte input and 1 byte weight per MAC latched at the PE, 4 bytes of partial sum.
#include <algorithm>
#include <utility>

#include "models/hw/array_styles/int8_array.h"

namespace subvolt::hw {
namespace {

using mapping::TileActivity;
using mapping::TileOperands;
using mapping::TileWork;

struct Cut {
  Cut(const ArrayGeometry& g, const TileWork& w)
      : pixels(ceil_div(w.pixels, g.rows)),
        channels(ceil_div(w.channels, g.columns)),
        folds(pixels * channels * w.groups) {}
  std::int64_t pixels, channels, folds;
};

class Reference : public mapping::ArrayReference {
 public:
  Reference(const ArrayGeometry& geometry, const TileWork& work, TileOperands operands)
      : geometry_(geometry), work_(work), cut_(geometry, work), operands_(std::move(operands)) {
    outputs_.assign(static_cast<std::size_t>(work.groups * work.pixels * work.channels), 0);
    if (work.accumulate) outputs_ = operands_.partial_sums;
  }

  bool done() const override { return fold_ == cut_.folds; }
  TileActivity activity() const override { return counted_; }
  std::vector<std::int32_t> outputs() const override { return outputs_; }

  void tick() override {
    const std::int64_t group = fold_ / (cut_.pixels * cut_.channels);
    const std::int64_t first_pixel = fold_ / cut_.channels % cut_.pixels * geometry_.rows;
    const std::int64_t first_channel = fold_ % cut_.channels * geometry_.columns;
    const std::int64_t rows = std::min(geometry_.rows, work_.pixels - first_pixel);
    const std::int64_t columns = std::min(geometry_.columns, work_.channels - first_channel);
    counted_.cycles += Cycles(1);
    if (step_ < work_.reduction) {
      if (step_ == 0) sums_.assign(static_cast<std::size_t>(rows * columns), 0);
      for (std::int64_t r = 0; r < rows; ++r) {
        const auto input =
            operands_
                .inputs[static_cast<std::size_t>((group * work_.pixels + first_pixel + r) * work_.reduction + step_)];
        for (std::int64_t c = 0; c < columns; ++c) {
          const auto weight = operands_.weights[static_cast<std::size_t>(
              (group * work_.reduction + step_) * work_.channels + first_channel + c)];
          sums_[static_cast<std::size_t>(r * columns + c)] += input * weight;
          ++counted_.macs;
          counted_.register_writes += 1 + 1 + 4;
        }
      }
      counted_.input_bytes_read += rows;
      counted_.weight_bytes_read += columns;
    } else {
      ++counted_.fill_cycles;
      if (step_ - work_.reduction < rows) leave(group, first_pixel, first_channel, columns);
    }
    if (++step_ == work_.reduction + geometry_.rows) {
      step_ = 0;
      ++fold_;
    }
  }

 private:
  // A row's sums.
  void leave(std::int64_t group, std::int64_t first_pixel, std::int64_t first_channel, std::int64_t columns) {
    const std::int64_t r = step_ - work_.reduction;
    for (std::int64_t c = 0; c < columns; ++c) {
      outputs_[static_cast<std::size_t>((group * work_.pixels + first_pixel + r) * work_.channels + first_channel +
                                        c)] += sums_[static_cast<std::size_t>(r * columns + c)];
      counted_.psum_bytes_written += 4;
      if (work_.accumulate) counted_.psum_bytes_read += 4;
    }
  }

  ArrayGeometry geometry_;
  TileWork work_;
  Cut cut_;
  TileOperands operands_;
  std::vector<std::int32_t> outputs_, sums_;
  TileActivity counted_;
  std::int64_t fold_ = 0, step_ = 0;
};

class Broadcast : public Int8Array {
 public:
  using Int8Array::Int8Array;
  std::string name() const override { return "broadcast"; }

  TileActivity timing(const mapping::Tile& tile) const override {
    const TileWork work = tile.as_product();
    const Cut cut(geometry(), work);
    const std::int64_t outputs = work.pixels * work.channels * work.groups;
    TileActivity a;
    a.cycles = Cycles(cut.folds * (work.reduction + geometry().rows));
    a.fill_cycles = cut.folds * geometry().rows;
    a.macs = work.macs();
    a.register_writes = (1 + 1 + 4) * work.macs();
    a.input_bytes_read = work.pixels * work.reduction * work.groups * cut.channels;
    a.weight_bytes_read = work.reduction * work.channels * work.groups * cut.pixels;
    a.psum_bytes_written = 4 * outputs;
    a.psum_bytes_read = work.accumulate ? 4 * outputs : 0;
    return a;
  }

  std::unique_ptr<mapping::ArrayReference> reference(const mapping::Tile& tile, TileOperands operands) const override {
    mapping::check_operands(tile, operands);
    return std::make_unique<Reference>(geometry(), tile.as_product(), std::move(operands));
  }
};

const bool registered = mapping::register_array_style(mapping::array_style_kind<Broadcast>(
    "broadcast", "each PE keeps one output, operands arrive on row and column buses"));

}  // namespace
}  // namespace subvolt::hw
