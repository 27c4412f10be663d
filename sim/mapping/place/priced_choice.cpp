#include "sim/mapping/place/priced_choice.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

#include "sim/mapping/place/placement_prices.h"

namespace subvolt::mapping {
namespace {

constexpr std::int64_t kPriceSteps = 300'000;  // effort for prices, before and after the first choice by price
constexpr std::int64_t kFewestRounds = 100;
constexpr std::int64_t kMostRounds = 2000;
constexpr std::int64_t kStepsPerState = 8;  // to carry a state past a tensor, besides copying its words
constexpr std::int64_t kFewestStates = 16;
constexpr std::int64_t kMostPricedStates = 4096;
constexpr int kSlotsPerWord = 8;  // a byte each
constexpr int kMostAlike = 255;
constexpr std::size_t kHere = 0;  // the stores of the prices

// A set of tensors alive at one moment and the best choice that led there.
struct State {
  double given_away = 0.0;  // of the bound
  double worth = 0.0;
  std::int64_t bytes = 0;  // alive
  std::int32_t choice = -1;
  std::size_t row = 0;  // of what is alive
};

// Which tensors a state has chosen, as a chain.
struct Link {
  std::int32_t tensor;
  std::int32_t before;
};

class PricedSearch {
 public:
  PricedSearch(const std::vector<Lifetime>& tensors, std::int64_t capacity, Effort& effort)
      : tensors_(tensors),
        capacity_(capacity),
        effort_(effort),
        moments_(moments_of(tensors)),
        prices_(make_prices()) {}

  PricedChoice run() {
    std::vector<double> merit;
    for (const Lifetime& t : tensors_) merit.push_back(t.worth / static_cast<double>(t.bytes));
    best_.possible = greedy(merit);
    if (!best_.possible) return best_;
    prices_.improve(-best_.worth, rounds(), effort_);
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      const double room = prices_.priced(i, kHere) + tensors_[i].worth;
      merit[i] = room > 0 ? tensors_[i].worth / room : std::numeric_limits<double>::infinity();
    }
    greedy(merit);
    prices_.improve(-best_.worth, rounds(), effort_);
    best_.bound = std::max(best_.worth, -prices_.bound());
    search();
    std::sort(best_.chosen.begin(), best_.chosen.end());
    return best_;
  }

 private:
  int rounds() const {
    const auto work = 2 * (static_cast<std::int64_t>(tensors_.size()) + moments_.count);
    return static_cast<int>(std::clamp(kPriceSteps / work, kFewestRounds, kMostRounds));
  }

  static Moments moments_of(const std::vector<Lifetime>& tensors) {
    std::vector<Span> lives;
    for (const Lifetime& t : tensors) lives.push_back({t.first, t.last});
    return moments_that_matter(lives);
  }

  PlacementPrices make_prices() const {
    std::vector<PlacementPrices::Datum> data;
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      const double elsewhere = tensors_[i].pinned ? std::numeric_limits<double>::infinity() : 0.0;
      data.push_back({tensors_[i].bytes, moments_.spans[i], {-tensors_[i].worth, elsewhere}});
    }
    return {std::move(data), moments_.count, {capacity_, -1}};
  }

  // Takes tensors in the order of their merit as long as they fit, pinned ones first. False: those do not fit.
  bool greedy(const std::vector<double>& merit) {
    std::vector<std::size_t> order(tensors_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return tensors_[a].pinned != tensors_[b].pinned ? tensors_[a].pinned : merit[a] > merit[b];
    });
    std::vector<std::int64_t> used(static_cast<std::size_t>(moments_.count), 0);
    std::vector<std::size_t> chosen;
    double worth = 0.0;
    for (const std::size_t i : order) {
      const Span& life = moments_.spans[i];
      const auto begin = used.begin() + life.first;
      const auto end = used.begin() + life.last + 1;
      effort_.add(1 + (life.last - life.first) / 4);
      if (*std::max_element(begin, end) + tensors_[i].bytes > capacity_) {
        if (tensors_[i].pinned) return false;
        continue;
      }
      std::for_each(begin, end, [&](std::int64_t& bytes) { bytes += tensors_[i].bytes; });
      chosen.push_back(i);
      worth += tensors_[i].worth;
    }
    if (worth >= best_.worth || !best_.possible) {
      best_.chosen = std::move(chosen);
      best_.worth = worth;
    }
    return true;
  }

  void search() {
    std::vector<std::vector<std::size_t>> begin(static_cast<std::size_t>(moments_.count));
    std::vector<std::vector<std::size_t>> end(static_cast<std::size_t>(moments_.count) + 1);
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      begin[static_cast<std::size_t>(moments_.spans[i].first)].push_back(i);
      end[static_cast<std::size_t>(moments_.spans[i].last) + 1].push_back(i);
    }
    number_slots(begin, end);
    const std::int64_t left = std::max<std::int64_t>(0, effort_.most - effort_.steps);
    const auto per_state = static_cast<std::int64_t>(tensors_.size()) * (kStepsPerState + words_);
    width_ = static_cast<std::size_t>(
        std::clamp(left / std::max<std::int64_t>(1, 2 * per_state), kFewestStates, kMostPricedStates));
    states_ = {State{}};
    alive_.assign(static_cast<std::size_t>(words_), 0);
    for (int m = 0; m < moments_.count && !states_.empty(); ++m) {
      merge(end[static_cast<std::size_t>(m)]);
      for (const std::size_t i : begin[static_cast<std::size_t>(m)]) branch(i);
      const double price = prices_.price(kHere, m);
      for (State& s : states_) s.given_away += price * static_cast<double>(capacity_ - s.bytes);
    }
    const auto found = std::max_element(states_.begin(), states_.end(),
                                        [](const State& a, const State& b) { return a.worth < b.worth; });
    if (found != states_.end() && found->worth > best_.worth) {
      best_.worth = found->worth;
      best_.chosen.clear();
      for (std::int32_t link = found->choice; link >= 0; link = links_[static_cast<std::size_t>(link)].before) {
        best_.chosen.push_back(static_cast<std::size_t>(links_[static_cast<std::size_t>(link)].tensor));
      }
    }
    if (complete_) best_.bound = best_.worth;
  }

  // A byte for each kind of tensor among those alive with it: which ones of the same size and end a state has chosen is
  // the same for all that comes.
  void number_slots(const std::vector<std::vector<std::size_t>>& begin,
                    const std::vector<std::vector<std::size_t>>& end) {
    struct Slot {
      int number = 0;
      int alike = 0;
    };
    slots_.assign(tensors_.size(), 0);
    std::map<std::pair<int, std::int64_t>, Slot> open;  // by end and bytes
    std::vector<int> free;
    int slots = 0;
    for (std::size_t m = 0; m < begin.size(); ++m) {
      std::vector<int> ended;
      for (const std::size_t i : end[m]) ended.push_back(slots_[i]);
      std::sort(ended.begin(), ended.end());
      free.insert(free.end(), ended.begin(), std::unique(ended.begin(), ended.end()));
      for (const std::size_t i : begin[m]) {
        Slot& slot = open[{moments_.spans[i].last, tensors_[i].bytes}];
        if (slot.alike % kMostAlike == 0) {
          if (free.empty()) free.push_back(slots++);
          slot.number = free.back();
          free.pop_back();
        }
        ++slot.alike;
        slots_[i] = slot.number;
      }
    }
    words_ = slots / kSlotsPerWord + 1;
  }

  static int shift_of(int slot) { return slot % kSlotsPerWord * 8; }

  // Frees what ended, and keeps the better one of states that now have the same kinds of tensors alive.
  void merge(const std::vector<std::size_t>& ended) {
    const auto words = static_cast<std::size_t>(words_);
    std::vector<std::uint64_t> keys(states_.size());
    for (std::size_t k = 0; k < states_.size(); ++k) {
      std::uint64_t* const row = &alive_[states_[k].row];
      for (const std::size_t i : ended) {
        std::uint64_t& word = row[slots_[i] / kSlotsPerWord];
        const int shift = shift_of(slots_[i]);
        states_[k].bytes -= static_cast<std::int64_t>(word >> shift & 0xff) * tensors_[i].bytes;
        word &= ~(std::uint64_t{0xff} << shift);
      }
      std::uint64_t key = 14695981039346656037ULL;  // FNV-1a over words
      for (std::size_t w = 0; w < words; ++w) key = (key ^ row[w] ^ (row[w] >> 32)) * 1099511628211ULL;
      keys[k] = key;
    }
    effort_.add(static_cast<std::int64_t>(states_.size()) * kStepsPerState);
    std::vector<std::size_t> order(states_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return keys[a] != keys[b] ? keys[a] < keys[b] : a < b; });
    std::vector<State> kept;
    for (std::size_t k = 0; k < order.size(); ++k) {
      const State& s = states_[order[k]];
      const bool same = k > 0 && keys[order[k]] == keys[order[k - 1]] &&
                        std::equal(&alive_[s.row], &alive_[s.row] + words, &alive_[kept.back().row]);
      if (!same) {
        kept.push_back(s);
      } else if (s.worth > kept.back().worth) {
        kept.back() = s;
      }
    }
    states_ = std::move(kept);
  }

  void branch(std::size_t i) {
    const Lifetime& t = tensors_[i];
    const auto words = static_cast<std::size_t>(words_);
    const double gain = -prices_.priced(i, kHere);
    std::vector<State> next;
    std::vector<std::uint64_t> alive;
    const auto reach = [&](State s) {
      // Rounding of the sums must not drop the one that is just worth it.
      if (best_.bound - s.given_away <= best_.worth * (1 - 1e-12)) return false;
      s.row = alive.size();
      next.push_back(s);
      return true;
    };
    for (const State& before : states_) {
      const auto row = alive_.begin() + static_cast<std::ptrdiff_t>(before.row);
      State left = before;
      left.given_away += std::max(0.0, gain);
      if (!t.pinned && reach(left)) alive.insert(alive.end(), row, row + words_);
      State taken = before;
      taken.bytes += t.bytes;
      if (taken.bytes > capacity_) continue;
      taken.given_away += t.pinned ? 0.0 : std::max(0.0, -gain);
      taken.worth += t.worth;
      taken.choice = static_cast<std::int32_t>(links_.size());
      if (!reach(taken)) continue;
      links_.push_back({static_cast<std::int32_t>(i), before.choice});
      alive.insert(alive.end(), row, row + words_);
      alive[alive.size() - words + static_cast<std::size_t>(slots_[i] / kSlotsPerWord)] += std::uint64_t{1}
                                                                                           << shift_of(slots_[i]);
    }
    effort_.add(static_cast<std::int64_t>(states_.size()) * (kStepsPerState + words_));
    states_ = std::move(next);
    alive_ = std::move(alive);
    if (states_.size() > width_) merge({});
    if (states_.size() <= width_) return;
    complete_ = false;
    std::nth_element(states_.begin(), states_.begin() + static_cast<std::ptrdiff_t>(width_), states_.end(),
                     [](const State& a, const State& b) {
                       return a.given_away != b.given_away ? a.given_away < b.given_away : a.row < b.row;
                     });
    states_.resize(width_);
  }

  const std::vector<Lifetime>& tensors_;
  std::int64_t capacity_;
  Effort& effort_;
  Moments moments_;
  PlacementPrices prices_;
  PricedChoice best_;
  std::vector<int> slots_;  // by tensor: its byte
  int words_ = 1;           // of a state's bytes
  std::size_t width_ = 0;   // most states that go on
  bool complete_ = true;    // no state was left for want of effort
  std::vector<State> states_;
  std::vector<std::uint64_t> alive_;
  std::vector<Link> links_;
};

}  // namespace

PricedChoice choose_by_price(const std::vector<Lifetime>& tensors, std::int64_t capacity, Effort& effort) {
  if (tensors.empty()) return {true, {}, 0.0, 0.0};
  return PricedSearch(tensors, capacity, effort).run();
}

}  // namespace subvolt::mapping
