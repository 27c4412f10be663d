#include "sim/mapping/memory_packer.h"

#include <algorithm>

#include "sim/mapping/stored_data.h"

namespace subvolt::mapping {
namespace {

constexpr std::int64_t kMostUnits = std::int64_t{1} << 20;

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

// Which weights are worth most within some bytes: 0/1 knapsack, filled when it is first asked for less than all.
class Knapsack {
 public:
  // `most`: the most bytes that will ever be asked for.
  Knapsack(std::vector<Lifetime> items, std::int64_t most) : items_(std::move(items)), most_(most) {
    for (const Lifetime& item : items_) total_ += item.bytes;
    while (total_ / unit_ > kMostUnits) unit_ *= 2;
  }

  double worth(std::int64_t bytes) {
    if (bytes >= total_) return worth_of(items_);
    fill();
    return best_[static_cast<std::size_t>(bytes / unit_)];
  }

  std::vector<std::size_t> choose(std::int64_t bytes) {
    std::vector<std::size_t> chosen;
    if (bytes < total_) fill();
    auto room = static_cast<std::size_t>(bytes / unit_);
    for (std::size_t i = items_.size(); i-- > 0;) {
      if (bytes < total_) {
        if (!taken_[i][room]) continue;
        room -= units(items_[i]);
      }
      chosen.push_back(i);
    }
    std::reverse(chosen.begin(), chosen.end());
    return chosen;
  }

 private:
  std::size_t units(const Lifetime& item) const { return static_cast<std::size_t>(ceil_div(item.bytes, unit_)); }

  void fill() {
    if (!best_.empty()) return;
    best_.assign(static_cast<std::size_t>(std::min(total_, most_) / unit_) + 1, 0.0);
    for (const Lifetime& item : items_) {
      std::vector<bool> taken(best_.size(), false);
      for (std::size_t room = best_.size(); room-- > units(item);) {
        const double with = best_[room - units(item)] + item.worth;
        if (with <= best_[room]) continue;
        best_[room] = with;
        taken[room] = true;
      }
      taken_.push_back(std::move(taken));
    }
  }

  std::vector<Lifetime> items_;
  std::int64_t total_ = 0;
  std::int64_t most_ = 0;
  std::int64_t unit_ = kAlignment;
  std::vector<double> best_;              // by units of room
  std::vector<std::vector<bool>> taken_;  // by item and units of room
};

class Packer {
 public:
  Packer(const std::vector<Lifetime>& tensors, std::int64_t capacity)
      : tensors_(tensors), capacity_(capacity), weights_(sort()) {}

  std::optional<Packing> run() {
    std::optional<Packing> best;
    const std::vector<Lifetime> candidates = pick(tensors_, temporary_);
    std::int64_t effort = 0;
    std::int64_t budget = capacity_;
    while (budget >= 0) {
      // Less room never holds temporaries that are worth more: what cannot beat the best with all the weights that
      // would fit without temporaries ends the search.
      const double needed = best ? best->worth - weights_.worth(capacity_) : -1.0;
      std::vector<std::size_t> chosen;
      for (const std::size_t i : choose_residents(candidates, budget, needed, &effort)) {
        chosen.push_back(temporary_[i]);
      }
      const std::vector<Lifetime> lives = pick(tensors_, chosen);
      if (std::count_if(lives.begin(), lives.end(), [](const Lifetime& l) { return l.pinned; }) < pinned_) break;
      const double worth = worth_of(lives);
      if (worth <= needed) break;
      const std::int64_t peak = peak_bytes(lives);
      const std::int64_t height = height_of(lives, peak);
      if (height >= 0 && (!best || worth + weights_.worth(capacity_ - height) > best->worth)) {
        best = packing(chosen, lives, height);
        best->worth = worth + weights_.worth(capacity_ - height);
      }
      budget = effort < kMostEffort ? peak - 1 : std::min(peak - 1, budget - capacity_ / 16);
    }
    return best;
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
    return {pick(tensors_, optional_), std::max<std::int64_t>(0, capacity_)};
  }

  // Lowest of the heights at which first fit places the tensors, or -1.
  std::int64_t height_of(const std::vector<Lifetime>& lives, std::int64_t peak) const {
    if (assign_offsets(lives, peak)) return peak;
    std::int64_t bytes = 0;
    for (const Lifetime& l : lives) bytes += l.bytes;
    const auto offsets = assign_offsets(lives, bytes);
    std::int64_t height = 0;
    for (std::size_t i = 0; i < lives.size(); ++i) height = std::max(height, (*offsets)[i] + lives[i].bytes);
    if (height <= capacity_) return height;
    return assign_offsets(lives, capacity_) ? capacity_ : -1;
  }

  Packing packing(const std::vector<std::size_t>& chosen, const std::vector<Lifetime>& lives, std::int64_t height) {
    std::vector<std::size_t> always = fixed_;
    for (const std::size_t i : weights_.choose(capacity_ - height)) always.push_back(optional_[i]);
    std::sort(always.begin(), always.end());
    std::vector<std::pair<std::size_t, std::int64_t>> placed;
    std::int64_t below = 0;
    for (const std::size_t i : always) {
      placed.emplace_back(i, below);
      below += tensors_[i].bytes;
    }
    const auto offsets = assign_offsets(lives, height);
    for (std::size_t i = 0; i < chosen.size(); ++i) placed.emplace_back(chosen[i], below + (*offsets)[i]);
    std::sort(placed.begin(), placed.end());
    Packing p;
    for (const auto& [i, offset] : placed) {
      p.chosen.push_back(i);
      p.offsets.push_back(offset);
    }
    return p;
  }

  const std::vector<Lifetime>& tensors_;
  std::int64_t capacity_;  // without what pinned weights take
  std::int64_t pinned_ = 0;
  std::vector<std::size_t> temporary_, fixed_, optional_;
  Knapsack weights_;  // after the lists that it is made from
};

}  // namespace

std::optional<Packing> pack_memory(const std::vector<Lifetime>& tensors, std::int64_t capacity) {
  return Packer(tensors, capacity).run();
}

std::optional<std::vector<std::int64_t>> stack(const std::vector<Lifetime>& tensors, std::int64_t capacity) {
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
  const auto found = assign_offsets(pick(tensors, temporary), capacity - below);
  if (!found) return std::nullopt;
  for (std::size_t i = 0; i < temporary.size(); ++i) offsets[temporary[i]] = below + (*found)[i];
  return offsets;
}

}  // namespace subvolt::mapping
