// The candidates of a search that come so near the best by its estimate that only a closer look (replay()) tells which
// is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "sim/mapping/place/cost_model.h"

namespace subvolt::mapping {

// Estimate: loads and stores of such layers take about as long as a handful of tiles.
inline constexpr std::int64_t kSmallLayer = 1 << 19;  // MACs, or vector operations

// `Place`: in which order candidates were found; of equal ones the first is the better. `small`: of a small layer.
template <class Choice, class Place>
class Finalists {
 public:
  Finalists(Objective objective, bool small)
      : objective_(objective), most_(small ? 12 : 4), reach_(small ? 1.2 : 1.04) {}

  bool empty() const { return all_.empty(); }
  // What a candidate must not be worse than. Not when empty.
  const Score& limit() const { return limit_; }

  void offer(const Choice& choice, const Figures& figures, const Place& place) {
    One one{score(objective_, figures), place, choice};
    if (!all_.empty() && limit_ < one.score) return;
    all_.insert(std::upper_bound(all_.begin(), all_.end(), one), std::move(one));
    if (all_.size() > most_) all_.pop_back();
    limit_ = all_.front().score;
    limit_[objective_ == Objective::kEnergy ? 1 : 0] *= reach_;  // off-chip bytes are exact
    if (all_.size() == most_) limit_ = std::min(limit_, all_.back().score);
    while (limit_ < all_.back().score) all_.pop_back();
  }

  // The best first.
  std::vector<Choice> take() {
    std::vector<Choice> choices;
    for (One& one : all_) choices.push_back(std::move(one.choice));
    return choices;
  }

 private:
  struct One {
    Score score;
    Place place;
    Choice choice;
    bool operator<(const One& other) const {
      return score < other.score || (score == other.score && place < other.place);
    }
  };
  Objective objective_;
  // How many are worth a second look, and how far off an estimate usually is (docs/validation.md): more of small
  // layers, where the first tiles and the last count, which are followed quickly.
  std::size_t most_;
  double reach_;
  std::vector<One> all_;
  Score limit_{};
};

}  // namespace subvolt::mapping
