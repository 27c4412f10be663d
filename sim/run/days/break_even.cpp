#include "sim/run/days/break_even.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace subvolt::run {
namespace {

// Relative: energies of equal inferences differ by rounding, and weights cost more than this.
constexpr double kSame = 1e-6;

using Shares = std::map<std::pair<std::string, std::string>, double>;

Shares shares_of(const scenario::NetworkCost& cost) {
  Shares sums;
  for (const scenario::EnergyShare& share : cost.shares) sums[{share.domain, share.cause}] += share.energy.si();
  return sums;
}
Shares shares_of(const Spent& spent) {
  Shares sums;
  for (const SpentShare& share : spent.shares) sums[{share.domain, share.cause}] += share.energy_J;
  return sums;
}
void add(Shares& to, const Shares& more, double times) {
  for (const auto& [key, energy] : more) to[key] += times * energy;
}

TransitionPart part_of(const std::string& cause) {
  using power::Cause;
  if (cause == power::to_text(Cause::kTransition)) return TransitionPart::kRail;
  if (cause == power::to_text(Cause::kClockTree)) return TransitionPart::kClocks;
  if (cause == power::to_text(Cause::kSwitching)) return TransitionPart::kControl;
  if (cause == power::to_text(Cause::kSupplyLoss)) return TransitionPart::kRegulators;
  return TransitionPart::kWaiting;
}

std::int64_t microseconds_up(double seconds) { return static_cast<std::int64_t>(std::ceil(seconds * 1e6 - 1e-6)); }

// A design under some policy of one domain, simulated.
struct Played {
  Rest rest;
  Shares rest_W;
  scenario::NetworkCost work;
};

Played play(SpacedRuns& runs, double longest, bool keep) {
  Played played;
  played.rest = rest_of(runs, longest);
  const Spent& one = played.rest.three;
  played.work = second_of(runs, 0, one, played.rest, keep);
  add(played.rest_W, shares_of(one), 1.0 / in_seconds(played.rest.step));
  add(played.rest_W, shares_of(played.rest.two), -1.0 / in_seconds(played.rest.step));
  return played;
}

// Break-even times and the words of device trees, from powers, transition and times.
void settle(StateBreakEven& state) {
  const double saved = (state.on - state.rest).si();
  state.exit_us = microseconds_up(state.exit.si());
  state.entry_us = microseconds_up(state.entry.si());
  if (!(saved > 0.0)) return;
  const double entry = state.entry.si(), exit = state.exit.si();
  const double gap = std::max(entry, state.transition.si() / saved);
  state.break_even = Time::from_si(gap);
  state.linux_us = microseconds_up(gap);
  const double ahead = (state.transition.si() - state.rest.si() * exit) / saved;
  state.zephyr_us = microseconds_up(std::max(entry, ahead - exit));
}

class Study {
 public:
  Study(const Request& request, const std::string& domain) : request_(request), domain_(domain) {}

  BreakEvens run(const std::function<void(double)>& progress) {
    SpacedRuns own(read_design_point(request_));
    const DesignPoint& point = own.point();
    if (point.jobs.size() != 1) {
      throw_configuration("the design has a scenario or several inferences of its own: name one network with --net");
    }
    check_domain(point.intent);
    found_.operating_point = point.operating_point().name;
    longest_ = longest_s(own);
    const Played as_written = play(own, longest_, true);
    found_.latency = as_written.work.time;
    const scenario::NetworkCost loaded = second_of(own, 0, as_written.rest.three, as_written.rest, false);
    reload_ = loaded.energy - as_written.work.energy;
    reload_shares_ = shares_of(loaded);
    add(reload_shares_, shares_of(as_written.work), -1.0);
    reload_time_ = loaded.time - as_written.work.time;
    found_.simulations += own.simulations();
    const auto& domains = point.intent.power_domains;
    for (std::size_t i = 0; i < domains.size(); ++i) {
      progress(static_cast<double>(i) / static_cast<double>(domains.size()));
      if (wanted(domains[i].name) && !domains[i].states.empty()) study(domains[i]);
    }
    if (wanted(kChip)) add_modes(point, Power::from_si(as_written.rest.power_W));
    choose();
    return std::move(found_);
  }

 private:
  bool wanted(const std::string& domain) const { return domain_.empty() || domain_ == domain; }

  void check_domain(const power::PowerIntent& intent) const {
    if (domain_.empty()) return;
    std::vector<std::string> names;
    for (const power::PowerDomain& domain : intent.power_domains) {
      if (!domain.states.empty()) names.push_back(domain.name);
    }
    if (intent.chip_modes) names.emplace_back(kChip);
    if (std::find(names.begin(), names.end(), domain_) != names.end()) return;
    throw_configuration("--domain: " + config::not_one_of(names, domain_));
  }

  Played with(const std::string& set, bool keep) {
    Request request = request_;
    request.overrides.push_back(config::Override::parse(set));
    DesignPoint point = read_design_point(request);
    point.keep_weights = point.keep_weights && keep;
    SpacedRuns runs(std::move(point));
    const Played played = play(runs, longest_, keep);
    found_.simulations += runs.simulations();
    return played;
  }

  void study(const power::PowerDomain& domain) {
    const Played on = with(policy_of(domain.name, "{name: always_on}"), true);
    for (const power::StateIntent& intent : domain.states) {
      StateBreakEven state;
      state.domain = domain.name;
      state.state = power::to_text(intent.state);
      state.entry = intent.entry_latency;
      state.exit = intent.exit_latency;
      const std::string set = policy_of(domain.name, policy_to(intent.state));
      try {
        fill(state, on, kept_or_not(set, state), intent.min_residency);
      } catch (const Error& e) {
        if (e.kind() != ErrorKind::kConfiguration) throw;
        state.why_not = e.what();
      }
      found_.states.push_back(std::move(state));
    }
  }

  // A buffer that may be OFF keeps no weights from one inference to the next: either the plan loads them each time, or
  // the policy is refused and they are told to be loaded.
  Played kept_or_not(const std::string& set, StateBreakEven& state) {
    const bool may_forget = state.state == power::to_text(power::PowerState::kOff) && reload_ > Energy();
    if (!may_forget) return with(set, true);
    Played reloads = with(set, false);
    try {
      Played keeps = with(set, true);
      if (keeps.work.energy < reloads.work.energy * (1.0 - kSame)) return keeps;
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::kConfiguration) throw;
    }
    state.forgets = true;
    return reloads;
  }

  void fill(StateBreakEven& state, const Played& on, const Played& there, Time waited) {
    state.on = Power::from_si(on.rest.power_W);
    state.rest = Power::from_si(there.rest.power_W);
    state.later = there.work.time - on.work.time;
    Shares extra = shares_of(there.work);
    add(extra, shares_of(on.work), -1.0);
    // Work is above what is drawn at rest, which is more where the domain stays on: work takes no rest, and waiting.
    const double awake_s = (waited + on.work.time).si();
    add(extra, on.rest_W, -awake_s);
    add(extra, there.rest_W, awake_s);
    // What loading takes is told by itself, not as activity of those that load.
    if (state.forgets) add(extra, reload_shares_, -1.0);
    double sum = state.forgets ? reload_.si() : 0.0;
    state.parts[static_cast<std::size_t>(TransitionPart::kWeights)] = Energy::from_si(sum);
    for (const auto& [key, energy] : extra) {
      state.parts[static_cast<std::size_t>(part_of(key.second))] += Energy::from_si(energy);
      sum += energy;
    }
    state.transition = Energy::from_si(sum);
    settle(state);
  }

  void add_modes(const DesignPoint& point, Power rest) {
    const std::vector<scenario::RestMode> modes = rest_modes(point, rest);
    for (const scenario::RestMode& mode : modes) {
      StateBreakEven state;
      state.domain = kChip;
      state.state = mode.name;
      state.on = rest;
      state.rest = mode.power;
      state.exit = mode.wake_up;
      state.forgets = mode.forgets;
      state.later = mode.wake_up + (mode.forgets ? reload_time_ : Time());
      const Energy waking = mode.wake_up_power * mode.wake_up;
      state.parts[static_cast<std::size_t>(TransitionPart::kRail)] = waking;
      // Beside what is above rest, the chip is at rest for that time.
      const Energy weights = mode.forgets ? reload_ + rest * reload_time_ : Energy();
      state.parts[static_cast<std::size_t>(TransitionPart::kWeights)] = weights;
      state.transition = waking + weights;
      settle(state);
      found_.states.push_back(state);
    }
    for (const scenario::RestMode& keeps : modes) {
      for (const scenario::RestMode& forgets : modes) {
        if (keeps.forgets || !forgets.forgets) continue;
        KeepOrReload pair{keeps.name, forgets.name, keeps.power, forgets.power, reload_, reload_time_, {}, {}};
        const double saved = (keeps.power - forgets.power).si();
        const double more = (reload_ + rest * reload_time_ + forgets.wake_up_power * forgets.wake_up -
                             keeps.wake_up_power * keeps.wake_up - forgets.power * (reload_time_ + forgets.wake_up) +
                             keeps.power * keeps.wake_up)
                                .si();
        if (saved > 0.0) {
          pair.break_even = Time::from_si(std::max(0.0, more / saved));
          pair.interval = *pair.break_even + found_.latency;
        }
        found_.keep_or_reload.push_back(pair);
      }
    }
  }

  // The lower envelope of straight lines, from gap 0 on.
  void choose() {
    std::vector<std::string> domains;
    for (const StateBreakEven& state : found_.states) {
      if (std::find(domains.begin(), domains.end(), state.domain) == domains.end()) domains.push_back(state.domain);
    }
    for (const std::string& domain : domains) {
      double gap = 0.0, energy = 0.0, power = 0.0;
      const StateBreakEven* now = nullptr;  // ON
      for (const StateBreakEven& s : found_.states) {
        if (s.domain == domain) power = s.on.si();
      }
      found_.choices.push_back({domain, "ON", Time(), {}});
      for (bool more = true; more;) {
        more = false;
        double best = std::numeric_limits<double>::infinity();
        const StateBreakEven* next = nullptr;
        for (const StateBreakEven& s : found_.states) {
          if (s.domain != domain || !s.why_not.empty() || !(s.rest.si() < power)) continue;
          const double at = std::max({gap, s.entry.si(), (s.transition.si() - energy) / (power - s.rest.si())});
          if (at < best || (at == best && next && s.rest < next->rest)) {
            best = at;
            next = &s;
          }
        }
        if (!next || next == now) break;
        more = true;
        now = next;
        gap = best;
        energy = next->transition.si();
        power = next->rest.si();
        const Time from = Time::from_si(gap);
        if (found_.choices.back().from == from && found_.choices.back().domain == domain) found_.choices.pop_back();
        Choice choice{domain, next->state, from, {}};
        choice.below = 1.0 / (from + found_.latency);
        found_.choices.push_back(choice);
      }
    }
  }

  Request request_;
  std::string domain_;
  BreakEvens found_;
  double longest_ = 0.0;
  Energy reload_;
  Time reload_time_;
  Shares reload_shares_;
};

}  // namespace

const char* to_text(TransitionPart part) {
  static const char* const names[] = {"rail", "clocks", "control", "waiting", "regulators", "weights"};
  return names[static_cast<std::size_t>(part)];
}

BreakEvens break_evens(const Request& request, const std::string& domain, const std::function<void(double)>& progress) {
  return Study(request, domain).run(progress);
}

}  // namespace subvolt::run
