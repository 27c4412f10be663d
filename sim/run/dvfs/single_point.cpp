#include "sim/run/dvfs/single_point.h"

#include <algorithm>
#include <cmath>

namespace subvolt::run {
namespace {

constexpr double kPaceResolution = 0.005;  // of the clock: what a divider of eight bits has
constexpr int kMostPasses = 3;             // over the clocks; most designs have two that can move
constexpr double kSlowest = 64.0;          // times slower than the cheapest so far: less saves no voltage any more

}  // namespace

SinglePoints::SinglePoints(Player& player, const power::OperatingPoint& own, Picoseconds period)
    : player_(player), rails_(player, own), pattern_{period} {}

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

const Tried* SinglePoints::with(const Tried& others, const std::string& clock, double hertz) {
  Clocks clocks = others.point.frequencies;
  for (auto& [name, f] : clocks) {
    if (name == clock) f = Frequency::from_si(std::floor(hertz));
  }
  return at(clocks);
}

void SinglePoints::try_halves(const Tried& others) {
  for (const std::string& clock : rails_.free_clocks()) {
    const std::optional<Frequency> fastest = rails_.fastest(clock);
    const double slowest = others.point.frequency(clock).si() / kSlowest;
    if (!fastest || !std::isfinite(fastest->si())) continue;
    bool in_time = false;
    for (double hertz = fastest->si(); hertz > slowest; hertz /= 2.0) {
      const bool works = with(others, clock, hertz) != nullptr;
      if (in_time && !works) break;  // slower ones are later still
      in_time = in_time || works;
    }
  }
}

void SinglePoints::try_beside(const Tried& others, double factor) {
  for (const std::string& clock : rails_.free_clocks()) {
    const double own = others.point.frequency(clock).si();
    with(others, clock, own / factor);
    with(others, clock, own * factor);
  }
}

const Tried* SinglePoints::least() {
  const Tried* best = cheapest();
  for (int pass = 0; best && pass < kMostPasses; ++pass) {
    const Tried* const before = best;
    try_halves(*before);
    best = cheapest();
    if (best == before) break;
  }
  for (const double factor : {std::sqrt(2.0), std::sqrt(std::sqrt(2.0))}) {
    if (best) try_beside(*best, factor);
    best = cheapest();
  }
  return best;
}

Combinations SinglePoints::combinations() const {
  Combinations all;
  for (const auto& [clocks, tried] : known_) {
    ++all.tried;
    all.impossible += !tried;
    all.late += tried && !tried->work.met;
  }
  return all;
}

}  // namespace subvolt::run
