// The spatial array clock by clock: what each element latches, what each multicast brings, what each tree adds.
#include <algorithm>
#include <deque>
#include <utility>

#include "models/hw/array_styles/spatial.h"

namespace subvolt::hw {
namespace {

using mapping::TileActivity;

// Positions of the loops, of an element in an iteration or of an iteration itself.
using Position = LoopSizes;

// The array's elements, lanes and all, with the place that each takes in the unrolled loops.
std::vector<Position> places(const Unrolling& unrolling) {
  static const std::array<std::string, kLoops> names{"K", "C", "OX", "OY", "R", "S", "G"};
  std::vector<Position> all{Position{}};
  for (const auto* axis : {&unrolling.rows, &unrolling.columns, &unrolling.lanes}) {
    for (const auto& [loop, factor] : *axis) {
      const auto l = static_cast<std::size_t>(std::find(names.begin(), names.end(), loop) - names.begin());
      std::vector<Position> more;
      for (const Position& place : all) {
        for (std::int64_t digit = 0; digit < factor.value; ++digit) {
          more.push_back(place);
          more.back()[l] = place[l] * factor.value + digit;
        }
      }
      all = std::move(more);
    }
  }
  return all;
}

struct Element {
  Position place{};
  std::int64_t row = 0;  // of the array, in which its weight is loaded
  std::int8_t weight[2] = {0, 0};
  std::int8_t input = 0;
  std::int64_t holds = -1;  // which input, by its address; -1: none
};

// Sums on their way through a tree, and where they belong.
struct Wave {
  struct Tree {
    std::int64_t output = 0;
    std::vector<std::int32_t> values;
  };
  std::vector<Tree> trees;
  std::int64_t level = 0;
  bool first = false, last = false;  // of their reduction
};

class Reference : public mapping::ArrayReference {
 public:
  Reference(const Unrolling& unrolling, std::int64_t rows, const mapping::Tile& tile, mapping::TileOperands operands)
      : tile_(tile), t_(unrolling.factors(), tile), keep_(unrolling.keep), rows_(rows), operands_(std::move(operands)) {
    std::int64_t row_count = 1;
    for (const auto& [loop, factor] : unrolling.rows) row_count *= factor.value;
    const std::vector<Position> all = places(unrolling);
    for (std::size_t i = 0; i < all.size(); ++i) {
      elements_.push_back({all[i], static_cast<std::int64_t>(i) / (static_cast<std::int64_t>(all.size()) / row_count)});
    }
    output_buffer_.assign(static_cast<std::size_t>(t_.outputs()), 0);
    if (tile.accumulate) output_buffer_ = operands_.partial_sums;
    order_ = keep_ == Kept::kWeights
                 ? std::array{Loop::kG, Loop::kK, Loop::kC, Loop::kR, Loop::kS, Loop::kOY, Loop::kOX}
                 : std::array{Loop::kG, Loop::kK, Loop::kOY, Loop::kOX, Loop::kC, Loop::kR, Loop::kS};
  }

  bool done() const override { return issued_all_ && waves_.empty() && leaving_.empty(); }
  TileActivity activity() const override { return counted_; }
  std::vector<std::int32_t> outputs() const override { return output_buffer_; }

  void tick() override {
    first_multiplies_ = false;
    write_out();
    flow();
    if (keep_ == Kept::kWeights) {
      sequence_sets();
    } else if (!issued_all_) {
      latch_weights(now_, 0, -1, true);
      issue(0);
    }
    counted_.cycles += Cycles(1);
    if (!first_multiplies_) ++counted_.fill_cycles;
  }

 private:
  std::int64_t index(const Element& e, const Position& step, Loop loop) const {
    return at(step, loop) * t_.factor(loop) + at(e.place, loop);
  }
  bool active(const Element& e, const Position& step) const {
    for (std::size_t l = 0; l < kLoops; ++l) {
      if (index(e, step, static_cast<Loop>(l)) >= t_.size(static_cast<Loop>(l))) return false;
    }
    return true;
  }
  std::int64_t reduction(const Element& e, const Position& step) const {
    return (index(e, step, Loop::kR) * t_.size(Loop::kS) + index(e, step, Loop::kS)) * t_.size(Loop::kC) +
           index(e, step, Loop::kC);
  }
  std::int64_t reductions() const { return t_.size(Loop::kR) * t_.size(Loop::kS) * t_.size(Loop::kC); }
  std::int64_t pixel(const Element& e, const Position& step) const {
    return index(e, step, Loop::kOY) * t_.size(Loop::kOX) + index(e, step, Loop::kOX);
  }
  std::int64_t output(const Element& e, const Position& step) const {
    return (index(e, step, Loop::kG) * t_.size(Loop::kOX) * t_.size(Loop::kOY) + pixel(e, step)) * t_.size(Loop::kK) +
           index(e, step, Loop::kK);
  }
  // Where the input lies in the image.
  std::int64_t input_address(const Element& e, const Position& step) const {
    const std::int64_t row =
        index(e, step, Loop::kOY) * tile_.rows.stride + index(e, step, Loop::kR) * tile_.rows.dilation;
    const std::int64_t column =
        index(e, step, Loop::kOX) * tile_.columns.stride + index(e, step, Loop::kS) * tile_.columns.dilation;
    return ((row * tile_.columns.in() + column) * t_.size(Loop::kG) + index(e, step, Loop::kG)) * t_.size(Loop::kC) +
           index(e, step, Loop::kC);
  }

  // The next iteration of the loops from `order_[from]` on; false: there is none.
  bool advance(Position& step, std::size_t from, std::size_t to) const {
    for (std::size_t i = to; i-- > from;) {
      if (++at(step, order_[i]) < t_.steps(order_[i])) return true;
      at(step, order_[i]) = 0;
    }
    return false;
  }

  // Weights of iteration `step` into register `set` of the elements of a row; -1: of all. `again`: they come every
  // cycle.
  void latch_weights(const Position& step, int set, std::int64_t row, bool again) {
    std::vector<std::int64_t> brought;
    for (Element& e : elements_) {
      if (row >= 0 && e.row != row) continue;
      bool used = true;  // by any pixel
      for (const Loop loop : {Loop::kK, Loop::kC, Loop::kR, Loop::kS, Loop::kG}) {
        used = used && index(e, step, loop) < t_.size(loop);
      }
      for (const Loop loop : {Loop::kOX, Loop::kOY}) {
        used = used && (again ? index(e, step, loop) : at(e.place, loop)) < t_.size(loop);
      }
      if (!used) continue;
      const std::int64_t address =
          (index(e, step, Loop::kG) * reductions() + reduction(e, step)) * t_.size(Loop::kK) + index(e, step, Loop::kK);
      e.weight[set] = operands_.weights[static_cast<std::size_t>(address)];
      counted_.register_writes += 1;
      brought.push_back(address);
    }
    // A row's weights may be another row's, too, as long as they are loaded: the bus brings them once per set.
    std::vector<std::int64_t>& seen = again || row <= 0 ? (brought_.clear(), brought_) : brought_;
    seen.insert(seen.end(), brought.begin(), brought.end());
    const std::size_t before = row > 0 && !again ? counted_of_set_ : 0;
    std::sort(seen.begin(), seen.end());
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    counted_.weight_bytes_read += static_cast<std::int64_t>(seen.size() - before);
    counted_of_set_ = seen.size();
  }

  // One iteration: operands are latched, their products begin to be added.
  void issue(int set) {
    Wave wave;
    std::vector<std::int64_t> fetched;
    std::vector<std::pair<std::int64_t, std::int32_t>> products;  // by output
    const std::vector<Element> before = elements_;
    for (Element& e : elements_) {
      e.holds = -1;
      if (!active(e, now_)) continue;
      e.holds = input_address(e, now_);
      if (!handed_on(before, e)) fetched.push_back(e.holds);
      e.input = operands_.inputs[static_cast<std::size_t>(
          (index(e, now_, Loop::kG) * t_.size(Loop::kOX) * t_.size(Loop::kOY) + pixel(e, now_)) * reductions() +
          reduction(e, now_))];
      products.emplace_back(output(e, now_), e.input * e.weight[set]);
      counted_.register_writes += 1 + 4;  // the input, and a sum in the tree or at its foot
      counted_.macs += 1;
      if (&e == &elements_.front()) first_multiplies_ = true;
    }
    std::sort(fetched.begin(), fetched.end());
    counted_.input_bytes_read += std::unique(fetched.begin(), fetched.end()) - fetched.begin();
    std::stable_sort(products.begin(), products.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [to, product] : products) {
      if (wave.trees.empty() || wave.trees.back().output != to) wave.trees.push_back({to, {}});
      wave.trees.back().values.push_back(product);
    }
    wave.first = at(now_, Loop::kC) == 0 && at(now_, Loop::kR) == 0 && at(now_, Loop::kS) == 0;
    wave.last = at(now_, Loop::kC) == t_.steps(Loop::kC) - 1 && at(now_, Loop::kR) == t_.steps(Loop::kR) - 1 &&
                at(now_, Loop::kS) == t_.steps(Loop::kS) - 1;
    waves_.push_back(std::move(wave));
    Position next = now_;
    issued_all_ = !advance(next, 0, kLoops);
    only_column_ = !issued_all_ && at(next, Loop::kS) == at(now_, Loop::kS) + 1 && keep_ == Kept::kOutputs;
    now_ = next;
  }

  // Whether the element's input was its neighbour's in the iteration before, some output columns further.
  bool handed_on(const std::vector<Element>& before, const Element& e) const {
    if (!only_column_ || t_.factor(Loop::kS) > 1 || tile_.columns.dilation % tile_.columns.stride != 0) return false;
    Position neighbour = e.place;
    at(neighbour, Loop::kOX) += tile_.columns.dilation / tile_.columns.stride;
    const auto from =
        std::find_if(before.begin(), before.end(), [&](const Element& b) { return b.place == neighbour; });
    return from != before.end() && from->holds == e.holds;
  }

  // Each level of the trees adds pairs; behind the last one stand the accumulators.
  void flow() {
    for (Wave& wave : waves_) {
      if (wave.level++ == t_.tree_levels()) continue;
      for (Wave::Tree& tree : wave.trees) {
        std::vector<std::int32_t> halves;
        for (std::size_t i = 0; i < tree.values.size(); i += 2) {
          halves.push_back(tree.values[i] + (i + 1 < tree.values.size() ? tree.values[i + 1] : 0));
        }
        tree.values = std::move(halves);
      }
    }
    if (waves_.empty() || waves_.front().level <= t_.tree_levels()) return;
    accumulate(waves_.front());
    waves_.pop_front();
  }

  void accumulate(const Wave& wave) {
    const bool reads = tile_.accumulate || !wave.first;
    for (const Wave::Tree& tree : wave.trees) {
      std::int32_t& sum = output_buffer_[static_cast<std::size_t>(tree.output)];
      sum = (reads ? sum : 0) + tree.values.front();
      const bool in_buffer = keep_ == Kept::kWeights;
      if (reads && (in_buffer || wave.first)) counted_.psum_bytes_read += 4;
      if (in_buffer) counted_.psum_bytes_written += 4;
      if (!in_buffer && wave.last) leaving_.push_back(tree.output);
    }
  }

  void write_out() {
    counted_.psum_bytes_written += 4 * static_cast<std::int64_t>(leaving_.size());
    leaving_.clear();
  }

  // keep: weights. A set streams when it is loaded and the one before has streamed; the next loads meanwhile.
  void sequence_sets() {
    if (!streaming_ && loaded_ > streamed_) {
      streaming_ = true;
      now_ = sets_.front();
      sets_.pop_front();
    }
    const std::int64_t begun = streamed_ + (streaming_ ? 1 : 0);
    if (!loaded_all_ && begun >= loaded_) load_row();
    if (!streaming_) return;
    const int set = static_cast<int>(streamed_ % 2);
    Position next = now_;
    const bool more = advance(next, 5, kLoops);
    issue(set);
    now_ = next;
    if (more) {
      issued_all_ = false;
      return;
    }
    streaming_ = false;
    ++streamed_;
    issued_all_ = loaded_all_ && streamed_ == loaded_;
  }

  void load_row() {
    if (row_ == 0) sets_.push_back(loading_);
    latch_weights(loading_, static_cast<int>(loaded_ % 2), row_, false);
    if (++row_ < rows_) return;
    row_ = 0;
    ++loaded_;
    loaded_all_ = !advance(loading_, 0, 5);
  }

  mapping::Tile tile_;
  UnrolledTile t_;
  Kept keep_;
  std::int64_t rows_;
  mapping::TileOperands operands_;
  std::array<Loop, kLoops> order_{};
  std::vector<Element> elements_;
  std::vector<std::int32_t> output_buffer_;
  std::deque<Wave> waves_;
  std::vector<std::int64_t> leaving_;  // outputs whose sums are complete
  TileActivity counted_;
  bool first_multiplies_ = false;  // the first element, in this cycle

  Position now_{};  // of the iteration that is issued next
  bool issued_all_ = false;
  bool only_column_ = false;  // the next iteration is one kernel column further than the last one, and nothing else
  std::vector<std::int64_t> brought_;
  std::size_t counted_of_set_ = 0;
  // keep: weights. Sets loaded and streamed, the next to load and those that wait, the row that is loaded next.
  std::int64_t loaded_ = 0, streamed_ = 0, row_ = 0;
  bool loaded_all_ = false, streaming_ = false;
  Position loading_{};
  std::deque<Position> sets_;
};

}  // namespace

std::unique_ptr<mapping::ArrayReference> Spatial::reference(const mapping::Tile& tile,
                                                            mapping::TileOperands operands) const {
  mapping::check_operands(tile, operands);
  return std::make_unique<Reference>(unrolling_, rows_, tile, std::move(operands));
}

}  // namespace subvolt::hw
