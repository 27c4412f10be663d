#include "sim/run/dvfs/curves.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "sim/units/picoseconds.h"
#include "sim/units/text.h"

namespace subvolt::run {
namespace {

std::optional<Minimum> minimum_of(const Curve& curve, const std::function<Energy(const Outcome&)>& of) {
  std::vector<Voltage> voltages;
  std::vector<Energy> energies;
  bool drawn = false;
  for (const CurvePoint& point : curve.points) {
    voltages.push_back(point.voltage);
    energies.push_back(of(point.work));
    drawn = drawn || energies.back() > Energy();
  }
  if (!drawn) return {};
  return least_energy(voltages, energies);
}

std::optional<double> exponent_of(const Curve& curve, std::size_t rail) {
  double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
  for (const CurvePoint& point : curve.points) {
    const Energy switching = point.work.energy.rails[rail] - point.work.energy.standing[rail];
    if (!(switching > Energy())) continue;
    const double v = std::log(point.voltage.si()), e = std::log(switching.si());
    n += 1.0;
    x += v;
    y += e;
    xx += v * v;
    xy += v * e;
  }
  const double spread = n * xx - x * x;
  if (n < 3.0 || !(spread > 0.0)) return {};
  return (n * xy - x * y) / spread;
}

class Curves {
 public:
  Curves(Player& player, const Rails& rails, const std::vector<StudiedPoint>& points)
      : player_(player), rails_(rails), scaled_(player.design().intent.scaled_domain) {
    for (const StudiedPoint& studied : points) {
      if (studied.works()) clocks_.push_back(rails.clocks_of(studied.point));
    }
    const std::string& clock = player.design().intent.scaled_clock;
    const auto of = [&](const Clocks& clocks) {
      return std::find_if(clocks.begin(), clocks.end(), [&](const auto& c) { return c.first == clock; })->second;
    };
    std::stable_sort(clocks_.begin(), clocks_.end(), [&](const Clocks& a, const Clocks& b) { return of(a) < of(b); });
    clocks_.erase(std::unique(clocks_.begin(), clocks_.end()), clocks_.end());
  }

  Curve at(power::Corner corner, Temperature temperature, double idle_share) {
    Curve curve;
    curve.corner = corner;
    curve.temperature = temperature;
    curve.idle_share = idle_share;
    player_.set_conditions(corner, temperature);
    const Voltage bottom = rails_.range(scaled_).first;
    if (const std::optional<power::OperatingPoint> lowest = fastest_at(bottom)) add(*lowest, curve);
    for (const Clocks& clocks : clocks_) {
      // Clocks that the lowest voltage gives and more are no point of a curve over voltage.
      const std::optional<power::OperatingPoint> point = rails_.lowest(clocks, scaled_);
      if (!point || point->voltage(scaled_) <= bottom || !add(*point, curve)) ++curve.left_out;
    }
    curve.soc = minimum_of(curve, [](const Outcome& work) { return work.energy.total; });
    const std::vector<power::VoltageDomain>& domains = player_.design().intent.voltage_domains;
    for (std::size_t r = 0; r < domains.size(); ++r) {
      const bool on_chip = domains[r].process != power::Process::kExternal;
      curve.rails.push_back(on_chip ? minimum_of(curve, [r](const Outcome& work) { return work.energy.rails[r]; })
                                    : std::nullopt);
      if (domains[r].name == scaled_) curve.switching_exponent = exponent_of(curve, r);
    }
    return curve;
  }

 private:
  // The lower end of the curve has the clock that it allows under the curve's condition.
  std::optional<power::OperatingPoint> fastest_at(Voltage v) const {
    try {
      return player_.resolve(scaled_ + "=" + shortest(v.si()) + "V");
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::kConfiguration) throw;
      return {};
    }
  }

  bool add(const power::OperatingPoint& point, Curve& curve) {
    try {
      CurvePoint at;
      at.voltage = point.voltage(scaled_);
      at.frequency = point.frequency(player_.design().intent.scaled_clock);
      const Time alone = player_.at(point, Pattern()).latency;
      const Pattern pattern{static_cast<std::int64_t>(std::ceil(alone.si() * 1e12 / (1.0 - curve.idle_share) - 1e-3))};
      at.work = player_.at(point, player_.has_scenario() ? Pattern() : pattern);
      if (!player_.has_scenario()) at.idle_share = at.work.energy.between_time.si() / in_seconds(pattern.period_ps);
      if (!curve.points.empty() && !(at.voltage > curve.points.back().voltage)) return false;
      curve.points.push_back(std::move(at));
      return true;
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::kConfiguration) throw;
      return false;
    }
  }

  Player& player_;
  const Rails& rails_;
  std::string scaled_;
  std::vector<Clocks> clocks_;
};

}  // namespace

Minimum least_energy(const std::vector<Voltage>& voltages, const std::vector<Energy>& energies) {
  if (energies.empty()) throw Error(ErrorKind::kInternal, "the least of no energies");
  const auto i = static_cast<std::size_t>(std::min_element(energies.begin(), energies.end()) - energies.begin());
  Minimum minimum{i == 0 || i + 1 == energies.size(), voltages[i], energies[i]};
  if (minimum.at_edge) return minimum;
  const double x0 = voltages[i - 1].si(), x1 = voltages[i].si(), x2 = voltages[i + 1].si();
  const double left = (energies[i] - energies[i - 1]).si() / (x1 - x0);
  const double right = (energies[i + 1] - energies[i]).si() / (x2 - x1);
  const double curvature = (right - left) / (x2 - x0);
  if (!(curvature > 0.0)) return minimum;             // three equal energies
  const double slope = left + curvature * (x1 - x0);  // at x1
  minimum.voltage = Voltage::from_si(x1 - slope / (2.0 * curvature));
  minimum.energy -= Energy::from_si(slope * slope / (4.0 * curvature));
  return minimum;
}

std::vector<Curve> energy_curves(Player& player, const Rails& rails, const std::vector<StudiedPoint>& points,
                                 const CurveRequest& request) {
  Curves curves(player, rails, points);
  std::vector<Curve> all;
  for (const power::Corner corner : request.corners) {
    for (const Temperature temperature : request.temperatures) {
      for (const double share : request.idle_shares) all.push_back(curves.at(corner, temperature, share));
    }
  }
  player.set_conditions(player.design().intent.corner, player.design().intent.temperature);
  return all;
}

}  // namespace subvolt::run
