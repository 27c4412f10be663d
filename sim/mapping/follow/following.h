// The best of a search's finalists, as they are when each is followed command by command (replay.h).
//
// Following takes its time, so of each objective's candidates, in the order of their estimates, those are followed that
// may be the best: the first ones, and others as long as they would be if their estimate were as far off as those of
// the ones before were at most, and by as much more as those differ.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/mapping/place/best_for.h"
#include "sim/mapping/place/cost_model.h"

namespace subvolt::mapping {

// `FiguresOf` gives a choice's figures, `Cycles` those of a choice as followed, and `OtherWay` the same choice with
// loads at another pace, if there is such.
template <class Choice, class FiguresOf, class Cycles, class OtherWay>
class Following {
 public:
  // `at_least`: so many are followed always.
  Following(std::vector<Choice> choices, std::size_t at_least, FiguresOf figures_of, Cycles cycles, OtherWay other_way)
      : choices_(std::move(choices)),
        at_least_(at_least),
        figures_of_(figures_of),
        cycles_(cycles),
        other_way_(other_way) {
    for (Choice& c : choices_) estimated_.push_back(figures_of_(c));
  }

  // Follows what may be the best for it.
  void look_for(Objective objective) {
    std::vector<std::pair<Score, std::size_t>> order;
    for (std::size_t i = 0; i < estimated_.size(); ++i) order.emplace_back(score(objective, estimated_[i]), i);
    std::sort(order.begin(), order.end());
    double least = 1.0, most = 0.0;  // of what is followed over what was estimated
    std::optional<Score> best;
    std::size_t seen = 0;
    for (const auto& [of, i] : order) {
      if (seen >= at_least_ && !(score(objective, in_time(estimated_[i], 2.0 * least - most)) < *best)) break;
      const Figures& f = follow(i);
      const double off =
          static_cast<double>(f.cycles) / static_cast<double>(std::max<std::int64_t>(1, estimated_[i].cycles));
      least = seen == 0 ? off : std::min(least, off);
      most = std::max(most, off);
      const Score now = score(objective, f);
      if (!best || now < *best) best = now;
      ++seen;
    }
  }

  // And the other way of what is best for it until now.
  void look_aside(Objective objective) {
    std::optional<Choice> other = other_way_(choices_[followed_[best(objective)]]);
    if (!other) return;
    figures_of_(*other) = estimated_[followed_[best(objective)]];
    choices_.push_back(std::move(*other));
    estimated_.push_back(figures_of_(choices_.back()));
    follow(choices_.size() - 1);
  }

  // Whoever plans, whatever for, knows what was followed until now.
  void share() { common_ = followed_.size(); }

  Choice take(Objective objective) { return std::move(choices_[followed_[best(objective)]]); }

 private:
  static Figures in_time(Figures f, double share) {
    const auto cycles = static_cast<std::int64_t>(static_cast<double>(f.cycles) * std::max(0.0, share));
    f.cost += kCycleCost * static_cast<double>(cycles - f.cycles);
    f.cycles = cycles;
    return f;
  }

  std::size_t best(Objective objective) const {
    return best_for(objective, figures_, std::max<std::size_t>(1, common_));
  }

  const Figures& follow(std::size_t i) {
    const auto known = std::find(followed_.begin(), followed_.end(), i);
    if (known != followed_.end()) return figures_[static_cast<std::size_t>(known - followed_.begin())];
    Figures& f = figures_of_(choices_[i]);
    const std::int64_t cycles = cycles_(choices_[i]);
    f.cost += kCycleCost * static_cast<double>(cycles - f.cycles);
    f.cycles = cycles;
    followed_.push_back(i);
    figures_.push_back(f);
    return figures_.back();
  }

  std::vector<Choice> choices_;
  std::vector<Figures> estimated_;
  std::vector<std::size_t> followed_;  // of choices_, in their order
  std::vector<Figures> figures_;       // of these
  std::size_t common_ = 0;
  std::size_t at_least_;
  FiguresOf figures_of_;
  Cycles cycles_;
  OtherWay other_way_;
};

}  // namespace subvolt::mapping
