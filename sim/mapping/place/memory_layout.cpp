#include "sim/mapping/place/memory_layout.h"

#include <algorithm>
#include <numeric>
#include <random>

namespace subvolt::mapping {
namespace {

// Tensors in a memory, by offset.
class Layout {
 public:
  void put(const Lifetime& t, std::int64_t offset) {
    const Taken taken{offset, offset + t.bytes, t.first, t.last};
    const auto at = std::upper_bound(taken_.begin(), taken_.end(), taken,
                                     [](const Taken& a, const Taken& b) { return a.begin < b.begin; });
    taken_.insert(at, taken);
  }

  // Calls `gap(begin, end)` for each space that stays free from `first` to `last`, from the bottom on.
  template <class Gap>
  void gaps(int first, int last, std::int64_t capacity, Gap gap) const {
    std::int64_t end = 0;
    for (const Taken& t : taken_) {
      if (t.first > last || first > t.last) continue;
      gap(end, t.begin);
      end = std::max(end, t.end);
    }
    gap(end, capacity);
  }

  enum class Fit { kLowest, kHighest, kTightest };

  // An offset with room, or -1.
  std::int64_t fit(const Lifetime& tensor, std::int64_t capacity, Fit how) const {
    std::int64_t found = -1;
    std::int64_t tightest = INT64_MAX;
    gaps(tensor.first, tensor.last, capacity, [&](std::int64_t begin, std::int64_t end) {
      if (end - begin < tensor.bytes) return;
      if (how == Fit::kHighest) found = end - tensor.bytes;
      if (how == Fit::kLowest && found < 0) found = begin;
      if (how != Fit::kTightest || end - begin >= tightest) return;
      tightest = end - begin;
      found = begin;
    });
    return found;
  }

  std::int64_t steps() const { return 1 + static_cast<std::int64_t>(taken_.size()) / 8; }

 private:
  struct Taken {
    std::int64_t begin, end;
    int first, last;
  };
  std::vector<Taken> taken_;
};

// Places tensors in the given order; ends alternate between bottom and top when told, so that a chain of layers,
// each reading one end and writing the other, never fragments the memory.
std::optional<std::vector<std::int64_t>> place(const std::vector<Lifetime>& tensors,
                                               const std::vector<std::size_t>& order, std::int64_t capacity,
                                               bool alternate, Effort& effort) {
  std::vector<std::int64_t> offsets(tensors.size(), -1);
  Layout layout;
  bool from_top = false;
  for (const std::size_t i : order) {
    effort.add(layout.steps());
    offsets[i] = layout.fit(tensors[i], capacity, from_top ? Layout::Fit::kHighest : Layout::Fit::kLowest);
    if (offsets[i] < 0) return std::nullopt;
    layout.put(tensors[i], offsets[i]);
    if (alternate) from_top = !from_top;
  }
  return offsets;
}

std::vector<std::size_t> ordered(std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

template <class Before>
std::vector<std::size_t> ordered(std::size_t count, Before before) {
  std::vector<std::size_t> order = ordered(count);
  std::stable_sort(order.begin(), order.end(), before);
  return order;
}

}  // namespace

std::int64_t peak_bytes(const std::vector<Lifetime>& tensors) {
  std::vector<std::pair<int, std::int64_t>> changes;
  for (const Lifetime& t : tensors) {
    changes.emplace_back(t.first, t.bytes);
    changes.emplace_back(t.last + 1, -t.bytes);
  }
  std::sort(changes.begin(), changes.end());  // what ends at a moment before what begins there
  std::int64_t most = 0;
  std::int64_t bytes = 0;
  for (const auto& [moment, change] : changes) most = std::max(most, bytes += change);
  return most;
}

std::optional<std::vector<std::int64_t>> assign_offsets(const std::vector<Lifetime>& tensors, std::int64_t capacity,
                                                        Effort* effort) {
  Effort uncounted;
  Effort& counted = effort ? *effort : uncounted;
  if (peak_bytes(tensors) > capacity) return std::nullopt;
  const auto by_size =
      ordered(tensors.size(), [&](std::size_t a, std::size_t b) { return tensors[a].bytes > tensors[b].bytes; });
  const auto by_time =
      ordered(tensors.size(), [&](std::size_t a, std::size_t b) { return tensors[a].first < tensors[b].first; });
  for (const auto& [order, alternate] : {std::pair{&by_size, false}, {&by_time, true}, {&by_time, false}}) {
    if (auto offsets = place(tensors, *order, capacity, alternate, counted)) return offsets;
  }
  return std::nullopt;
}

namespace {

// Tries orders of tensors and keeps the offsets with which most worth finds room.
class MostOffsets {
 public:
  MostOffsets(const std::vector<Lifetime>& tensors, const std::vector<bool>& keep, std::int64_t capacity,
              Effort& effort)
      : tensors_(tensors), keep_(keep), capacity_(capacity), effort_(effort) {}

  std::optional<std::vector<std::int64_t>> run() {
    if (!place_pinned()) return std::nullopt;
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      if (keep_[i] && !tensors_[i].pinned) wanted_.push_back(i);
      if (!keep_[i] && !tensors_[i].pinned) others_.push_back(i);
    }
    const auto dearer = [&](std::size_t a, std::size_t b) { return tensors_[a].worth > tensors_[b].worth; };
    const auto larger = [&](std::size_t a, std::size_t b) { return tensors_[a].bytes > tensors_[b].bytes; };
    const auto earlier = [&](std::size_t a, std::size_t b) { return tensors_[a].first < tensors_[b].first; };
    const auto area = [&](std::size_t i) {
      return static_cast<double>(tensors_[i].bytes) * (tensors_[i].last - tensors_[i].first + 1);
    };
    std::stable_sort(others_.begin(), others_.end(), dearer);
    const auto try_sorted = [&](auto before) {
      std::stable_sort(wanted_.begin(), wanted_.end(), before);
      for (const Ends ends : {Ends::kLowest, Ends::kTightest, Ends::kAlternate}) {
        if (!best_order_.empty() && effort_.spent()) return;  // of thousands one order alone is much work
        ends_ = ends;
        if (try_order(wanted_)) best_ends_ = ends;
      }
    };
    try_sorted(larger);
    try_sorted(earlier);
    try_sorted([&](std::size_t a, std::size_t b) { return area(a) > area(b); });
    try_sorted(dearer);
    bring_forward();
    return best_;
  }

 private:
  enum class Ends { kLowest, kTightest, kAlternate };  // where a tensor goes: to the bottom; to bottom and top in turns

  bool place_pinned() {
    std::vector<Lifetime> pinned;
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      if (!tensors_[i].pinned) continue;
      pinned.push_back(tensors_[i]);
      which_pinned_.push_back(i);
    }
    pinned_ = assign_offsets(pinned, capacity_, &effort_);
    return pinned_.has_value();
  }

  // What found no room goes forward in the order, again and again (squeaky wheel: D. E. Joslin, D. P. Clements, Journal
  // of Artificial Intelligence Research 10, 1999): all of it to the front, or one, which one and how far by lot.
  void bring_forward() {
    ends_ = best_ends_;
    std::mt19937 lot(1);  // the same sequence everywhere
    for (int round = 0; round < kRounds && !best_left_.empty() && !effort_.spent(); ++round) {
      std::vector<std::size_t> order = best_order_;
      if (round % kAllEvery == 0) {
        std::vector<bool> left(tensors_.size(), false);
        for (const std::size_t i : best_left_) left[i] = true;
        std::stable_partition(order.begin(), order.end(), [&](std::size_t i) { return left[i]; });
      } else {
        const auto from = std::find(order.begin(), order.end(), best_left_[lot() % best_left_.size()]);
        const auto before = static_cast<unsigned>(from - order.begin());
        const auto to = order.begin() + static_cast<std::ptrdiff_t>(lot() % (before + 1));
        std::rotate(to, from, from + 1);
      }
      try_order(order);
    }
  }

  // Keeps it if it is at least as good: equal ones lead on.
  bool try_order(const std::vector<std::size_t>& order) {
    std::vector<std::int64_t> offsets(tensors_.size(), -1);
    std::vector<std::size_t> left;
    Layout layout;
    double worth = 0.0;
    const auto put = [&](std::size_t i, std::int64_t offset) {
      offsets[i] = offset;
      layout.put(tensors_[i], offset);
      worth += tensors_[i].worth;
    };
    for (std::size_t p = 0; p < which_pinned_.size(); ++p) put(which_pinned_[p], (*pinned_)[p]);
    bool from_top = false;
    const auto try_one = [&](std::size_t i) {
      effort_.add(layout.steps());
      const Layout::Fit fit = ends_ == Ends::kTightest ? Layout::Fit::kTightest
                              : from_top               ? Layout::Fit::kHighest
                                                       : Layout::Fit::kLowest;
      const std::int64_t offset = layout.fit(tensors_[i], capacity_, fit);
      if (offset >= 0) put(i, offset);
      if (offset >= 0 && ends_ == Ends::kAlternate) from_top = !from_top;
      return offset >= 0;
    };
    for (const std::size_t i : order) {
      if (!try_one(i)) left.push_back(i);
    }
    for (const std::size_t i : others_) try_one(i);
    if (worth < best_worth_) return false;
    best_worth_ = worth;
    best_ = std::move(offsets);
    best_left_ = std::move(left);
    best_order_ = order;
    return true;
  }

  static constexpr int kRounds = 2000;
  static constexpr int kAllEvery = 8;
  const std::vector<Lifetime>& tensors_;
  const std::vector<bool>& keep_;
  std::int64_t capacity_;
  Effort& effort_;
  std::vector<std::size_t> wanted_, others_, which_pinned_;
  std::optional<std::vector<std::int64_t>> pinned_;
  Ends ends_ = Ends::kLowest;
  Ends best_ends_ = ends_;
  std::vector<std::size_t> best_order_, best_left_;  // of the wanted ones
  std::optional<std::vector<std::int64_t>> best_;
  double best_worth_ = -1.0;
};

}  // namespace

std::optional<std::vector<std::int64_t>> assign_most_offsets(const std::vector<Lifetime>& tensors,
                                                             const std::vector<bool>& keep, std::int64_t capacity,
                                                             Effort& effort) {
  return MostOffsets(tensors, keep, capacity, effort).run();
}

std::int64_t largest_gap(const std::vector<Lifetime>& tensors, const std::vector<std::int64_t>& offsets,
                         std::int64_t capacity, int first, int last) {
  Layout layout;
  for (std::size_t i = 0; i < tensors.size(); ++i) layout.put(tensors[i], offsets[i]);
  std::int64_t largest = 0;
  layout.gaps(first, last, capacity,
              [&](std::int64_t begin, std::int64_t end) { largest = std::max(largest, end - begin); });
  return largest;
}

}  // namespace subvolt::mapping
