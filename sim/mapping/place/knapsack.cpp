#include "sim/mapping/place/knapsack.h"

#include <algorithm>
#include <numeric>

#include "sim/mapping/place/stored_data.h"

namespace subvolt::mapping {
namespace {

constexpr std::int64_t kMostUnits = std::int64_t{1} << 20;
constexpr std::int64_t kCellsPerStep = 8;  // of a table
constexpr std::int64_t kCoreCells = std::int64_t{1} << 20;

double density(const Lifetime& item) { return item.worth / static_cast<double>(item.bytes); }

// 0/1 knapsack of items of some units each: the most worth by room, and per item whether it is taken at a room.
template <class Units>
void fill_table(const std::vector<Lifetime>& items, Units units, std::vector<double>& best,
                std::vector<std::vector<bool>>& taken) {
  for (const Lifetime& item : items) {
    const auto size = static_cast<std::size_t>(units(item.bytes));
    std::vector<bool> takes(best.size(), false);
    for (std::size_t room = best.size(); room-- > size;) {
      const double with = best[room - size] + item.worth;
      if (with <= best[room]) continue;
      best[room] = with;
      takes[room] = true;
    }
    taken.push_back(std::move(takes));
  }
}

}  // namespace

Knapsack::Knapsack(std::vector<Lifetime> items, std::int64_t most, Effort& effort)
    : items_(std::move(items)), most_(most), unit_(kAlignment), effort_(effort) {
  for (const Lifetime& item : items_) {
    total_ += item.bytes;
    all_ += item.worth;
  }
  while (total_ / unit_ > kMostUnits) unit_ *= 2;
  const std::int64_t cells = static_cast<std::int64_t>(items_.size()) * (std::min(total_, most_) / unit_ + 1);
  exact_ = total_ <= most_ || cells / kCellsPerStep <= effort.most - effort.steps;
}

std::int64_t Knapsack::units(std::int64_t bytes) const { return ceil_div(bytes, unit_); }

void Knapsack::fill() {
  if (!best_.empty()) return;
  best_.assign(static_cast<std::size_t>(std::min(total_, most_) / unit_) + 1, 0.0);
  effort_.add(static_cast<std::int64_t>(items_.size() * best_.size()) / kCellsPerStep);
  fill_table(
      items_, [this](std::int64_t bytes) { return units(bytes); }, best_, taken_);
}

double Knapsack::worth(std::int64_t bytes) {
  if (bytes >= total_) return all_;
  if (!exact_) return by_core(bytes).worth;
  fill();
  return best_[static_cast<std::size_t>(bytes / unit_)];
}

double Knapsack::bound(std::int64_t bytes) {
  if (exact_ && unit_ == kAlignment) return worth(bytes);
  if (bytes >= total_) return all_;
  by_core(bytes);
  double worth = 0.0;
  for (const std::size_t i : by_density_) {
    if (items_[i].bytes > bytes) return worth + density(items_[i]) * static_cast<double>(bytes);
    worth += items_[i].worth;
    bytes -= items_[i].bytes;
  }
  return worth;
}

std::vector<std::size_t> Knapsack::choose(std::int64_t bytes) {
  std::vector<std::size_t> chosen;
  if (bytes < total_ && !exact_) return by_core(bytes).items;
  if (bytes < total_) fill();
  auto room = static_cast<std::size_t>(bytes / unit_);
  for (std::size_t i = items_.size(); i-- > 0;) {
    if (bytes < total_) {
      if (!taken_[i][room]) continue;
      room -= static_cast<std::size_t>(units(items_[i].bytes));
    }
    chosen.push_back(i);
  }
  std::reverse(chosen.begin(), chosen.end());
  return chosen;
}

const Knapsack::Choice& Knapsack::by_core(std::int64_t bytes) {
  const auto [known, fresh] = known_.emplace(bytes, Choice{});
  Choice& choice = known->second;
  if (!fresh) return choice;
  if (by_density_.empty()) {
    by_density_.resize(items_.size());
    std::iota(by_density_.begin(), by_density_.end(), std::size_t{0});
    std::stable_sort(by_density_.begin(), by_density_.end(), [this](std::size_t a, std::size_t b) {
      const double da = density(items_[a]);
      const double db = density(items_[b]);
      return da != db ? da > db : items_[a].bytes > items_[b].bytes;
    });
  }
  // The core begins where taking one after the other ends, and grows both ways.
  std::size_t begin = 0;
  std::int64_t room = bytes;
  while (begin < by_density_.size() && items_[by_density_[begin]].bytes <= room) {
    room -= items_[by_density_[begin++]].bytes;
  }
  std::size_t end = begin;
  const auto fits_the_table = [&](std::size_t count, std::int64_t with) {
    return static_cast<std::int64_t>(count) * (with / kAlignment + 1) <= kCoreCells;
  };
  for (bool grows = true; grows;) {
    grows = false;
    if (end < by_density_.size() && fits_the_table(end + 1 - begin, room)) {
      ++end;
      grows = true;
    }
    if (begin > 0 && fits_the_table(end - begin + 1, room + items_[by_density_[begin - 1]].bytes)) {
      room += items_[by_density_[--begin]].bytes;
      grows = true;
    }
  }
  choice.items.assign(by_density_.begin(), by_density_.begin() + static_cast<std::ptrdiff_t>(begin));
  std::vector<Lifetime> core;
  for (std::size_t k = begin; k < end; ++k) core.push_back(items_[by_density_[k]]);
  std::vector<double> best(static_cast<std::size_t>(room / kAlignment) + 1, 0.0);
  std::vector<std::vector<bool>> taken;
  effort_.add(static_cast<std::int64_t>(core.size() * best.size()) / kCellsPerStep + 1);
  fill_table(
      core, [](std::int64_t size) { return ceil_div(size, kAlignment); }, best, taken);
  for (std::size_t k = core.size(); k-- > 0;) {
    if (!taken[k][static_cast<std::size_t>(room / kAlignment)]) continue;
    room -= core[k].bytes;
    choice.items.push_back(by_density_[begin + k]);
  }
  for (std::size_t k = end; k < by_density_.size(); ++k) {
    if (items_[by_density_[k]].bytes > room) continue;
    room -= items_[by_density_[k]].bytes;
    choice.items.push_back(by_density_[k]);
  }
  std::sort(choice.items.begin(), choice.items.end());
  for (const std::size_t i : choice.items) choice.worth += items_[i].worth;
  return choice;
}

}  // namespace subvolt::mapping
