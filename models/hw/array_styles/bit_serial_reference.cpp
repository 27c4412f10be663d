// The bit-serial array clock by clock: what each cell and register holds, nothing derived from the closed form.
#include <utility>

#include "models/hw/array_styles/bit_serial.h"

namespace subvolt::hw {
namespace {

using mapping::TileActivity;

// A bit plane on its way down the columns: which pixel, which bit of it.
struct Plane {
  std::int64_t pixel = -1, bit = 0;
  bool valid() const { return pixel >= 0; }
};

class Reference : public mapping::ArrayReference {
 public:
  Reference(const StationaryFolds& folds, std::int64_t registers, std::int64_t most_macs, const mapping::Tile& tile,
            mapping::TileOperands operands)
      : folds_(folds),
        tile_(tile),
        work_(tile.as_product()),
        operands_(std::move(operands)),
        rows_(folds.geometry.rows),
        words_(folds.geometry.columns),
        most_macs_(most_macs),
        cells_(static_cast<std::size_t>(rows_ * words_), 0),
        planes_(static_cast<std::size_t>(registers)),
        sums_(static_cast<std::size_t>(registers * words_), 0),
        accumulators_(static_cast<std::size_t>(words_), 0),
        outputs_(static_cast<std::size_t>(work_.groups * work_.pixels * work_.channels), 0) {
    if (work_.accumulate) outputs_ = operands_.partial_sums;
    begin(0);
  }

  bool done() const override { return index_ == folds_.count(); }

  TileActivity activity() const override {
    TileActivity a = counted_;
    a.input_bytes_read = tile_.input.bytes(inputs_read_);
    a.weight_bytes_read = tile_.weight.bytes(weights_read_);
    return a;
  }

  std::vector<std::int32_t> outputs() const override { return outputs_; }

  void tick() override {
    counted_.cycles += Cycles(1);
    if (row_ < fold_.used_rows()) {
      ++counted_.fill_cycles;
      write_row(row_++);
      return;
    }
    accumulate(planes_.back());
    // From the foot up, so that each segment sees what the one above it held before this edge.
    for (std::size_t s = planes_.size() - 1; s > 0; --s) pass(s, planes_[s - 1]);
    pass(0, next_);
    if (next_.valid()) {
      counted_.own[1] += fold_.used_rows();
      counted_.own[0] += most_macs_;
      if (next_.bit == 0) counted_.own[0] -= rows_ * words_;
      counted_.register_writes += 4 * fold_.used_columns();  // of the accumulators, when this plane reaches them
      advance();
    } else {
      ++counted_.fill_cycles;
    }
    if (written_ == work_.pixels) begin(index_ + 1);
  }

 private:
  void begin(std::int64_t index) {
    index_ = index;
    if (done()) return;
    fold_ = folds_.at(index);
    row_ = 0;
    written_ = 0;
    next_ = {0, 0};
  }

  void advance() {
    if (++next_.bit < tile_.input.bits()) return;
    next_.bit = 0;
    if (++next_.pixel == work_.pixels) next_.pixel = -1;
  }

  bool on_diagonal(std::int64_t row, std::int64_t word) const { return row / fold_.rows == word / fold_.columns; }

  void write_row(std::int64_t row) {
    const std::int64_t group = fold_.group + row / fold_.rows;
    const std::int64_t k = fold_.reduction + row % fold_.rows;
    for (std::int64_t w = 0; w < fold_.used_columns(); ++w) {
      std::int64_t weight = 0;
      if (on_diagonal(row, w)) {
        const std::int64_t n = fold_.held + w % fold_.columns;
        weight = operands_.weights[static_cast<std::size_t>((group * work_.reduction + k) * work_.channels + n)];
        ++weights_read_;
        counted_.own[2] += tile_.weight.bits();
      }
      cells_[static_cast<std::size_t>(row * words_ + w)] = weight;
    }
  }

  // The bit of a row's input in a plane; the row's address generator reads it as the plane reaches its segment.
  std::int64_t input_bit(std::int64_t row, const Plane& plane) {
    const std::int64_t group = fold_.group + row / fold_.rows;
    const std::int64_t k = fold_.reduction + row % fold_.rows;
    const std::int64_t value =
        operands_.inputs[static_cast<std::size_t>((group * work_.pixels + plane.pixel) * work_.reduction + k)];
    if (plane.bit == 0) ++inputs_read_;
    return value >> plane.bit & 1;
  }

  // What a segment's registers hold behind this edge: the sums from above, and of its own rows.
  void pass(std::size_t segment, const Plane& plane) {
    const auto at = [&](std::size_t s, std::int64_t w) -> std::int64_t& {
      return sums_[s * static_cast<std::size_t>(words_) + static_cast<std::size_t>(w)];
    };
    planes_[segment] = plane;
    if (!plane.valid()) return;
    const std::int64_t height = ceil_div(rows_, static_cast<std::int64_t>(planes_.size()));
    const std::int64_t first = static_cast<std::int64_t>(segment) * height;
    std::vector<std::int64_t> sums(static_cast<std::size_t>(words_), 0);
    for (std::int64_t w = 0; segment > 0 && w < words_; ++w) sums[static_cast<std::size_t>(w)] = at(segment - 1, w);
    for (std::int64_t row = first; row < std::min(first + height, fold_.used_rows()); ++row) {
      const std::int64_t bit = input_bit(row, plane);
      for (std::int64_t w = 0; w < fold_.used_columns(); ++w) {
        sums[static_cast<std::size_t>(w)] += bit * cells_[static_cast<std::size_t>(row * words_ + w)];
        if (plane.bit == 0 && on_diagonal(row, w)) ++counted_.macs;
      }
    }
    for (std::int64_t w = 0; w < words_; ++w) at(segment, w) = sums[static_cast<std::size_t>(w)];
  }

  void accumulate(const Plane& plane) {
    if (!plane.valid()) return;
    const bool sign = plane.bit == tile_.input.bits() - 1;
    const std::size_t foot = (planes_.size() - 1) * static_cast<std::size_t>(words_);
    for (std::int64_t w = 0; w < fold_.used_columns(); ++w) {
      std::int64_t& sum = accumulators_[static_cast<std::size_t>(w)];
      if (plane.bit == 0) sum = 0;
      sum += (sign ? -1 : 1) * (sums_[foot + static_cast<std::size_t>(w)] << plane.bit);
      if (sign) write_back(w, plane.pixel, sum);
    }
    if (sign) ++written_;
  }

  void write_back(std::int64_t word, std::int64_t pixel, std::int64_t sum) {
    const std::int64_t group = fold_.group + word / fold_.columns;
    const std::int64_t n = fold_.held + word % fold_.columns;
    std::int32_t& output = outputs_[static_cast<std::size_t>((group * work_.pixels + pixel) * work_.channels + n)];
    const bool adds = work_.accumulate || fold_.reduction > 0;
    if (adds) counted_.psum_bytes_read += 4;
    output = static_cast<std::int32_t>((adds ? output : 0) + sum);
    counted_.psum_bytes_written += 4;
  }

  StationaryFolds folds_;
  mapping::Tile tile_;
  mapping::TileWork work_;
  mapping::TileOperands operands_;
  std::int64_t rows_, words_, most_macs_;
  std::int64_t index_ = 0, row_ = 0, written_ = 0;
  StationaryFolds::Fold fold_;
  Plane next_;
  std::vector<std::int64_t> cells_;  // [row][word]
  std::vector<Plane> planes_;        // by segment: what its registers hold
  std::vector<std::int64_t> sums_;   // [segment][word]
  std::vector<std::int64_t> accumulators_;
  std::vector<std::int32_t> outputs_;
  std::int64_t inputs_read_ = 0, weights_read_ = 0;
  TileActivity counted_;
};

}  // namespace

std::unique_ptr<mapping::ArrayReference> BitSerial::reference(const mapping::Tile& tile,
                                                              mapping::TileOperands operands) const {
  check_operands(tile, operands);
  return std::make_unique<Reference>(folds(tile), geometry_.registers_per_column, most_macs_per_cycle(), tile,
                                     std::move(operands));
}

}  // namespace subvolt::hw
