#include "sim/run/dvfs/ways.h"

#include <algorithm>

#include "sim/config/field_type.h"
#include "sim/run/dvfs/layer_points.h"
#include "sim/run/dvfs/single_point.h"

namespace subvolt::run {
namespace {

constexpr std::size_t kMostLayerPoints = 6;  // the search and its runs grow with their square

Way of_one(WayKind kind, const Tried* tried, const std::string& why_not) {
  Way way;
  way.kind = kind;
  if (!tried) {
    way.why_not = why_not;
    return way;
  }
  way.points = {tried->point};
  way.work = tried->work;
  return way;
}

class Ways {
 public:
  Ways(Player& player, const std::vector<StudiedPoint>& studied, const power::OperatingPoint& own, Picoseconds period)
      : player_(player), own_(own), singles_(player, own, period) {
    for (const StudiedPoint& s : studied) {
      if (s.works()) clocks_.push_back(s.point.frequencies);
    }
    std::stable_sort(clocks_.begin(), clocks_.end(),
                     [this](const Clocks& a, const Clocks& b) { return singles_.scaled(a) < singles_.scaled(b); });
    clocks_.erase(std::unique(clocks_.begin(), clocks_.end()), clocks_.end());
  }

  void fill(Frames& frames) {
    frames.ways.push_back(fixed());
    const Tried* const race = fastest();
    const Tried* const pace = slowest();
    frames.ways.push_back(of_one(WayKind::kRace, race, "no studied clock is fast enough"));
    frames.ways.push_back(of_one(WayKind::kPace, pace, "no studied clock is fast enough"));
    frames.ways.push_back(two_level(race, pace));
    frames.ways.push_back(per_layer(pace));
    frames.ways.push_back(of_one(WayKind::kLeast, singles_.least(), "no studied clock is fast enough"));
    frames.combinations = singles_.combinations();
    if (race && pace && pace != race) frames.awake = awake(*race, *pace);
  }

 private:
  Way fixed() {
    Way way;
    way.points = {own_};
    way.work = player_.at(own_, singles_.pattern());
    if (!way.work.met) way.why_not = "an inference does not end before the next arrives";
    return way;
  }

  const Tried* fastest() {
    for (auto clocks = clocks_.rbegin(); clocks != clocks_.rend(); ++clocks) {
      if (const Tried* tried = singles_.at(*clocks)) return tried;
    }
    return nullptr;
  }

  const Tried* slowest() {
    const Clocks* too_slow = nullptr;
    for (const Clocks& clocks : clocks_) {
      if (const Tried* tried = singles_.at(clocks)) {
        return too_slow ? singles_.pace_between(*too_slow, clocks) : tried;
      }
      if (singles_.at_any_pace(clocks)) too_slow = &clocks;
    }
    return nullptr;
  }

  // The studied clocks next to pace: below it none is in time.
  Way two_level(const Tried* race, const Tried* pace) {
    Way way;
    way.kind = WayKind::kTwoLevel;
    const Tried *slow = nullptr, *fast = nullptr;
    for (const Clocks& clocks : clocks_) {
      const Tried* const tried = singles_.at_any_pace(clocks);
      if (!tried) continue;
      if (tried->work.met && !fast) fast = tried;
      if (!tried->work.met && !fast) slow = tried;
    }
    if (!race || !pace || !fast) {
      way.why_not = "no studied clock is fast enough";
    } else if (!slow) {
      way.why_not = "the slowest studied clock is in time: nothing to divide";
    } else if (several()) {
      way.why_not = "the design has several networks";
    } else {
      return attempt(way, [&] { return run::two_level(player_, *slow, *fast, singles_.pattern()); });
    }
    return way;
  }

  Way per_layer(const Tried* pace) {
    Way way;
    way.kind = WayKind::kPerLayer;
    if (!pace) {
      way.why_not = "no studied clock is fast enough";
      return way;
    }
    std::vector<const Tried*> points;
    for (const Clocks& clocks : clocks_) {
      if (const Tried* tried = singles_.at_any_pace(clocks)) points.push_back(tried);
    }
    std::vector<const Tried*> some{pace};
    const std::size_t others = std::min(points.size(), kMostLayerPoints - 1);
    for (std::size_t i = 0; i < others; ++i) {
      const Tried* const tried = points[others < 2 ? 0 : i * (points.size() - 1) / (others - 1)];
      if (std::find(some.begin(), some.end(), tried) == some.end()) some.push_back(tried);
    }
    if (some.size() < 2 || several()) {
      way.why_not = several() ? "the design has several networks" : "there is one point only";
      return way;
    }
    return attempt(way, [&] { return run::per_layer(player_, some, singles_.pattern()); });
  }

  // What the program refuses, such as a memory's interface clock that cannot change, is no way.
  template <class F>
  Way attempt(Way way, F simulate) {
    try {
      return simulate();
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::kConfiguration) throw;
      way.why_not = e.what();
      return way;
    }
  }

  bool several() const { return player_.design().network.parts.size() > 1; }

  std::optional<AwakePower> awake(const Tried& race, const Tried& pace) {
    const auto slow_at_race = singles_.rails().at_voltages(pace.point.frequencies, race.point);
    const Time longer = pace.work.latency - race.work.latency;
    if (!slow_at_race || !(longer > Time())) return {};
    const Energy slow = player_.at(*slow_at_race, singles_.pattern()).energy.total;
    return AwakePower{(slow - race.work.energy.total) / longer, (slow - pace.work.energy.total) / longer};
  }

  Player& player_;
  const power::OperatingPoint& own_;
  SinglePoints singles_;
  std::vector<Clocks> clocks_;
};

}  // namespace

Frames frames_of(Player& player, const std::vector<StudiedPoint>& studied, const power::OperatingPoint& own,
                 Picoseconds period) {
  Frames frames;
  for (const StudiedPoint& point : studied) {
    frames.points.emplace_back();
    if (!point.works() || picoseconds(point.run.latency) > 2 * period) continue;
    try {
      Outcome work = player.at(point.point, Pattern{period});
      if (work.met) frames.points.back() = std::move(work);
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::kConfiguration) throw;
      if (frames.why_not.empty()) frames.why_not = e.what();
    }
  }
  const bool some =
      std::any_of(frames.points.begin(), frames.points.end(), [](const auto& p) { return p.has_value(); });
  if (!some && !frames.why_not.empty()) return frames;
  frames.why_not.clear();
  Ways(player, studied, own, period).fill(frames);
  return frames;
}

}  // namespace subvolt::run

namespace subvolt::config {

const std::vector<std::pair<run::WayKind, std::string>>& EnumNames<run::WayKind>::names() {
  using run::WayKind;
  static const std::vector<std::pair<WayKind, std::string>> names{
      {WayKind::kFixed, "fixed"},        {WayKind::kRace, "race"},          {WayKind::kPace, "pace"},
      {WayKind::kTwoLevel, "two_level"}, {WayKind::kPerLayer, "per_layer"}, {WayKind::kLeast, "least"}};
  return names;
}

}  // namespace subvolt::config
