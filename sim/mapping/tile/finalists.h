// The candidates of a search that come so near the best by its estimate that only a closer look (replay()) tells which
// is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "sim/mapping/place/cost_model.h"

namespace subvolt::mapping {

// How far a search looks: as far as networks can afford whose searches take their time, or farther.
enum class Reach { kNear, kFar };

// `Place`: in which order candidates were found; of equal ones the first is the better.
template <class Choice, class Place>
class Finalists {
 public:
  Finalists(Objective objective, Reach reach)
      : objective_(objective), most_(reach == Reach::kFar ? 12 : 4), reach_(reach == Reach::kFar ? 1.2 : 1.04) {}

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
  // How many are worth a second look, and how far off an estimate usually is (docs/validation.md); of small layers,
  // where the first tiles and the last count, it is farther off.
  std::size_t most_;
  double reach_;
  std::vector<One> all_;
  Score limit_{};
};

}  // namespace subvolt::mapping
