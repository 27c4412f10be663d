#include "sim/power/record/folded.h"

#include <algorithm>
#include <utility>

namespace subvolt::power {
namespace {

// Of lists with one number per key: `sums` in the order of the keys, each of them once.
template <class Item, class Key>
void add_counts(std::vector<Item>& sums, const std::vector<Item>& more, std::int64_t Item::*number, std::int64_t times,
                Key key) {
  auto from = sums.begin();
  for (const Item& item : more) {
    if (from == sums.end() || !(key(*from) < key(item))) from = sums.begin();  // `more` need not be in order
    auto place =
        std::lower_bound(from, sums.end(), item, [&](const Item& a, const Item& b) { return key(a) < key(b); });
    if (place == sums.end() || key(item) < key(*place)) {
      place = sums.insert(place, item);
      (*place).*number = 0;
    }
    (*place).*number += item.*number * times;
    from = place;
  }
}

void add_to(Epoch& sum, const Epoch& epoch, std::int64_t times) {
  sum.end += (epoch.end - epoch.begin) * times;
  sum.pieces += epoch.pieces * times;
  add_counts(sum.events, epoch.events, &EventCount::count, times, [](const EventCount& e) { return e.event; });
  add_counts(sum.others, epoch.others, &OwnedCount::count, times,
             [](const OwnedCount& o) { return std::pair(o.task, o.event); });
  sum.clock_cycles.resize(epoch.clock_cycles.size(), 0);
  for (std::size_t c = 0; c < epoch.clock_cycles.size(); ++c) sum.clock_cycles[c] += epoch.clock_cycles[c] * times;
  add_counts(sum.transitions, epoch.transitions, &Epoch::Transition::times, times,
             [](const Epoch::Transition& t) { return std::tuple(t.domain, t.from, t.to, t.slept); });
  add_counts(sum.point_changes, epoch.point_changes, &Epoch::PointChange::times, times,
             [](const Epoch::PointChange& c) { return std::pair(c.from, c.to); });
}

// An epoch without time that has what they have in common.
Epoch begin_of(std::int32_t task, std::int32_t point, std::int32_t settling_from,
               const std::vector<PowerState>& states) {
  Epoch sum;
  sum.task = task;
  sum.operating_point = point;
  sum.settling_from = settling_from;
  sum.states = states;
  sum.pieces = 0;
  return sum;
}

}  // namespace

void FoldedEpochs::add(const Epoch& epoch) {
  const auto [place, fresh] = sums_.try_emplace({epoch.task, epoch.operating_point, epoch.settling_from, epoch.states});
  if (fresh) place->second = begin_of(epoch.task, epoch.operating_point, epoch.settling_from, epoch.states);
  add_to(place->second, epoch, 1);
}

void FoldedEpochs::add(const FoldedEpochs& others, std::int64_t times) {
  for (const auto& [key, epoch] : others.sums_) {
    const auto [place, fresh] = sums_.try_emplace(key);
    if (fresh) place->second = begin_of(epoch.task, epoch.operating_point, epoch.settling_from, epoch.states);
    add_to(place->second, epoch, times);
  }
}

std::vector<Epoch> FoldedEpochs::epochs() const {
  std::vector<Epoch> all;
  all.reserve(sums_.size());
  Picoseconds now{};
  for (const auto& [key, sum] : sums_) {
    all.push_back(sum);
    all.back().begin = now;
    now = all.back().end = now + sum.end;
  }
  return all;
}

void fold(ActivityRecord& record) {
  FoldedEpochs sums;
  for (const Epoch& epoch : record.epochs) sums.add(epoch);
  record.epochs = sums.epochs();
  record.timeline = false;
}

}  // namespace subvolt::power
