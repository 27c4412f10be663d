// The output-stationary array clock by clock: what each register holds, nothing derived from the closed form.
#include <algorithm>
#include <utility>

#include "models/hw/array_styles/history.h"
#include "models/hw/array_styles/output_stationary.h"
#include "sim/config/error.h"

namespace subvolt::hw {
namespace {

using mapping::TileActivity;

struct Pe {
  std::int8_t input = 0, weight = 0;
  bool valid = false;                // operands latched in this cycle, to be passed on
  bool first = false, last = false;  // travel with the operands
  std::int32_t sum = 0;
  std::int32_t drain = 0;  // second register; unused without overlap_folds
};

// What the sequencer at the corner says in one cycle.
struct Control {
  std::int64_t fold = -1, step = 0;
};

struct Drain {
  std::int64_t fold = -1;
  std::int64_t shift = 0;  // 1 .. R while the column shifts
};

struct Token {
  std::int8_t value = 0;
  bool valid = false, first = false, last = false;
};

class Reference : public mapping::ArrayReference {
 public:
  Reference(const ArrayGeometry& geometry, const mapping::TileWork& work, mapping::TileOperands operands)
      : folds_(geometry, work),
        operands_(std::move(operands)),
        rows_(geometry.rows),
        columns_(geometry.columns),
        pes_(static_cast<std::size_t>(rows_ * columns_)),
        drains_(static_cast<std::size_t>(columns_)),
        bus_taken_(static_cast<std::size_t>(columns_)),
        history_(rows_ + columns_),
        output_buffer_(static_cast<std::size_t>(work.groups * work.pixels * work.channels)) {
    if (work.accumulate) output_buffer_ = operands_.partial_sums;
    for (std::int64_t i = 0; i < folds_.count(); ++i) fold_.push_back(folds_.at(i));
  }

  bool done() const override { return (has_buses() ? computed_ : drained_) == folds_.count(); }
  TileActivity activity() const override { return counted_; }
  std::vector<std::int32_t> outputs() const override { return output_buffer_; }

  void tick() override {
    history_.push(sequence());
    corner_multiplies_ = false;
    std::fill(bus_taken_.begin(), bus_taken_.end(), false);
    for (std::int64_t c = 0; c < columns_; ++c) shift(c, drains_[static_cast<std::size_t>(c)]);
    // From the foot and the right, so that a PE sees what its neighbours held before this edge.
    for (std::int64_t r = rows_ - 1; r >= 0; --r) {
      for (std::int64_t c = columns_ - 1; c >= 0; --c) step(r, c);
    }
    for (std::int64_t c = 0; c < columns_ && !has_buses(); ++c) {
      const Control& foot = history_[rows_ - 1 + c];
      if (is_last(foot)) drains_[static_cast<std::size_t>(c)] = {foot.fold, 1};
    }
    if (is_last(history_[rows_ + columns_ - 2])) ++computed_;
    counted_.cycles += Cycles(1);
    if (!corner_multiplies_) ++counted_.fill_cycles;
    ++since_start_;
  }

 private:
  Pe& pe(std::int64_t r, std::int64_t c) { return pes_.data()[r * columns_ + c]; }
  bool has_buses() const { return folds_.geometry.scale_sim; }  // in place of the drain
  std::int32_t& drain_register(Pe& at) const { return folds_.geometry.second_set() ? at.drain : at.sum; }
  const OutputFolds::Fold& fold_of(std::int64_t i) const { return fold_[static_cast<std::size_t>(i)]; }
  bool is_last(const Control& c) const { return c.fold >= 0 && c.step == folds_.work.reduction - 1; }

  Control sequence() {
    if (next_step_ == 0) {  // between folds: with a drain register wait for the column, without for the array
      if (next_fold_ == folds_.count()) return {};
      const bool ready =
          folds_.geometry.second_set() ? next_fold_ == 0 || since_start_ >= rows_ : computed_ == next_fold_;
      if (!ready) return {};
      since_start_ = 0;
    }
    const Control now{next_fold_, next_step_};
    if (++next_step_ == folds_.work.reduction) {
      next_step_ = 0;
      ++next_fold_;
    }
    return now;
  }

  // One step of a draining column: at shift j the value of row R - j leaves, and what began in row i is in row
  // i + j - 1. Rows above the first value keep out: they may hold the next fold already.
  void shift(std::int64_t c, Drain& drain) {
    if (drain.fold < 0) return;
    const OutputFolds::Fold& fold = fold_of(drain.fold);
    const bool used = c < fold.columns;
    const std::int64_t leaving = rows_ - drain.shift;
    if (used && leaving < fold.rows) write_back(fold, leaving, c, drain_register(pe(rows_ - 1, c)));
    for (std::int64_t r = rows_ - 1; used && r >= drain.shift; --r) {
      if (r - drain.shift >= fold.rows) continue;
      drain_register(pe(r, c)) = drain_register(pe(r - 1, c));
      counted_.register_writes += 4;
    }
    if (++drain.shift <= rows_) return;
    if (c == columns_ - 1) ++drained_;
    drain.fold = -1;
  }

  void write_back(const OutputFolds::Fold& fold, std::int64_t row, std::int64_t c, std::int32_t value) {
    const mapping::TileWork& w = folds_.work;
    const std::int64_t at = (fold.group * w.pixels + fold.pixel + row) * w.channels + fold.channel + c;
    std::int32_t& out = output_buffer_[static_cast<std::size_t>(at)];
    if (w.accumulate) counted_.psum_bytes_read += 4;
    out = w.accumulate ? out + value : value;
    counted_.psum_bytes_written += 4;
  }

  // The address generators of row r and column c. A buffer is read only for PEs that take the operand.
  Token input(std::int64_t r) {
    const Control& control = history_[r];
    if (control.fold < 0 || r >= fold_of(control.fold).rows) return {};
    const OutputFolds::Fold& fold = fold_of(control.fold);
    const mapping::TileWork& w = folds_.work;
    const std::int64_t at = (fold.group * w.pixels + fold.pixel + r) * w.reduction + control.step;
    counted_.input_bytes_read += 1;
    return {operands_.inputs[static_cast<std::size_t>(at)], true, control.step == 0, is_last(control)};
  }
  Token weight(std::int64_t c) {
    const Control& control = history_[c];
    if (control.fold < 0 || c >= fold_of(control.fold).columns) return {};
    const OutputFolds::Fold& fold = fold_of(control.fold);
    const mapping::TileWork& w = folds_.work;
    const std::int64_t at = (fold.group * w.reduction + control.step) * w.channels + fold.channel + c;
    counted_.weight_bytes_read += 1;
    return {operands_.weights[static_cast<std::size_t>(at)], true, false, false};
  }

  void step(std::int64_t r, std::int64_t c) {
    Pe& at = pe(r, c);
    Token in, down;
    if (c == 0) {
      in = input(r);
    } else {
      const Pe& left = pe(r, c - 1);
      in = {left.input, left.valid, left.first, left.last};
    }
    if (r == 0) {
      down = weight(c);
    } else {
      const Pe& upper = pe(r - 1, c);
      down = {upper.weight, upper.valid, false, false};
    }
    at.valid = in.valid && down.valid;
    if (!at.valid) return;
    at.input = in.value;
    at.weight = down.value;
    at.first = in.first;
    at.last = in.last;
    const std::int32_t product = static_cast<std::int32_t>(in.value) * down.value;
    const std::int32_t sum = in.first ? product : at.sum + product;
    (in.last ? drain_register(at) : at.sum) = sum;
    counted_.macs += 1;
    if (r == 0 && c == 0) corner_multiplies_ = true;
    counted_.register_writes += 1 + 1 + 4;
    if (in.last && has_buses()) put_on_bus(r, c, sum);
  }

  // What a PE has just finished belongs to the fold that the corner spoke of as long ago as it is away.
  void put_on_bus(std::int64_t r, std::int64_t c, std::int32_t sum) {
    const auto column = static_cast<std::size_t>(c);
    if (bus_taken_[column]) throw Error(ErrorKind::kInternal, "two sums on the bus of a column");
    bus_taken_[column] = true;
    write_back(fold_of(history_[r + c].fold), r, c, sum);
  }

  OutputFolds folds_;
  std::vector<OutputFolds::Fold> fold_;
  mapping::TileOperands operands_;
  std::int64_t rows_, columns_;
  std::vector<Pe> pes_;
  std::vector<Drain> drains_;
  std::vector<bool> bus_taken_;  // in this cycle
  History<Control> history_;
  std::vector<std::int32_t> output_buffer_;
  TileActivity counted_;
  bool corner_multiplies_ = false;  // in this cycle
  // Sequencer: next operand to issue, cycles since the fold began, folds out of the PEs and out of the array.
  std::int64_t next_fold_ = 0, next_step_ = 0, since_start_ = 0, computed_ = 0, drained_ = 0;
};

}  // namespace

std::unique_ptr<mapping::ArrayReference> OutputStationary::reference(const mapping::Tile& tile,
                                                                     mapping::TileOperands operands) const {
  mapping::check_operands(tile, operands);
  return std::make_unique<Reference>(geometry(), tile.as_product(), std::move(operands));
}

}  // namespace subvolt::hw
