#include "sim/run/dvfs/layer_points.h"

#include <algorithm>
#include <limits>

#include "sim/power/intent/point_change.h"
#include "sim/power/ledger/supply_loss.h"

namespace subvolt::run {
namespace {

using Layers = std::vector<std::int32_t>;

Way simulated(Player& player, WayKind kind, const std::vector<power::OperatingPoint>& points, const Layers& layers,
              Pattern pattern) {
  Way way;
  way.kind = kind;
  way.layers = layers;
  way.points = points;
  way.work = player.layers_at(points, layers, pattern);
  return way;
}

// Points that layers use, in the order of their first use: a run begins at the first.
void drop_unused(std::vector<power::OperatingPoint>& points, Layers& layers) {
  std::vector<power::OperatingPoint> used;
  std::vector<std::int32_t> index(points.size(), -1);
  for (std::int32_t& layer : layers) {
    std::int32_t& at = index[static_cast<std::size_t>(layer)];
    if (at < 0) {
      at = static_cast<std::int32_t>(used.size());
      used.push_back(points[static_cast<std::size_t>(layer)]);
    }
    layer = at;
  }
  points = std::move(used);
}

Energy change_energy(const power::PowerIntent& intent, const power::OperatingPoint& from,
                     const power::OperatingPoint& to) {
  Energy energy;
  for (const power::VoltageDomain& rail : intent.voltage_domains) {
    const Voltage v = to.voltage(rail.name);
    if (v == from.voltage(rail.name)) continue;
    const Energy delivered = power::change_energy(rail.transition, from.voltage(rail.name), v);
    energy += delivered + delivered * power::loss_share(rail, to);
  }
  return energy;
}

// Seconds and joules of each layer at each point and of each change between points.
struct Costs {
  std::vector<std::vector<double>> time, energy;                // by layer and point
  std::vector<std::vector<double>> change_time, change_energy;  // by from and to
};

struct Chosen {
  Layers layers;
  double time = 0.0;
};

// The last layer's point is the first one's of the next period.
Chosen choose(const Costs& costs, double lambda) {
  const std::size_t layers = costs.time.size(), points = costs.change_time.size();
  const auto change = [&](std::size_t from, std::size_t to) {
    return costs.change_energy[from][to] + lambda * costs.change_time[from][to];
  };
  double least = std::numeric_limits<double>::infinity();
  Chosen best;
  for (std::size_t start = 0; start < points; ++start) {
    std::vector<std::vector<std::size_t>> before(layers, std::vector<std::size_t>(points, start));
    std::vector<double> cost(points, std::numeric_limits<double>::infinity());
    cost[start] = costs.energy[0][start] + lambda * costs.time[0][start];
    for (std::size_t l = 1; l < layers; ++l) {
      std::vector<double> next(points, std::numeric_limits<double>::infinity());
      for (std::size_t p = 0; p < points; ++p) {
        for (std::size_t q = 0; q < points; ++q) {
          const double all = cost[q] + change(q, p) + costs.energy[l][p] + lambda * costs.time[l][p];
          if (!(all < next[p])) continue;
          next[p] = all;
          before[l][p] = q;
        }
      }
      cost = std::move(next);
    }
    for (std::size_t p = 0; p < points; ++p) {
      if (!(cost[p] + change(p, start) < least)) continue;
      least = cost[p] + change(p, start);
      best.layers.assign(layers, 0);
      std::size_t at = p;
      for (std::size_t l = layers; l-- > 0; at = before[l][at]) best.layers[l] = static_cast<std::int32_t>(at);
    }
  }
  for (std::size_t l = 0; l < layers; ++l) {
    const auto p = static_cast<std::size_t>(best.layers[l]);
    const auto q = static_cast<std::size_t>(best.layers[l == 0 ? layers - 1 : l - 1]);
    best.time += costs.time[l][p] + costs.change_time[q][p];
  }
  return best;
}

// The least time that any choice takes cannot be above `seconds`: whoever asks has a point that is in time.
Chosen in_time(const Costs& costs, double seconds) {
  Chosen chosen = choose(costs, 0.0);
  if (chosen.time <= seconds) return chosen;
  double low = 0.0, high = 1e-3;  // joules per second: an awake chip's power
  while ((chosen = choose(costs, high)).time > seconds && high < 1e6) high *= 10.0;
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (low + high);
    const Chosen at = choose(costs, middle);
    if (at.time > seconds) {
      low = middle;
    } else {
      high = middle;
      chosen = at;
    }
  }
  return chosen;
}

Costs costs_of(Player& player, const std::vector<const Tried*>& points) {
  Costs costs;
  const power::PowerIntent& intent = player.design().intent;
  for (const Tried* from : points) {
    costs.change_time.emplace_back();
    costs.change_energy.emplace_back();
    for (const Tried* to : points) {
      costs.change_time.back().push_back(power::change_time(intent, from->point, to->point).si());
      costs.change_energy.back().push_back(change_energy(intent, from->point, to->point).si());
    }
  }
  for (std::size_t p = 0; p < points.size(); ++p) {
    const power::EnergyParts& parts = points[p]->work.energy;
    const double idle_W = parts.between_time > Time() ? parts.between.si() / parts.between_time.si() : 0.0;
    const std::vector<LayerCost> layers = player.layer_costs(points[p]->point);
    costs.time.resize(layers.size());
    costs.energy.resize(layers.size());
    for (std::size_t l = 0; l < layers.size(); ++l) {
      costs.time[l].push_back(layers[l].time.si());
      costs.energy[l].push_back(layers[l].energy.si() - idle_W * layers[l].time.si());
    }
  }
  return costs;
}

}  // namespace

Way two_level(Player& player, const Tried& slow, const Tried& fast, Pattern pattern) {
  const std::vector<power::OperatingPoint> both{fast.point, slow.point};
  const auto count = static_cast<std::int32_t>(player.design().network.layers.size());
  Way best;
  best.kind = WayKind::kTwoLevel;
  best.why_not = "no layer can be at the slower clock: changes take too long";
  std::int32_t low = 0, high = count;  // first layers at the fast point: not in time, in time
  while (high - low > 1) {
    const std::int32_t first = low + (high - low) / 2;
    Layers layers(static_cast<std::size_t>(count), 1);
    std::fill_n(layers.begin(), first, 0);
    Way way = simulated(player, WayKind::kTwoLevel, both, layers, pattern);
    (way.work.met ? high : low) = first;
    if (way.work.met) best = std::move(way);
  }
  return best;
}

Way per_layer(Player& player, const std::vector<const Tried*>& points, Pattern pattern) {
  const Costs costs = costs_of(player, points);
  Way way;
  way.kind = WayKind::kPerLayer;
  way.why_not = "no choice of points was in time";
  double seconds = in_seconds(pattern.period_ps);
  for (int attempt = 0; attempt < 6; ++attempt) {
    Layers layers = in_time(costs, seconds).layers;
    std::vector<power::OperatingPoint> used;
    for (const Tried* tried : points) used.push_back(tried->point);
    drop_unused(used, layers);
    Way found = simulated(player, WayKind::kPerLayer, used, layers, pattern);
    if (found.work.met) return found;
    seconds *= std::min(0.97, in_seconds(pattern.period_ps) / found.work.latency.si());
  }
  return way;
}

}  // namespace subvolt::run
