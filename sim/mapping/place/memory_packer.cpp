#include "sim/mapping/place/memory_packer.h"

#include <algorithm>
#include <limits>

#include "sim/mapping/place/knapsack.h"
#include "sim/mapping/place/memory_layout.h"
#include "sim/mapping/place/placement_prices.h"
#include "sim/mapping/place/priced_choice.h"

namespace subvolt::mapping {
namespace {

// Splits that are tried by price, evenly from no weights to as many as there are; then half and a quarter of a step to
// both sides of the best one.
constexpr std::int64_t kSplits = 8;
constexpr double kFine = 0.001;  // of the worth: near enough not to search on
constexpr int kRounds = 200;     // of the prices that decide about the split

std::vector<Lifetime> pick(const std::vector<Lifetime>& tensors, const std::vector<std::size_t>& indices) {
  std::vector<Lifetime> picked;
  for (const std::size_t i : indices) picked.push_back(tensors[i]);
  return picked;
}

double worth_of(const std::vector<Lifetime>& tensors) {
  double worth = 0;
  for (const Lifetime& t : tensors) worth += t.worth;
  return worth;
}

class Packer {
 public:
  Packer(const std::vector<Lifetime>& tensors, std::int64_t capacity, Effort& effort)
      : tensors_(tensors), capacity_(capacity), effort_(effort), weights_(sort()) {}

  std::optional<Packing> run() {
    if (capacity_ < 0) return std::nullopt;
    candidates_ = pick(tensors_, temporary_);
    const bool complete = search_all_sets() && !coarse_;
    // The best set may have found no offsets: another one, or another order, then is as good as worth looking for.
    const bool fragmented = complete && best_ && best_->worth < bound_ * (1 - kFine);
    const double bound = bound_;
    if (!complete || fragmented) search_by_price();
    if (complete) bound_ = bound;
    if (best_) best_->bound = std::max(bound_, best_->worth);
    return best_;
  }

 private:
  // Splits the tensors by how they may be chosen; returns the weights that may be left out.
  Knapsack sort() {
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      const Lifetime& t = tensors_[i];
      if (!t.pinned && t.worth <= 0) continue;
      if (!t.always) {
        temporary_.push_back(i);
        pinned_ += t.pinned ? 1 : 0;
      } else if (t.pinned) {
        fixed_.push_back(i);
        capacity_ -= t.bytes;
      } else {
        optional_.push_back(i);
      }
    }
    return {pick(tensors_, optional_), std::max<std::int64_t>(0, capacity_), effort_};
  }

  // False: it did not come to an end.
  bool search_all_sets() {
    Effort sets;
    sets.most = std::min(kMostSets * kStepsPerSet, (effort_.most - effort_.steps) / 2);
    std::int64_t budget = capacity_;
    while (budget >= 0) {
      // Less room never holds temporaries that are worth more: what cannot beat the best with all the weights that
      // would fit without temporaries ends the search.
      const double needed = best_ ? best_->worth - weights_.bound(capacity_) : -1.0;
      const std::int64_t before = sets.steps;
      const auto found = choose_residents(candidates_, budget, needed, sets);
      effort_.add(sets.steps - before);
      if (!found) return false;
      std::vector<std::size_t> chosen;
      for (const std::size_t i : *found) chosen.push_back(temporary_[i]);
      const std::vector<Lifetime> lives = pick(tensors_, chosen);
      if (std::count_if(lives.begin(), lives.end(), [](const Lifetime& l) { return l.pinned; }) < pinned_) break;
      const double worth = worth_of(lives);
      if (worth <= needed) break;
      const std::int64_t peak = peak_bytes(lives);
      bound_ = std::max(bound_, worth + weights_.bound(capacity_ - peak));
      const std::int64_t height = height_of(lives, peak);
      if (height >= 0) consider(chosen, lives, height);
      coarse_ = coarse_ || sets.steps >= kManySets * kStepsPerSet;
      budget = coarse_ ? std::min(peak - 1, budget - capacity_ / 16) : peak - 1;
    }
    return true;
  }

  void search_by_price() {
    const std::int64_t kept = temporaries_by_price();
    std::int64_t weights = 0;
    for (const std::size_t i : optional_) weights += tensors_[i].bytes;
    const std::int64_t step = std::min(weights, capacity_) / kSplits;
    std::vector<std::int64_t> budgets{capacity_};
    const auto also = [&](std::int64_t budget) {
      const bool known = std::count(budgets.begin(), budgets.end(), budget) > 0;
      if (step > 0 && budget >= 0 && budget <= capacity_ && !known) budgets.push_back(budget);
    };
    for (std::int64_t s = 1; s <= kSplits; ++s) also(capacity_ - s * step);
    also(kept);
    const std::size_t first = budgets.size();
    const std::int64_t share = (effort_.most - effort_.steps) / static_cast<std::int64_t>(3 * (first + 4));
    std::pair<std::vector<bool>, std::int64_t> most;  // what the best layout kept, and its height
    std::int64_t best_budget = capacity_;
    for (std::size_t b = 0; b < budgets.size(); ++b) {
      const std::int64_t budget = budgets[b];
      Effort own{0, share};
      const PricedChoice choice = choose_by_price(candidates_, budget, own);
      effort_.add(own.steps);
      if (!choice.possible) continue;
      if (optional_.empty()) bound_ = std::min(bound_, choice.bound);
      std::vector<bool> keep(candidates_.size(), false);
      for (const std::size_t i : choice.chosen) keep[i] = true;
      // As low as they could be, or as high as they may be: what is between belongs to the weights.
      const std::int64_t peak = peak_bytes(pick(candidates_, choice.chosen));
      for (const std::int64_t height : {budget, peak, peak + (budget - peak) / 16}) {
        if (height == budget && peak < budget && !optional_.empty()) continue;
        Effort layout{0, share / 2};
        if (lay_out_most(keep, height, layout)) {
          most = {keep, height};
          best_budget = budget;
        }
        effort_.add(layout.steps);
        if (optional_.empty() || peak == budget) break;
      }
      if (b + 1 != first) continue;
      for (const std::int64_t part : {step / 2, step / 4}) {
        also(best_budget - part);
        also(best_budget + part);
      }
    }
    // A part of what is left goes to the layout of the best one.
    Effort layout{0, std::max<std::int64_t>(0, effort_.most - effort_.steps) / 4};
    if (!most.first.empty()) lay_out_most(most.first, most.second, layout);
    effort_.add(layout.steps);
  }

  // Most bytes at one moment of the temporaries that are kept at the best prices; sets the bound.
  std::int64_t temporaries_by_price() {
    std::vector<Span> lives;
    int end = 0;
    for (const Lifetime& t : candidates_) end = std::max(end, t.last);
    for (const Lifetime& t : candidates_) lives.push_back({t.first, t.last});
    for (std::size_t i = 0; i < optional_.size(); ++i) lives.push_back({0, end});
    const Moments moments = moments_that_matter(lives);
    std::vector<PlacementPrices::Datum> data;
    for (std::size_t i = 0; i < lives.size(); ++i) {
      const Lifetime& t = i < candidates_.size() ? candidates_[i] : tensors_[optional_[i - candidates_.size()]];
      const double elsewhere = t.pinned ? std::numeric_limits<double>::infinity() : 0.0;
      data.push_back({t.bytes, moments.spans[i], {-t.worth, elsewhere}});
    }
    const double known = best_ ? best_->worth : weights_.worth(capacity_);
    PlacementPrices prices(std::move(data), moments.count, {capacity_, -1});
    Effort own{0, (effort_.most - effort_.steps) / 8};
    prices.improve(-known, kRounds, own);
    effort_.add(own.steps);
    bound_ = -prices.bound();
    std::vector<Lifetime> kept;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (prices.priced(i, 0) < prices.priced(i, 1)) kept.push_back(candidates_[i]);
    }
    return peak_bytes(kept);
  }

  // Lowest of the heights at which first fit places the tensors, or -1.
  std::int64_t height_of(const std::vector<Lifetime>& lives, std::int64_t peak) const {
    if (assign_offsets(lives, peak, &effort_)) return peak;
    std::int64_t bytes = 0;
    for (const Lifetime& l : lives) bytes += l.bytes;
    const auto offsets = assign_offsets(lives, bytes, &effort_);
    const std::int64_t height = top_of(lives, *offsets);
    if (height <= capacity_) return height;
    return assign_offsets(lives, capacity_, &effort_) ? capacity_ : -1;
  }

  static std::int64_t top_of(const std::vector<Lifetime>& lives, const std::vector<std::int64_t>& offsets) {
    std::int64_t top = 0;
    for (std::size_t i = 0; i < lives.size(); ++i) top = std::max(top, offsets[i] + lives[i].bytes);
    return top;
  }

  // As many of these temporaries as find offsets within a height, and of the others what finds room beside them. Says
  // whether that is the best so far.
  bool lay_out_most(const std::vector<bool>& keep, std::int64_t height, Effort& effort) {
    const auto offsets = assign_most_offsets(candidates_, keep, height, effort);
    if (!offsets) return false;
    std::vector<std::size_t> chosen;
    std::vector<std::int64_t> at;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if ((*offsets)[i] < 0) continue;
      chosen.push_back(temporary_[i]);
      at.push_back((*offsets)[i]);
    }
    const std::vector<Lifetime> lives = pick(tensors_, chosen);
    return keep_if_better(chosen, at, worth_of(lives), top_of(lives, at));
  }

  void consider(const std::vector<std::size_t>& chosen, const std::vector<Lifetime>& lives, std::int64_t height) {
    const double worth = worth_of(lives);
    if (best_ && worth + weights_.worth(capacity_ - height) <= best_->worth) return;
    keep_if_better(chosen, *assign_offsets(lives, height, &effort_), worth, height);
  }

  // Temporaries at offsets below a height, with the weights for which they leave room; whether that is the best so far.
  bool keep_if_better(const std::vector<std::size_t>& chosen, const std::vector<std::int64_t>& offsets, double worth,
                      std::int64_t height) {
    const double all = worth + weights_.worth(capacity_ - height);
    if (best_ && all <= best_->worth) return false;
    std::vector<std::size_t> always = fixed_;
    for (const std::size_t i : weights_.choose(capacity_ - height)) always.push_back(optional_[i]);
    std::sort(always.begin(), always.end());
    std::vector<std::pair<std::size_t, std::int64_t>> placed;
    std::int64_t below = 0;
    for (const std::size_t i : always) {
      placed.emplace_back(i, below);
      below += tensors_[i].bytes;
    }
    for (std::size_t i = 0; i < chosen.size(); ++i) placed.emplace_back(chosen[i], below + offsets[i]);
    std::sort(placed.begin(), placed.end());
    best_.emplace();
    best_->worth = all;
    for (const auto& [i, offset] : placed) {
      best_->chosen.push_back(i);
      best_->offsets.push_back(offset);
    }
    return true;
  }

  const std::vector<Lifetime>& tensors_;
  std::int64_t capacity_;  // without what pinned weights take
  Effort& effort_;
  std::int64_t pinned_ = 0;
  std::vector<std::size_t> temporary_, fixed_, optional_;
  Knapsack weights_;                  // after the lists that it is made from
  std::vector<Lifetime> candidates_;  // the temporaries
  std::optional<Packing> best_;
  double bound_ = 0.0;
  bool coarse_ = false;  // not every split was tried
};

}  // namespace

std::optional<Packing> pack_memory(const std::vector<Lifetime>& tensors, std::int64_t capacity, Effort& effort) {
  return Packer(tensors, capacity, effort).run();
}

std::optional<std::vector<std::int64_t>> stack(const std::vector<Lifetime>& tensors, std::int64_t capacity,
                                               Effort* effort) {
  std::vector<std::int64_t> offsets(tensors.size(), 0);
  std::vector<std::size_t> temporary;
  std::int64_t below = 0;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (!tensors[i].always) {
      temporary.push_back(i);
      continue;
    }
    offsets[i] = below;
    below += tensors[i].bytes;
  }
  if (below > capacity) return std::nullopt;
  const auto found = assign_offsets(pick(tensors, temporary), capacity - below, effort);
  if (!found) return std::nullopt;
  for (std::size_t i = 0; i < temporary.size(); ++i) offsets[temporary[i]] = below + (*found)[i];
  return offsets;
}

}  // namespace subvolt::mapping
