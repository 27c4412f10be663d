#include "sim/run/days/design_costs.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "sim/config/library.h"
#include "sim/run/child.h"
#include "sim/run/days/rest.h"
#include "sim/run/simulation.h"
#include "sim/units/picoseconds.h"

namespace subvolt::run {
namespace {

constexpr Picoseconds kMillisecond{1'000'000'000};
constexpr int kMostTries = 5;  // gaps of 1 ms to 10 s
// Sums of some 1e5 epochs agree to that where they are the same.
constexpr double kSettled = 1e-9;

// Between a child and its parent: numbers to the bit.
std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%a", value);
  return text;
}

std::string as_text(const Spent& spent) {
  std::string text = number(spent.energy_J) + " " + number(spent.latency_s) + " " + number(spent.peak_W) + "\n";
  for (const SpentShare& share : spent.shares)
    text += share.domain + " " + share.cause + " " + number(share.energy_J) + "\n";
  return text;
}

Spent from_text(const std::string& text) {
  Spent spent;
  std::size_t at = 0;
  const auto word = [&] {
    const std::size_t end = text.find_first_of(" \n", at);
    const std::string one = text.substr(at, end - at);
    at = end + 1;
    return one;
  };
  const auto value = [&] { return std::strtod(word().c_str(), nullptr); };
  spent.energy_J = value();
  spent.latency_s = value();
  spent.peak_W = value();
  while (at < text.size()) {
    SpentShare share;
    share.domain = word();
    share.cause = word();
    share.energy_J = value();
    spent.shares.push_back(share);
  }
  return spent;
}

Spent spent_of(const power::ActivityRecord& record, const power::Ledger& ledger) {
  Spent spent;
  spent.energy_J = ledger.total.si();
  const power::JobActivity& last = record.jobs.back();
  spent.latency_s = in_seconds(last.end - last.released);
  spent.peak_W = ledger.peak.si();
  std::map<std::pair<std::string, std::string>, double> sums;
  for (const power::Account& account : ledger.accounts) {
    const std::string& domain = account.component < 0
                                    ? account.component_name
                                    : record.components[static_cast<std::size_t>(account.component)].power_domain;
    sums[{domain.empty() ? account.voltage_domain : domain, power::to_text(account.cause)}] += account.energy.si();
  }
  for (const auto& [key, energy] : sums) spent.shares.push_back({key.first, key.second, energy});
  return spent;
}

// a - b, share by share.
std::vector<scenario::EnergyShare> difference(const Spent& a, const Spent& b) {
  std::map<std::pair<std::string, std::string>, double> sums;
  for (const SpentShare& s : a.shares) sums[{s.domain, s.cause}] += s.energy_J;
  for (const SpentShare& s : b.shares) sums[{s.domain, s.cause}] -= s.energy_J;
  std::vector<scenario::EnergyShare> shares;
  for (const auto& [key, energy] : sums) shares.push_back({key.first, key.second, Energy::from_si(energy)});
  return shares;
}

// The time of an inference, then a gap: whole milliseconds, so that clocks of whole kilohertz have the same edges.
Picoseconds spacing(double longest_s, int attempt) {
  const auto work = static_cast<std::int64_t>(std::ceil(longest_s * 1e3));
  return (work + static_cast<std::int64_t>(std::pow(10.0, attempt) + 0.5)) * kMillisecond;
}

}  // namespace

Spent SpacedRuns::run(int stream, int inferences, std::int64_t ends, Picoseconds spacing, bool keep_weights) {
  ++simulations_;
  return from_text(in_child([&](const OnProgress&) {
    DesignPoint played = point_;
    played.keep_weights = played.keep_weights && keep_weights;
    played.jobs.clear();
    for (int n = 0; n < inferences; ++n) {
      scenario::Job job;
      job.stream = stream;
      job.number = n;
      job.release_time = (n + 1) * spacing;
      played.jobs.push_back(job);
    }
    played.scenario.duration = Time::from_si(in_seconds(ends * spacing));
    const Simulated simulated = simulate(played);
    return as_text(spent_of(simulated.record, price_record(simulated.record, played.intent, played.technology,
                                                           played.operating_points, simulated.metered)));
  }));
}

std::string policy_of(const std::string& domain, const std::string& policy) {
  return "power.power_domains." + domain + ".policy=" + policy;
}

std::string policy_to(power::PowerState state) {
  if (state == power::PowerState::kClkGated) return "{name: clock_gate, after: 0 s}";
  return std::string("{name: power_gate_after, state: ") + power::to_text(state) + ", after: 0 s}";
}

double longest_s(SpacedRuns& runs) {
  double longest = 0.0;
  for (std::size_t s = 0; s < runs.point().scenario.streams.size(); ++s) {
    longest = std::max(longest, runs.run(static_cast<int>(s), 1, 1, kMillisecond, true).latency_s);
  }
  return longest;
}

Rest rest_of(SpacedRuns& runs, double longest_s) {
  Rest rest;
  for (int attempt = 0;; ++attempt) {
    rest.step = spacing(longest_s, attempt);
    rest.settled_s = in_seconds(rest.step) - longest_s;
    rest.two = runs.run(0, 1, 2, rest.step, true);
    rest.three = runs.run(0, 1, 3, rest.step, true);
    const double rest_J = rest.three.energy_J - rest.two.energy_J;
    rest.power_W = rest_J / in_seconds(rest.step);
    const Spent four = runs.run(0, 1, 4, rest.step, true);
    if (std::fabs(four.energy_J - rest.three.energy_J - rest_J) <= kSettled * four.energy_J) return rest;
    if (attempt + 1 < kMostTries) continue;
    throw_configuration(runs.point().name + " comes to no rest within " + brief(Time::from_si(rest.settled_s)) +
                        " after an inference: its power changes on, so that days cannot be told from it");
  }
}

scenario::NetworkCost second_of(SpacedRuns& runs, int stream, const Spent& one, const Rest& rest, bool keep_weights) {
  const Spent both = runs.run(stream, 2, 3, rest.step, keep_weights);
  scenario::NetworkCost cost;
  cost.time = Time::from_si(both.latency_s);
  cost.energy = Energy::from_si(both.energy_J - one.energy_J);
  cost.shares = difference(both, one);
  return cost;
}

std::vector<scenario::RestMode> rest_modes(const DesignPoint& point, Power rest) {
  std::vector<scenario::RestMode> all;
  if (!point.intent.chip_modes) return all;
  const power::ChipMode* const idle = point.intent.idle_mode();
  const Voltage at = point.operating_point().voltage(point.intent.chip_modes->rail);
  const Power awake = idle ? power::PowersByVoltage::power(idle->powers, at) : rest;
  for (const auto& [name, mode] : point.intent.chip_modes->modes) {
    if (!mode.wake_up || !power::PowersByVoltage::reach(mode.powers, at)) continue;
    all.push_back({name, power::PowersByVoltage::power(mode.powers, at), *mode.wake_up,
                   mode.wake_up_power.value_or(awake), mode.forgets_weights});
  }
  return all;
}

scenario::DesignCosts costs_of(SpacedRuns& runs) {
  const DesignPoint& point = runs.point();
  scenario::DesignCosts costs;
  costs.operating_point = point.operating_point().name;
  // All of them settle alike: the first tells when.
  const Rest rest = rest_of(runs, longest_s(runs));
  costs.settled_after = Time::from_si(rest.settled_s);
  costs.rest = Power::from_si(rest.power_W);
  for (const scenario::EnergyShare& share : difference(rest.three, rest.two)) {
    costs.rest_shares.push_back({share.domain, share.cause, share.energy / Time::from_si(in_seconds(rest.step))});
  }
  for (std::size_t s = 0; s < point.scenario.streams.size(); ++s) {
    const int stream = static_cast<int>(s);
    const Spent one = s == 0 ? rest.three : runs.run(stream, 1, 3, rest.step, true);
    scenario::NetworkRun run;
    run.network = point.scenario.streams[s].second.network;
    run.kept = second_of(runs, stream, one, rest, true);
    run.loaded = second_of(runs, stream, one, rest, false);
    run.peak = Power::from_si(one.peak_W);
    costs.networks.push_back(run);
  }
  costs.begin = Energy::from_si(rest.two.energy_J - 2.0 * (rest.three.energy_J - rest.two.energy_J)) -
                costs.networks.front().loaded.energy;
  costs.modes = rest_modes(point, costs.rest);
  costs.simulations = runs.simulations();
  return costs;
}

namespace {

// Whether the design runs with that policy and weights that are loaded each time: not where a memory would be off with
// what layers leave to each other.
bool runs_with(Request request, const std::string& set) {
  request.overrides.push_back(config::Override::parse(set));
  try {
    DesignPoint point = read_design_point(request);
    point.keep_weights = false;
    SpacedRuns(std::move(point)).run(0, 1, 1, kMillisecond, false);
    return true;
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::kConfiguration) throw;
    return false;
  }
}

// Overrides that switch off whatever may be off.
std::vector<std::string> all_off(const power::PowerIntent& intent, const Request& request) {
  std::vector<std::string> sets;
  for (const power::PowerDomain& domain : intent.power_domains) {
    const bool has = std::any_of(domain.states.begin(), domain.states.end(),
                                 [](const power::StateIntent& s) { return s.state == power::PowerState::kOff; });
    const std::string set = policy_of(domain.name, policy_to(power::PowerState::kOff));
    if (has && runs_with(request, set)) sets.push_back(set);
  }
  return sets;
}

// A further state of rest of a design without modes that its vendor measured: all domains OFF that may be, and
// weights loaded again behind it. What the way there and back takes is that of the network that takes most.
void add_off(scenario::DesignCosts& costs, Request request) {
  const DesignPoint own = read_design_point(request);
  if (own.intent.chip_modes) return;
  const std::vector<std::string> sets = all_off(own.intent, request);
  if (sets.empty()) return;
  for (const std::string& set : sets) request.overrides.push_back(config::Override::parse(set));
  DesignPoint point = read_design_point(request);
  point.keep_weights = false;
  SpacedRuns runs(std::move(point));
  scenario::RestMode mode;
  mode.name = "off";
  Energy transition;
  try {
    const Rest rest = rest_of(runs, longest_s(runs));
    mode.power = Power::from_si(rest.power_W);
    for (std::size_t s = 0; s < costs.networks.size(); ++s) {
      const int stream = static_cast<int>(s);
      const Spent one = s == 0 ? rest.three : runs.run(stream, 1, 3, rest.step, false);
      const scenario::NetworkCost cold = second_of(runs, stream, one, rest, false);
      mode.wake_up = std::max(mode.wake_up, cold.time - costs.networks[s].kept.time);
      // Work is above what is drawn at rest, which is less here.
      const scenario::NetworkCost& kept = costs.networks[s].kept;
      transition = std::max(transition, cold.energy - kept.energy - (costs.rest - mode.power) * kept.time);
    }
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::kConfiguration) throw;
    return;  // something lives where the power would be off
  }
  costs.simulations += runs.simulations();
  if (!(mode.power < costs.rest) || !(mode.wake_up > Time())) return;
  mode.wake_up_power = mode.power + transition / mode.wake_up;
  costs.modes.push_back(mode);
}

}  // namespace

scenario::DesignCosts DesignCosts::costs(const scenario::Named& design, const std::string& operating_point,
                                         const std::vector<scenario::Named>& networks) {
  Request request;
  request.design = config::find("design", design.name, design.location.text(), design.location.file);
  request.operating_point = operating_point;
  scenario::Scenario streams;
  streams.name = config::display_name(design.location.file);
  streams.file = design.location.file;
  for (const scenario::Named& network : networks) {
    scenario::Stream stream;
    stream.network = network.name;
    stream.location = network.location;
    stream.count = 1;
    streams.streams.emplace_back("network_" + std::to_string(streams.streams.size()), stream);
  }
  request.streams = std::move(streams);
  SpacedRuns runs(read_design_point(request));
  scenario::DesignCosts costs = costs_of(runs);
  add_off(costs, request);
  return costs;
}

}  // namespace subvolt::run
