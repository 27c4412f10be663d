// The array that holds one operand clock by clock: what each register holds, nothing derived from the closed form.
#include <utility>

#include "models/hw/array_styles/history.h"
#include "models/hw/array_styles/stationary.h"

namespace subvolt::hw {
namespace {

using mapping::TileActivity;

struct Pe {
  std::int8_t held[2] = {0, 0};    // two sets; one is used without overlap_folds
  bool holds[2] = {false, false};  // an element of the fold, not an idle or off-diagonal place
  int set = 0;                     // travels with the moving element
  std::int8_t moving = 0;
  std::int64_t hops = 0;  // columns that it still has to visit to the right of this one
  bool moving_valid = false;
  std::int32_t sum = 0;
  bool sum_valid = false;
};

// What the sequencer at the corner says in one cycle.
struct Control {
  std::int64_t load_fold = -1, load_row = 0;
  std::int64_t fold = -1, vector = 0;
};

// Where the address generators find an operand in its buffer.
struct Layout {
  std::int64_t group = 0, vector = 0, element = 0;  // strides
  std::size_t at(std::int64_t g, std::int64_t v, std::int64_t e) const {
    return static_cast<std::size_t>(g * group + v * vector + e * element);
  }
};

class Reference : public mapping::ArrayReference {
 public:
  Reference(const ArrayGeometry& geometry, const mapping::TileWork& work, Held held, mapping::TileOperands operands)
      : folds_(geometry, StationaryProduct(work, held)),
        operands_(std::move(operands)),
        holds_weights_(held == Held::kWeights),
        rows_(geometry.rows),
        columns_(geometry.columns),
        pes_(static_cast<std::size_t>(rows_ * columns_)),
        history_(rows_ + columns_),
        output_buffer_(static_cast<std::size_t>(work.groups * work.pixels * work.channels)) {
    // Inputs lie by pixel, weights by element of the reduction, outputs by pixel.
    const Layout inputs{work.pixels * work.reduction, work.reduction, 1};
    const Layout weights{work.reduction * work.channels, 1, work.channels};
    held_at_ = holds_weights_ ? weights : inputs;
    moving_at_ = holds_weights_ ? inputs : weights;
    const std::int64_t outputs = work.pixels * work.channels;
    output_at_ = holds_weights_ ? Layout{outputs, work.channels, 1} : Layout{outputs, 1, work.channels};
    if (work.accumulate) output_buffer_ = operands_.partial_sums;
    for (std::int64_t i = 0; i < folds_.count(); ++i) fold_.push_back(folds_.at(i));
  }

  bool done() const override { return left_ == folds_.count(); }
  TileActivity activity() const override { return counted_; }
  std::vector<std::int32_t> outputs() const override { return output_buffer_; }

  void tick() override {
    history_.push(sequence());
    corner_multiplies_ = false;
    for (std::int64_t c = 0; c < columns_; ++c) load(c, history_[c]);
    // From the foot and the right, so that a PE sees what its neighbours held before this edge.
    for (std::int64_t r = rows_ - 1; r >= 0; --r) {
      for (std::int64_t c = columns_ - 1; c > 0; --c) {
        const Pe& left = pe(r, c - 1);
        step(r, c, left.moving_valid && left.hops > 0, left.moving, left.hops - 1, left.set);
      }
      fetch(r, history_[r]);
    }
    for (std::int64_t c = 0; c < columns_; ++c) write_back(c, history_[rows_ - 1 + c]);
    const Control& last = history_[rows_ + columns_ - 2];
    if (last.fold >= 0 && last.vector == folds_.product.moving - 1) ++left_;
    counted_.cycles += Cycles(1);
    if (!corner_multiplies_) ++counted_.fill_cycles;
  }

 private:
  Pe& pe(std::int64_t r, std::int64_t c) { return pes_.data()[r * columns_ + c]; }

  Control sequence() {
    Control now;
    if (streaming_ == streamed_ && loaded_ > streamed_) ++streaming_;  // it is loaded, the last one's vectors are in
    if (streaming_ > streamed_) {
      now.fold = streamed_;
      now.vector = vector_++;
      if (vector_ == folds_.product.moving) {
        ++streamed_;
        vector_ = 0;
      }
    }
    // With two register sets the next fold loads once this one streams, with one once it has left.
    const std::int64_t started = folds_.geometry.second_set() ? streaming_ : left_;
    if (loaded_ < folds_.count() && started >= loaded_) {
      now.load_fold = loaded_;
      now.load_row = row_++;
      if (row_ == rows_) {
        ++loaded_;
        row_ = 0;
      }
    }
    return now;
  }

  int set_of(std::int64_t fold) const { return folds_.geometry.second_set() ? static_cast<int>(fold % 2) : 0; }

  void load(std::int64_t c, const Control& control) {
    if (control.load_fold < 0) return;
    const StationaryFolds::Fold& fold = fold_[static_cast<std::size_t>(control.load_fold)];
    const std::int64_t r = control.load_row;
    Pe& at = pe(r, c);
    const int set = set_of(control.load_fold);
    at.holds[set] = r < fold.used_rows() && c < fold.used_columns() && r / fold.rows == c / fold.columns;
    if (!at.holds[set]) return;
    const std::int64_t vector = fold.held + c % fold.columns;
    at.held[set] =
        buffer(holds_weights_)[held_at_.at(fold.group + r / fold.rows, vector, fold.reduction + r % fold.rows)];
    bytes_read(holds_weights_) += 1;
    counted_.register_writes += 1;
  }

  // The address generator of row r.
  void fetch(std::int64_t r, const Control& control) {
    if (control.fold < 0) return step(r, 0, false, 0, 0, 0);
    const StationaryFolds::Fold& fold = fold_[static_cast<std::size_t>(control.fold)];
    if (r >= fold.used_rows()) return step(r, 0, false, 0, 0, 0);
    const std::int64_t block = r / fold.rows;
    const std::size_t at = moving_at_.at(fold.group + block, control.vector, fold.reduction + r % fold.rows);
    bytes_read(!holds_weights_) += 1;
    step(r, 0, true, buffer(!holds_weights_)[at], (block + 1) * fold.columns - 1, set_of(control.fold));
  }

  void step(std::int64_t r, std::int64_t c, bool valid, std::int8_t moving, std::int64_t hops, int set) {
    Pe& at = pe(r, c);
    at.moving_valid = valid;
    if (valid) {
      at.moving = moving;
      at.hops = hops;
      at.set = set;
      counted_.register_writes += 1;
    }
    std::int32_t above = 0;
    if (r > 0) {
      const Pe& upper = pe(r - 1, c);
      at.sum_valid = upper.sum_valid;
      above = upper.sum;
    } else {
      at.sum_valid = head(c, history_[c], &above);
    }
    if (!at.sum_valid) return;
    if (valid && at.holds[set]) {
      above += static_cast<std::int32_t>(moving) * at.held[set];
      counted_.macs += 1;
      if (r == 0 && c == 0) corner_multiplies_ = true;
    }
    at.sum = above;
    counted_.register_writes += 4;
  }

  const std::vector<std::int8_t>& buffer(bool weights) const { return weights ? operands_.weights : operands_.inputs; }
  std::int64_t& bytes_read(bool weights) { return weights ? counted_.weight_bytes_read : counted_.input_bytes_read; }

  std::int32_t& output(const StationaryFolds::Fold& fold, std::int64_t vector, std::int64_t c) {
    return output_buffer_[output_at_.at(fold.group + c / fold.columns, vector, fold.held + c % fold.columns)];
  }

  // What enters the head of column c: zero, or the sum so far.
  bool head(std::int64_t c, const Control& control, std::int32_t* sum) {
    if (control.fold < 0) return false;
    const StationaryFolds::Fold& fold = fold_[static_cast<std::size_t>(control.fold)];
    if (c >= fold.used_columns()) return false;
    if (fold.reduction > 0 || folds_.product.accumulate) {
      *sum = output(fold, control.vector, c);
      counted_.psum_bytes_read += 4;
    }
    return true;
  }

  void write_back(std::int64_t c, const Control& control) {
    const Pe& foot = pe(rows_ - 1, c);
    if (!foot.sum_valid) return;
    output(fold_[static_cast<std::size_t>(control.fold)], control.vector, c) = foot.sum;
    counted_.psum_bytes_written += 4;
  }

  StationaryFolds folds_;
  std::vector<StationaryFolds::Fold> fold_;
  mapping::TileOperands operands_;
  bool holds_weights_;
  Layout held_at_, moving_at_, output_at_;
  std::int64_t rows_, columns_;
  std::vector<Pe> pes_;
  History<Control> history_;
  std::vector<std::int32_t> output_buffer_;
  TileActivity counted_;
  bool corner_multiplies_ = false;  // in this cycle
  // Sequencer: how many folds are loaded, begun, streamed in and out of the array; progress within one.
  std::int64_t loaded_ = 0, streaming_ = 0, streamed_ = 0, left_ = 0;
  std::int64_t row_ = 0, vector_ = 0;
};

}  // namespace

std::unique_ptr<mapping::ArrayReference> StationaryArray::reference(const mapping::Tile& tile,
                                                                    mapping::TileOperands operands) const {
  mapping::check_operands(tile, operands);
  return std::make_unique<Reference>(geometry(), tile.as_product(), held_, std::move(operands));
}

}  // namespace subvolt::hw
