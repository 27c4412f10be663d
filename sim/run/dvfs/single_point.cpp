#include "sim/run/dvfs/single_point.h"

#include <algorithm>
#include <cmath>

namespace subvolt::run {
namespace {

constexpr double kPaceResolution = 0.005;  // of the clock: what a divider of eight bits has
constexpr int kMostPasses = 3;             // over the clocks; most designs have two that can move

}  // namespace

SinglePoints::SinglePoints(Player& player, const power::OperatingPoint& own, std::int64_t period_ps)
    : player_(player), rails_(player, own), pattern_{period_ps} {}

Frequency SinglePoints::scaled(const Clocks& clocks) const {
  const std::string& name = player_.design().intent.scaled_clock;
  const auto found = std::find_if(clocks.begin(), clocks.end(), [&](const auto& c) { return c.first == name; });
  return found == clocks.end() ? clocks.front().second : found->second;
}

const Tried* SinglePoints::at_any_pace(const Clocks& clocks) {
  std::vector<double> key;
  for (const auto& [clock, f] : clocks) key.push_back(f.si());
  const auto [entry, fresh] = known_.try_emplace(std::move(key));
  std::optional<Tried>& tried = entry->second;
  if (fresh) {
    try {
      if (const auto point = rails_.lowest(clocks)) tried = Tried{*point, player_.at(*point, pattern_)};
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::kConfiguration) throw;
    }
  }
  return tried ? &*tried : nullptr;
}

const Tried* SinglePoints::at(const Clocks& clocks) {
  const Tried* const tried = at_any_pace(clocks);
  return tried && tried->work.met ? tried : nullptr;
}

const Tried* SinglePoints::pace_between(const Clocks& slow, const Clocks& fast) {
  const std::string& name = player_.design().intent.scaled_clock;
  const Tried* best = at(fast);
  double low = scaled(slow).si(), high = scaled(fast).si();
  Clocks clocks = fast;
  const auto clock = std::find_if(clocks.begin(), clocks.end(), [&](const auto& c) { return c.first == name; });
  if (clock == clocks.end()) return best;
  while (best && high / low > 1.0 + kPaceResolution) {
    const double middle = std::round(std::sqrt(low * high));
    clock->second = Frequency::from_si(middle);
    const Tried* const tried = at(clocks);
    (tried ? high : low) = middle;
    if (tried) best = tried;
  }
  return best;
}

const Tried* SinglePoints::cheapest() const {
  const Tried* best = nullptr;
  for (const auto& [clocks, tried] : known_) {
    if (!tried || !tried->work.met) continue;
    if (!best || tried->work.energy.total < best->work.energy.total) best = &*tried;
  }
  return best;
}

const Tried* SinglePoints::least() {
  const Tried* best = cheapest();
  for (int pass = 0; best && pass < kMostPasses; ++pass) {
    const Tried* const before = best;
    for (const std::string& name : rails_.free_clocks()) {
      for (const double factor : {0.25, 0.5, 2.0}) {
        Clocks clocks = before->point.frequencies;
        for (auto& [clock, f] : clocks) {
          if (clock == name) f = Frequency::from_si(std::round(factor * f.si()));
        }
        at(clocks);
      }
    }
    best = cheapest();
    if (best == before) break;
  }
  return best;
}

}  // namespace subvolt::run
