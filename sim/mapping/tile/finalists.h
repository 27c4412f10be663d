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
      : objective_(objective), most_(reach == Reach::kFar ? 32 : 4), reach_(reach == Reach::kFar ? 1.2 : 1.04) {}

  bool empty() const { return all_.empty(); }
  // What a candidate must not be worse than. Not when empty.
  const Score& limit() const { return limit_; }

  void offer(const Choice& choice, const Figures& figures, const Place& place) {
    One one{score(objective_, figures), place, choice};
    if (!all_.empty() && limit_ < one.score) return;
    all_.insert(std::upper_bound(all_.begin(), all_.end(), one), std::move(one));
    if (all_.size() > most_) all_.pop_back();
    limit_ = all_.front().score;
    limit_[0] *= reach_;
    if (all_.size() == most_) limit_ = std::min(limit_, all_.back().score);
    while (limit_ < all_.back().score) all_.pop_back();
  }

  struct One {
    Score score;
    Place place;
    Choice choice;
    bool operator<(const One& other) const {
      return score < other.score || (score == other.score && place < other.place);
    }
  };
  const std::vector<One>& all() const { return all_; }  // the best first

 private:
  Objective objective_;
  // How many are worth a second look, and how far off an estimate usually is (docs/validation.md); of small layers,
  // where the first tiles and the last count, it is farther off.
  std::size_t most_;
  double reach_;
  std::vector<One> all_;
  Score limit_{};
};

// What a search finds, for the first of its objectives first.
template <class Choice>
struct Found {
  std::vector<Choice> choices;
  std::size_t of_first = 0;  // how many of them the first one wants
};

// Of several objectives, which choose from the same ones: then each is the best at its own.
template <class Choice, class Place>
class AllFinalists {
 public:
  AllFinalists(const std::vector<Objective>& objectives, Reach reach) : objectives_(objectives) {
    for (const Objective objective : objectives) each_.emplace_back(objective, reach);
  }

  const std::vector<Objective>& objectives() const { return objectives_; }
  bool empty() const { return each_.front().empty(); }
  void offer(const Choice& choice, const Figures& figures, const Place& place) {
    for (Of& of : each_) of.offer(choice, figures, place);
  }
  // What a candidate must not be worse than for the objective to want it. Not when empty.
  const Score& limit(std::size_t objective) const { return each_[objective].limit(); }
  // Whether one whose figures are at least these is worse than that for all.
  bool beat(const Figures& at_least) const {
    for (std::size_t o = 0; o < each_.size(); ++o) {
      if (!(limit(o) < score(objectives_[o], at_least))) return false;
    }
    return true;
  }
  // Each once, objective by objective. `of_first`: how many the first one wants.
  std::vector<Choice> take(std::size_t& of_first) const {
    std::vector<Choice> choices;
    std::vector<Place> places;
    of_first = each_.front().all().size();
    for (const Of& of : each_) {
      for (const auto& one : of.all()) {
        if (std::find(places.begin(), places.end(), one.place) != places.end()) continue;
        places.push_back(one.place);
        choices.push_back(one.choice);
      }
    }
    return choices;
  }

 private:
  using Of = Finalists<Choice, Place>;
  std::vector<Objective> objectives_;
  std::vector<Of> each_;
};

}  // namespace subvolt::mapping
