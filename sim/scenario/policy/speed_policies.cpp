// The speed policies that ship.
#include <algorithm>
#include <cmath>

#include "sim/scenario/policy/speed_policy.h"

namespace subvolt::scenario {
namespace {

SpeedPiece piece_at(const Speeds& speeds, double hertz, double joules_per_cycle, double watts, double cycles) {
  return {hertz, cycles / hertz, hertz * joules_per_cycle + watts + speeds.awake_W};
}
SpeedPiece piece_at(const Speeds& speeds, const Speeds::Point& p, double cycles) {
  return piece_at(speeds, p.hertz, p.joules_per_cycle, p.watts, cycles);
}
// At any speed of the cubic law.
SpeedPiece piece_at(const Speeds& speeds, double hertz, double cycles) {
  return piece_at(speeds, hertz, speeds.cubic * hertz * hertz, 0.0, cycles);
}
bool in_time(const SpeedPlan& plan, double available) {
  double time = 0.0;
  for (const SpeedPiece& piece : plan) time += piece.seconds;
  return time <= available * (1.0 + 1e-9);
}
SpeedPlan if_in_time(SpeedPlan plan, double available) { return in_time(plan, available) ? plan : SpeedPlan{}; }

// The first point that does the work in time; past the end when none does.
std::size_t slowest(const Speeds& speeds, double cycles, double available) {
  std::size_t i = 0;
  while (i < speeds.points.size() && cycles / speeds.points[i].hertz > available * (1.0 + 1e-9)) ++i;
  return i;
}

class Fixed : public SpeedPolicy {
 public:
  Frequency frequency;
  SpeedPlan plan(const Speeds& speeds, double cycles, double available) const override {
    if (speeds.cubic > 0.0) return if_in_time({piece_at(speeds, frequency.si(), cycles)}, available);
    for (const Speeds::Point& p : speeds.points) {
      if (std::fabs(p.hertz - frequency.si()) <= 1e-9 * p.hertz)
        return if_in_time({piece_at(speeds, p, cycles)}, available);
    }
    return {};
  }
  static const config::Schema<Fixed>& schema() {
    static const auto s = config::Schema<Fixed>("fixed", "One operating point.")
                              .required("frequency", &Fixed::frequency, "Of that point.",
                                        config::between(Frequency::from_si(1e-3), Frequency::from_si(1e11)));
    return s;
  }
};

// As fast as it goes, then rest.
class Race : public SpeedPolicy {
 public:
  SpeedPlan plan(const Speeds& speeds, double cycles, double available) const override {
    return speeds.points.empty() ? SpeedPlan{}
                                 : if_in_time({piece_at(speeds, speeds.points.back(), cycles)}, available);
  }
  static const config::Schema<Race>& schema() {
    static const auto s = config::Schema<Race>("race", "As fast as it goes, then rest.");
    return s;
  }
};

// The slowest point that is in time; of the cubic law, the speed that just is.
class Pace : public SpeedPolicy {
 public:
  SpeedPlan plan(const Speeds& speeds, double cycles, double available) const override {
    if (speeds.cubic > 0.0) return {piece_at(speeds, cycles / available, cycles)};
    const std::size_t i = slowest(speeds, cycles, available);
    return i < speeds.points.size() ? SpeedPlan{piece_at(speeds, speeds.points[i], cycles)} : SpeedPlan{};
  }
  static const config::Schema<Pace>& schema() {
    static const auto s = config::Schema<Pace>("pace", "The slowest point that is in time.");
    return s;
  }
};

// The two points around the speed that would just do, each for so long that it ends in time (T. Ishihara and H.
// Yasuura, "Voltage scheduling problem for dynamically variable voltage processors", ISLPED 1998).
SpeedPlan two_levels(const Speeds& speeds, const Speeds::Point& slow, const Speeds::Point& fast, double cycles,
                     double available) {
  const double fast_s = (cycles - slow.hertz * available) / (fast.hertz - slow.hertz);
  if (fast_s <= 0.0) return {piece_at(speeds, slow, cycles)};
  const double fast_cycles = std::min(cycles, fast.hertz * fast_s);
  SpeedPlan plan{piece_at(speeds, fast, fast_cycles)};
  if (cycles - fast_cycles > 1e-9 * cycles) plan.push_back(piece_at(speeds, slow, cycles - fast_cycles));
  return plan;
}

class TwoLevel : public SpeedPolicy {
 public:
  SpeedPlan plan(const Speeds& speeds, double cycles, double available) const override {
    const std::size_t i = slowest(speeds, cycles, available);
    if (i == speeds.points.size()) return {};
    if (i == 0) return {piece_at(speeds, speeds.points[0], cycles)};
    return two_levels(speeds, speeds.points[i - 1], speeds.points[i], cycles, available);
  }
  static const config::Schema<TwoLevel>& schema() {
    static const auto s = config::Schema<TwoLevel>("two_level", "The two points around the speed that would just do.");
    return s;
  }
};

// f = 1.25 u f_max, then the next point at or above (Linux, Documentation/scheduler/schedutil.rst).
class Schedutil : public SpeedPolicy {
 public:
  SpeedPlan plan(const Speeds& speeds, double cycles, double available) const override {
    if (speeds.points.empty()) return {};
    const double wanted = 1.25 * cycles / available;
    std::size_t i = 0;
    while (i + 1 < speeds.points.size() && speeds.points[i].hertz < wanted * (1.0 - 1e-12)) ++i;
    return if_in_time({piece_at(speeds, speeds.points[i], cycles)}, available);
  }
  static const config::Schema<Schedutil>& schema() {
    static const auto s =
        config::Schema<Schedutil>("schedutil", "1.25 times the speed that would do, then the next point above.");
    return s;
  }
};

// Never slower than where a cycle costs least, all that is drawn while it works counted: of the cubic law
// (P_awake / (2 k))^(1/3) (R. Jejurikar, C. Pereira and R. Gupta, DAC 2004).
class Critical : public SpeedPolicy {
 public:
  SpeedPlan plan(const Speeds& speeds, double cycles, double available) const override {
    if (speeds.cubic > 0.0) {
      const double best = std::cbrt((speeds.awake_W - speeds.rest_W) / (2.0 * speeds.cubic));
      return {piece_at(speeds, std::max(best, cycles / available), cycles)};
    }
    SpeedPlan least;
    for (std::size_t i = slowest(speeds, cycles, available); i < speeds.points.size(); ++i) {
      SpeedPlan plan{piece_at(speeds, speeds.points[i], cycles)};
      if (least.empty() || energy_of(plan, speeds, available) < energy_of(least, speeds, available)) least = plan;
    }
    return least;
  }
  static const config::Schema<Critical>& schema() {
    static const auto s = config::Schema<Critical>("critical", "Never slower than where a cycle costs least.");
    return s;
  }
};

// The least energy of all single points and all pairs of them.
class Solver : public SpeedPolicy {
 public:
  SpeedPlan plan(const Speeds& speeds, double cycles, double available) const override {
    SpeedPlan least = Critical().plan(speeds, cycles, available);
    for (std::size_t i = 0; i < speeds.points.size(); ++i) {
      for (std::size_t j = i + 1; j < speeds.points.size(); ++j) {
        const double needed = cycles / available;
        if (speeds.points[i].hertz >= needed || speeds.points[j].hertz < needed) continue;
        SpeedPlan plan = two_levels(speeds, speeds.points[i], speeds.points[j], cycles, available);
        if (!in_time(plan, available)) continue;
        if (least.empty() || energy_of(plan, speeds, available) < energy_of(least, speeds, available)) least = plan;
      }
    }
    return least;
  }
  static const config::Schema<Solver>& schema() {
    static const auto s = config::Schema<Solver>("solver", "The least energy of all points and pairs of points.");
    return s;
  }
};

const bool speed_policies_registered = SpeedPolicy::makers().add<Fixed>() && SpeedPolicy::makers().add<Race>() &&
                                       SpeedPolicy::makers().add<Pace>() && SpeedPolicy::makers().add<TwoLevel>() &&
                                       SpeedPolicy::makers().add<Schedutil>() &&
                                       SpeedPolicy::makers().add<Critical>() && SpeedPolicy::makers().add<Solver>();

}  // namespace
}  // namespace subvolt::scenario
