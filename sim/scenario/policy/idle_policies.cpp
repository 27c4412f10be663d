// The idle policies that ship.
#include <algorithm>
#include <cmath>

#include "sim/scenario/policy/idle_policy.h"
#include "sim/scenario/value/clock.h"

namespace subvolt::scenario {
namespace {

std::vector<Behaviour> always(Descent descent) {
  Behaviour b;
  b.by_gap.push_back({0.0, std::move(descent)});
  return {b};
}

// The state that costs least in a gap of that length, or none.
Descent best_for(const IdleOptions& options, double gap) {
  const Behaviour all = oracle(options).front();
  std::size_t i = 0;
  while (i + 1 < all.by_gap.size() && all.by_gap[i + 1].from_s <= gap) ++i;
  return all.by_gap[i].descent;
}

Descent envelope(const IdleOptions& options) {
  Descent descent;
  const std::vector<Behaviour> least = oracle(options);
  for (const DescentFor& row : least.front().by_gap) {
    if (!row.descent.empty()) descent.push_back({row.from_s, row.descent.front().state});
  }
  return descent;
}

class AlwaysOn : public IdlePolicy {
 public:
  std::vector<Behaviour> behaviours(const IdleOptions&, const GapsAhead&) const override { return always({}); }
  static const config::Schema<AlwaysOn>& schema() {
    static const auto s = config::Schema<AlwaysOn>("always_on", "Stays idle.");
    return s;
  }
};

// After a time without work. At the break-even time it never needs more than twice the least (A. Karlin et al.,
// "Competitive snoopy caching", Algorithmica 3, 1988). Of several states each is entered where it becomes the best for
// a gap so long (S. Irani, S. Shukla and R. Gupta, "Online strategies for dynamic power management in systems with
// multiple power-saving states", ACM TECS 2(3) 2003).
class Timeout : public IdlePolicy {
 public:
  std::optional<Time> after;
  std::string state;
  std::vector<Behaviour> behaviours(const IdleOptions& options, const GapsAhead&) const override {
    const int s = state_named(options, state);
    if (s < 0) return always({});
    if (!after && state.empty()) return always(envelope(options));
    const double when = after ? after->si() : break_even_s(options, options.states[static_cast<std::size_t>(s)]);
    return always(std::isfinite(when) ? Descent{{when, s}} : Descent{});
  }
  static const config::Schema<Timeout>& schema() {
    static const auto s =
        config::Schema<Timeout>("timeout", "Rests after a time without work.")
            .optional("after", &Timeout::after,
                      "That time; the state's break-even time when absent, and that of each state where none is named.",
                      config::between(Time(), kLongest))
            .optional("state", &Timeout::state, "In which it rests; the one that draws least when absent.");
    return s;
  }
};

// After a time that is drawn anew for each gap, with density exp(t / T) / (T (e - 1)) up to the break-even time T: on
// average at most e / (e - 1) of the least, whatever the gaps (A. Karlin et al., "Competitive randomized algorithms for
// nonuniform problems", Algorithmica 11, 1994). In 256 parts, each at its mean.
class RandomTimeout : public IdlePolicy {
 public:
  std::string state;
  std::vector<Behaviour> behaviours(const IdleOptions& options, const GapsAhead&) const override {
    const int s = state_named(options, state);
    const double t = s < 0 ? 0.0 : break_even_s(options, options.states[static_cast<std::size_t>(s)]);
    if (s < 0 || !std::isfinite(t)) return always({});
    constexpr int kParts = 256;
    const double whole = std::exp(1.0) - 1.0;
    std::vector<Behaviour> all;
    for (int i = 0; i < kParts; ++i) {
      const double a = std::log1p(whole * i / kParts), b = std::log1p(whole * (i + 1) / kParts);
      // The mean of x exp(x) over [a, b]: ((x - 1) exp(x)) over (exp(x)).
      const double mean = ((b - 1.0) * std::exp(b) - (a - 1.0) * std::exp(a)) / (std::exp(b) - std::exp(a));
      Behaviour part = always({{mean * t, s}}).front();
      part.weight = 1.0 / kParts;
      all.push_back(std::move(part));
    }
    return all;
  }
  static const config::Schema<RandomTimeout>& schema() {
    static const auto s =
        config::Schema<RandomTimeout>("random_timeout", "Rests after a time that is drawn anew for each gap.")
            .optional("state", &RandomTimeout::state, "In which it rests; the one that draws least when absent.");
    return s;
  }
};

// At once, where the gap ahead is long enough: each of them when they are known beforehand, as of a timer, on average
// otherwise.
class BreakEven : public IdlePolicy {
 public:
  std::vector<Behaviour> behaviours(const IdleOptions& options, const GapsAhead& ahead) const override {
    std::vector<Behaviour> all = oracle(options);
    if (ahead.known_beforehand) return all;
    return always(best_for(options, ahead.law ? ahead.law->mean() : kLongest.si()));
  }
  static const config::Schema<BreakEven>& schema() {
    static const auto s = config::Schema<BreakEven>(
        "break_even", "Rests at once if the gap, or a gap on average, is longer than the break-even time.");
    return s;
  }
};

// By an average of the gaps that were (C. Hwang and A. Wu, "A predictive system shutdown method for energy saving of
// event-driven computation", ICCAD 1997).
class Predictive : public IdlePolicy {
 public:
  double weight = 0.5;
  std::vector<Behaviour> behaviours(const IdleOptions& options, const GapsAhead& ahead) const override {
    return always(best_for(options, ahead.law ? ahead.law->mean() : 0.0));
  }
  std::optional<double> forecast(double before, double gap) const override {
    return weight * gap + (1.0 - weight) * before;
  }
  Descent descent_for(const IdleOptions& options, double forecast) const override {
    return best_for(options, forecast);
  }
  static const config::Schema<Predictive>& schema() {
    static const auto s =
        config::Schema<Predictive>("predictive", "Rests at once if a forecast of the gap is long enough.")
            .optional("weight", &Predictive::weight, "Of the last gap in the forecast.", config::between(0.0, 1.0));
    return s;
  }
};

class Oracle : public IdlePolicy {
 public:
  std::vector<Behaviour> behaviours(const IdleOptions& options, const GapsAhead&) const override {
    return oracle(options);
  }
  static const config::Schema<Oracle>& schema() {
    static const auto s = config::Schema<Oracle>("oracle", "Knows each gap: what no policy can beat.");
    return s;
  }
};

// What operating systems do with the figures of their device trees: the deepest state for which the time to the next
// timer is long enough. Zephyr asks for min_residency + exit_latency (doc/services/pm/system.rst), Linux for
// target_residency, which is called min_residency here (drivers/cpuidle/governors).
class ResidencyRule : public IdlePolicy {
 public:
  std::string state;
  Time min_residency, exit_latency;
  bool adds_latency = true;
  std::vector<Behaviour> behaviours(const IdleOptions& options, const GapsAhead& ahead) const override {
    const int s = state_named(options, state);
    if (s < 0) return always({});
    const double wanted = (adds_latency ? min_residency + exit_latency : min_residency).si();
    Behaviour b;
    b.wakes_ahead = ahead.known_beforehand;
    if (!ahead.known_beforehand) {
      return always(!ahead.law || ahead.law->mean() >= wanted ? Descent{{0.0, s}} : Descent{});
    }
    b.by_gap.push_back({0.0, {}});
    b.by_gap.push_back({wanted, {{0.0, s}}});
    return {b};
  }
};

class Zephyr : public ResidencyRule {
 public:
  static const config::Schema<Zephyr>& schema() {
    static const auto s =
        config::Schema<Zephyr>("zephyr", "Rests if the next timer is min_residency + exit_latency away.")
            .optional("state", static_cast<std::string Zephyr::*>(&Zephyr::state),
                      "The one that draws least when absent.")
            .required("min_residency", static_cast<Time Zephyr::*>(&Zephyr::min_residency), "Of the state.",
                      config::between(Time(), kLongest))
            .optional("exit_latency", static_cast<Time Zephyr::*>(&Zephyr::exit_latency), "Of the state.",
                      config::between(Time(), kLongest));
    return s;
  }
};

class Linux : public ResidencyRule {
 public:
  Linux() { adds_latency = false; }
  static const config::Schema<Linux>& schema() {
    static const auto s = config::Schema<Linux>("linux", "Rests if the next timer is target_residency away.")
                              .optional("state", static_cast<std::string Linux::*>(&Linux::state),
                                        "The one that draws least when absent.")
                              .required("target_residency", static_cast<Time Linux::*>(&Linux::min_residency),
                                        "Of the state.", config::between(Time(), kLongest));
    return s;
  }
};

const bool idle_policies_registered = IdlePolicy::makers().add<AlwaysOn>() && IdlePolicy::makers().add<Timeout>() &&
                                      IdlePolicy::makers().add<RandomTimeout>() &&
                                      IdlePolicy::makers().add<BreakEven>() && IdlePolicy::makers().add<Predictive>() &&
                                      IdlePolicy::makers().add<Oracle>() && IdlePolicy::makers().add<Zephyr>() &&
                                      IdlePolicy::makers().add<Linux>();

}  // namespace
}  // namespace subvolt::scenario
