#include "sim/scenario/policy/idle_policy.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace subvolt::scenario {

config::Makers<IdlePolicy>& IdlePolicy::makers() {
  static config::Makers<IdlePolicy> all("idle policy", "", "name");
  return all;
}

double break_even_s(const IdleOptions& options, const RestState& s) {
  const double time = s.enter_s + s.exit_s, energy = s.enter_J + s.exit_J;
  if (s.power_W >= options.idle_W) return std::numeric_limits<double>::infinity();
  return std::max(time, (energy - s.power_W * time) / (options.idle_W - s.power_W));
}

int state_named(const IdleOptions& options, const std::string& name) {
  if (name.empty()) return static_cast<int>(options.states.size()) - 1;
  for (std::size_t i = 0; i < options.states.size(); ++i) {
    if (options.states[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

namespace {

const Descent& descent_at(const Behaviour& behaviour, double gap) {
  std::size_t i = 0;
  while (i + 1 < behaviour.by_gap.size() && behaviour.by_gap[i + 1].from_s <= gap) ++i;
  return behaviour.by_gap[i].descent;
}

}  // namespace

GapCost cost_of(const IdleOptions& options, const Descent& descent, bool wakes_ahead, double gap) {
  GapCost cost;
  cost.in_s.assign(options.states.size() + 1, 0.0);
  double at = 0.0;  // up to which the gap is accounted for
  double power = options.idle_W;
  std::size_t in = options.states.size();
  for (const DescentStep& step : descent) {
    const RestState& state = options.states[static_cast<std::size_t>(step.state)];
    const double after = std::max(step.after_s, at);
    if (after >= gap && !(after == 0.0 && gap == 0.0 && wakes_ahead)) break;
    cost.energy_J += power * (after - at) + state.enter_J;
    cost.entries_J += state.enter_J;
    cost.in_s[in] += after - at;
    at = after + state.enter_s;
    power = state.power_W;
    in = static_cast<std::size_t>(step.state);
    cost.in_s[in] += std::min(state.enter_s, std::max(0.0, gap - after));
    cost.last = step.state;
  }
  double left = gap - at;
  if (cost.last >= 0) {
    const RestState& state = options.states[static_cast<std::size_t>(cost.last)];
    cost.energy_J += state.exit_J;
    cost.exits_J = state.exit_J;
    if (wakes_ahead) left -= state.exit_s;
  }
  if (left > 0.0) {
    cost.energy_J += power * left;
    cost.in_s[in] += left;
  }
  return cost;
}

GapCost cost_of(const IdleOptions& options, const Behaviour& behaviour, double gap) {
  return cost_of(options, descent_at(behaviour, gap), behaviour.wakes_ahead, gap);
}

MeanGapCost mean_cost(const IdleOptions& options, const std::vector<Behaviour>& behaviours, const GapLaw& gaps) {
  MeanGapCost sum;
  sum.in_s.assign(options.states.size() + 1, 0.0);
  sum.ends_in.assign(options.states.size() + 1, 0.0);
  for (const Behaviour& b : behaviours) {
    // Where the cost bends: at rows, at steps of their descents, and where a state has been entered.
    std::vector<double> bends{0.0};
    for (const DescentFor& row : b.by_gap) {
      bends.push_back(row.from_s);
      double at = 0.0;
      for (const DescentStep& step : row.descent) {
        const RestState& state = options.states[static_cast<std::size_t>(step.state)];
        at = std::max(at, step.after_s);
        bends.push_back(at);
        at += state.enter_s;
        bends.push_back(at);
        if (b.wakes_ahead) bends.push_back(at + state.exit_s);
      }
    }
    std::sort(bends.begin(), bends.end());
    bends.erase(std::unique(bends.begin(), bends.end()), bends.end());
    for (std::size_t i = 0; i < bends.size(); ++i) {
      const double from = bends[i];
      const bool last = i + 1 == bends.size();
      const double to = last ? std::numeric_limits<double>::infinity() : bends[i + 1];
      // Gaps in (from, to]: how many, and the sum of their lengths beyond `from`. All of the first piece, gaps of 0
      // too.
      const double over = i == 0 ? 1.0 : gaps.longer_than(from);
      const double mass = over - (last ? 0.0 : gaps.longer_than(to));
      if (over <= 0.0) break;
      const double beyond = gaps.excess(from) - (last ? 0.0 : gaps.excess(to) + (to - from) * gaps.longer_than(to));
      if (mass <= 0.0) continue;
      // Two gaps in it say what is straight in it.
      const double width = last ? std::max(1.0, from) : to - from;
      const double g1 = from + 0.25 * width, g2 = from + 0.75 * width;
      const GapCost a = cost_of(options, b, g1), c = cost_of(options, b, g2);
      const auto mean = [&](double y1, double y2) {
        const double slope = (y2 - y1) / (g2 - g1);
        return mass * (y1 - slope * (g1 - from)) + slope * beyond;
      };
      sum.energy_J += b.weight * mean(a.energy_J, c.energy_J);
      for (std::size_t s = 0; s < sum.in_s.size(); ++s) sum.in_s[s] += b.weight * mean(a.in_s[s], c.in_s[s]);
      const std::size_t end = a.last < 0 ? options.states.size() : static_cast<std::size_t>(a.last);
      sum.ends_in[end] += b.weight * mass;
    }
  }
  return sum;
}

std::vector<Behaviour> oracle(const IdleOptions& options) {
  Behaviour best;
  best.wakes_ahead = true;
  // Costs of staying idle and of each state are straight lines from where the state fits: the lowest one changes where
  // two of them meet.
  std::vector<double> cuts{0.0};
  const auto line = [&](int s, double& at0, double& slope) {
    if (s < 0) {
      at0 = 0.0;
      slope = options.idle_W;
      return 0.0;
    }
    const RestState& state = options.states[static_cast<std::size_t>(s)];
    const double time = state.enter_s + state.exit_s;
    slope = state.power_W;
    at0 = state.enter_J + state.exit_J - slope * time;
    return time;
  };
  const int n = static_cast<int>(options.states.size());
  for (int i = -1; i < n; ++i) {
    double a = 0.0, b = 0.0;
    cuts.push_back(line(i, a, b));
    for (int j = i + 1; j < n; ++j) {
      double c = 0.0, d = 0.0;
      line(j, c, d);
      if (b != d && (c - a) / (b - d) > 0.0) cuts.push_back((c - a) / (b - d));
    }
  }
  std::sort(cuts.begin(), cuts.end());
  // Two that are one but for rounding would leave no gap between them to ask at.
  const auto same = [](double a, double b) { return b - a <= 1e-12 * b; };
  cuts.erase(std::unique(cuts.begin(), cuts.end(), same), cuts.end());
  for (std::size_t k = 0; k < cuts.size(); ++k) {
    const double gap = k + 1 < cuts.size() ? 0.5 * (cuts[k] + cuts[k + 1]) : cuts[k] * 2.0 + 1.0;
    int choice = -1;
    double least = options.idle_W * gap;
    for (int s = 0; s < n; ++s) {
      double a = 0.0, b = 0.0;
      const double fits = line(s, a, b);
      if (gap < fits || a + b * gap >= least) continue;
      least = a + b * gap;
      choice = s;
    }
    Descent descent;
    if (choice >= 0) descent.push_back({0.0, choice});
    best.by_gap.push_back({cuts[k], std::move(descent)});
  }
  return {best};
}

}  // namespace subvolt::scenario

namespace subvolt::config {

bool FieldType<scenario::IdleChoice>::read(const Node& node, scenario::IdleChoice& value, Diagnostics& d) {
  if (!node.is_scalar()) return FieldType<Made<scenario::IdlePolicy>>::read(node, value.policy, d);
  Node map = Node::map(node.location(), node.steps());
  map.set_layer(node.layer());
  map.entries().push_back({"name", node.location(), node});
  return FieldType<Made<scenario::IdlePolicy>>::read(map, value.policy, d);
}
TypeDoc FieldType<scenario::IdleChoice>::doc() {
  const TypeDoc name{TypeDoc::Form::kText, {}, {}, {}, nullptr};
  return {TypeDoc::Form::kEither, {}, {}, {name, FieldType<Made<scenario::IdlePolicy>>::doc()}, nullptr};
}

}  // namespace subvolt::config
