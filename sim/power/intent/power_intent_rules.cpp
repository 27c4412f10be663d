#include "sim/power/intent/power_intent_rules.h"

#include <algorithm>
#include <map>

#include "sim/config/sourced/fit.h"
#include "sim/config/sourced/sourcing.h"

namespace subvolt::power {
namespace {

template <class T>
std::vector<std::string> names_of(const std::vector<T>& list) {
  std::vector<std::string> out;
  for (const T& item : list) out.push_back(item.name);
  return out;
}

// Refers names to what they should name.
class References {
 public:
  References(std::string kind, std::vector<std::string> known, config::Diagnostics& diagnostics)
      : kind_(std::move(kind)), known_(std::move(known)), diagnostics_(diagnostics) {}

  bool check(const std::string& name, const config::Node& node) { return check(name, node.location(), node.path()); }
  // The keys of a map.
  void check_keys(const config::Node& map) {
    for (const config::Node::Entry& e : map.entries()) check(e.key, e.key_location, e.node.path());
  }

 private:
  bool check(const std::string& name, const config::SourceLocation& location, const std::string& path) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) return true;
    diagnostics_.error(location, path,
                       "there is no " + kind_ + " \"" + name + "\"" + config::did_you_mean(name, known_));
    return false;
  }

  std::string kind_;
  std::vector<std::string> known_;
  config::Diagnostics& diagnostics_;
};

// Domains that name another one must not come back to themselves.
template <class Next>
void check_no_circle(const PowerIntent& intent, const Next& next, std::initializer_list<std::string_view> key,
                     const std::string& what, const config::Node& node, config::Diagnostics& d) {
  for (const VoltageDomain& domain : intent.voltage_domains) {
    const VoltageDomain* at = &domain;
    for (std::size_t steps = 0; at && !next(*at).empty(); ++steps) {
      at = intent.find_voltage_domain(next(*at));
      if (at != &domain && steps < intent.voltage_domains.size()) continue;
      // A domain that merely leads into somebody else's circle is not the one to blame.
      if (at == &domain) {
        d.error(node_at(node_at(node, {domain.name}), key), "the domain " + what + " itself, over " + next(domain));
      }
      break;
    }
  }
}

template <class T>
void check_elements(const std::vector<T>& domains, const config::Node& node, config::Diagnostics& d) {
  std::map<std::string, std::string> owner;
  for (const T& domain : domains) {
    const config::Node& elements = node_at(node, {domain.name, "elements"});
    if (domain.elements.empty()) d.error(elements, "expected at least one component name or pattern");
    for (std::size_t i = 0; i < domain.elements.size(); ++i) {
      const std::string& pattern = domain.elements[i];
      const config::Node& at = elements.items()[i];
      const auto star = pattern.find('*');
      if (pattern.empty() || (star != std::string::npos && star + 1 != pattern.size())) {
        d.error(at, "expected a component name or a pattern with one * at its end, got \"" + pattern + "\"");
      }
      const auto [other, is_new] = owner.emplace(pattern, domain.name);
      if (!is_new) d.error(at, "\"" + pattern + "\" is already an element of " + other->second);
    }
  }
}

void check_clock(const PowerIntent& intent, const ClockDomain& clock, References& rails, const config::Node& node,
                 config::Diagnostics& d) {
  bool all_known = rails.check(clock.voltage_domain, node_at(node, {"voltage_domain"}));
  std::vector<std::string> limits{clock.voltage_domain};
  for (std::size_t i = 0; i < clock.also_limited_by.size(); ++i) {
    limits.push_back(clock.also_limited_by[i]);
    all_known = rails.check(limits.back(), node_at(node, {"also_limited_by"}).items()[i]) && all_known;
  }
  if (!all_known || clock.frequency) return;
  const bool on_chip = std::any_of(limits.begin(), limits.end(), [&](const std::string& rail) {
    return intent.find_voltage_domain(rail)->process != Process::kExternal;
  });
  if (!on_chip) d.error(node, "external rails set no limit: the clock needs a frequency");
}

}  // namespace

void check_transition(const RailTransition& transition, const config::Node& node, config::Diagnostics& d) {
  if (node.find("capacitance") && node.find("energy")) {
    d.error(*node.find("energy"), "the energy of a change follows from `capacitance`, or `energy` says it: remove one");
  }
  if (!node.find("source") && (node.find("capacitance") || node.find("energy"))) {
    d.error(node, "expected a `source` for " + std::string(node.find("energy") ? "energy" : "capacitance") +
                      ": paper, data sheet or how it was estimated");
  } else if (node.find("source")) {
    require_source(transition.source, node, d);
  }
  refuse_fitted(transition.quality, node, d);
}

void check_state(const StateIntent& state, const config::Node& node, config::Diagnostics& d) {
  switch (state.state) {
    case PowerState::kClkGated:
    case PowerState::kRetention:
    case PowerState::kOff:
      return;
    default:
      d.error(node_at(node, {"state"}),
              "expected CLK_GATED, RETENTION or OFF: ON is always there, WAKING and SLEEPING "
              "are the ways between");
  }
}

void check_power_domain(const PowerDomain& domain, const config::Node& node, config::Diagnostics& d) {
  const auto listed = [&domain](PowerState state) {
    return std::count_if(domain.states.begin(), domain.states.end(),
                         [state](const StateIntent& s) { return s.state == state; });
  };
  for (std::size_t i = 0; i < domain.states.size(); ++i) {
    if (listed(domain.states[i].state) > 1) {
      d.error(node_at(node, {"states"}).items()[i], std::string(to_text(domain.states[i].state)) + " is listed twice");
    }
  }
}

void check_power_intent(const PowerIntent& intent, const config::Node& node, config::Diagnostics& d) {
  References rails("voltage domain", names_of(intent.voltage_domains), d);
  References clocks("clock domain", names_of(intent.clock_domains), d);
  References domains("power domain", names_of(intent.power_domains), d);
  const config::Node& voltage_domains = node_at(node, {"voltage_domains"});
  bool tracked_known = true;
  for (const VoltageDomain& domain : intent.voltage_domains) {
    if (domain.tracks.empty()) continue;
    tracked_known = rails.check(domain.tracks, node_at(voltage_domains, {domain.name, "tracks"})) && tracked_known;
  }
  const auto tracked = [](const VoltageDomain& domain) { return domain.tracks; };
  if (tracked_known) check_no_circle(intent, tracked, {"tracks"}, "tracks", voltage_domains, d);
  bool feeders_known = true;
  for (const VoltageDomain& domain : intent.voltage_domains) {
    if (domain.regulator.from.empty()) continue;
    const config::Node& from = node_at(voltage_domains, {domain.name, "regulator", "from"});
    feeders_known = rails.check(domain.regulator.from, from) && feeders_known;
  }
  const auto feeder = [](const VoltageDomain& domain) { return domain.regulator.from; };
  if (feeders_known) check_no_circle(intent, feeder, {"regulator", "from"}, "feeds", voltage_domains, d);

  for (const ClockDomain& clock : intent.clock_domains) {
    check_clock(intent, clock, rails, node_at(node, {"clock_domains", clock.name}), d);
  }
  check_elements(intent.clock_domains, node_at(node, {"clock_domains"}), d);

  for (const PowerDomain& domain : intent.power_domains) {
    const config::Node& at = node_at(node, {"power_domains", domain.name});
    rails.check(domain.supply, node_at(at, {"supply"}));
    for (const auto& [rail, supply] : domain.rails) rails.check(supply, node_at(at, {"rails", rail}));
  }
  check_elements(intent.power_domains, node_at(node, {"power_domains"}), d);

  if (intent.operating_points.empty()) {
    d.error(node_at(node, {"operating_points"}), "expected at least one operating point");
  }
  for (const NamedOperatingPoint& point : intent.operating_points) {
    const config::Node& at = node_at(node, {"operating_points", point.name});
    if (!point.voltages.empty()) rails.check_keys(node_at(at, {"voltages"}));
    if (!point.body_bias.empty()) domains.check_keys(node_at(at, {"body_bias"}));
    if (!point.frequencies.empty()) clocks.check_keys(node_at(at, {"frequencies"}));
  }
  if (intent.chip_modes) rails.check(intent.chip_modes->rail, node_at(node, {"chip_modes", "rail"}));
  if (intent.fitted) {
    const config::Node& at = node_at(node, {"fitted"});
    rails.check(intent.fitted->rail, node_at(at, {"rail"}));
    if (intent.fitted->above_idle && !intent.idle_mode()) {
      d.error(node_at(at, {"above_idle"}), "there is no mode idle: add it to `chip_modes`");
    }
  }
  if (!intent.scaled_domain.empty()) rails.check(intent.scaled_domain, node_at(node, {"scaled_domain"}));
  if (!intent.scaled_clock.empty()) clocks.check(intent.scaled_clock, node_at(node, {"scaled_clock"}));
}

}  // namespace subvolt::power
