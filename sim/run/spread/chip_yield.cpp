#include "sim/run/spread/chip_yield.h"

#include <algorithm>

#include "sim/power/technology/variation/drawing.h"
#include "sim/power/technology/variation/normal_distribution.h"

namespace subvolt::run {
namespace {

// What f_max is told for: half of the chips, and one, two and three deviations of a normal distribution.
constexpr double kShares[] = {0.5, 0.8413, 0.9772, 0.99865};
// Clocks at a published point must not fail on the ninth digit, as where a clock is given (speed_limit.h).
constexpr double kPrecision = 1.0 - 1e-6;
enum Stream : std::uint64_t { kThresholds, kPaths };

DrawnChip drawn(const ChipSurface& surface, std::uint64_t seed, std::uint64_t index) {
  return {power::normal_quantile(power::uniform(seed, kThresholds, index)),
          power::largest_quantile(surface.paths(), power::uniform(seed, kPaths, index))};
}

class Pricer {
 public:
  Pricer(const ChipSurface& surface, std::size_t row, Frequency recorded, const YieldRequest& request, Time duration)
      : surface_(surface),
        row_(row),
        recorded_(recorded),
        wanted_(request.frequency.value_or(recorded)),
        request_(request),
        duration_(duration) {}

  PricedChip operator()(const DrawnChip& chip) const {
    PricedChip priced;
    static_cast<DrawnChip&>(priced) = chip;
    const double room = surface_.room(row_, chip);
    priced.f_max = room * recorded_;
    priced.fast_enough = priced.f_max >= kPrecision * wanted_;
    const double slower = recorded_ / (priced.fast_enough ? wanted_ : priced.f_max);
    priced.leakage = surface_.leakage(row_, chip);
    priced.energy = surface_.energy(row_, chip, slower);
    priced.power = priced.energy / (slower * duration_);
    priced.frugal = !request_.power || priced.power <= *request_.power;
    find_best(priced);
    find_own(priced);
    return priced;
  }

 private:
  void find_best(PricedChip& chip) const {
    for (std::size_t row = 0; row < surface_.voltages(); ++row) {
      const Energy energy = surface_.energy(row, chip, 1.0 / surface_.room(row, chip));
      if (row > 0 && energy >= chip.least_energy) continue;
      chip.least_energy = energy;
      chip.best_voltage = surface_.voltage(row);
    }
  }

  void find_own(PricedChip& chip) const {
    for (std::size_t row = 0; row < surface_.voltages(); ++row) {
      if (surface_.room(row, chip) * recorded_ < kPrecision * wanted_) continue;
      chip.own_supply = surface_.voltage(row);
      chip.own_energy = surface_.energy(row, chip, recorded_ / wanted_);
      return;
    }
  }

  const ChipSurface& surface_;
  std::size_t row_;
  Frequency recorded_, wanted_;
  const YieldRequest& request_;
  Time duration_;
};

double share(const std::vector<PricedChip>& chips, bool (*counts)(const PricedChip&)) {
  return static_cast<double>(std::count_if(chips.begin(), chips.end(), counts)) / static_cast<double>(chips.size());
}

Energy mean(const std::vector<Energy>& energies) {
  Energy sum;
  for (const Energy energy : energies) sum += energy;
  return sum / static_cast<double>(energies.size());
}

// One voltage for all against each chip's own, at the clock asked for.
void compare_supplies(YieldResult& result, const ChipSurface& surface, Frequency recorded, double wanted_share) {
  constexpr double kTail = 0.99;
  std::vector<Energy> own;
  std::vector<Voltage> supplies;
  for (const PricedChip& chip : result.chips) {
    if (!chip.own_supply) continue;
    own.push_back(chip.own_energy);
    supplies.push_back(*chip.own_supply);
  }
  const auto all = static_cast<double>(result.chips.size());
  result.served_by_own = static_cast<double>(own.size()) / all;
  if (own.empty()) return;
  result.mean_at_own = mean(own);
  result.longest_at_own = share_of(own, kTail);
  std::sort(supplies.begin(), supplies.end());
  const auto needed = static_cast<std::size_t>(std::ceil(wanted_share * all - 1e-9));
  if (needed == 0 || needed > supplies.size()) return;
  result.one_for_all = supplies[needed - 1];
  const std::size_t row = surface.row_of(*result.one_for_all);
  std::vector<Energy> one;
  for (const PricedChip& chip : result.chips) {
    if (!chip.own_supply || *chip.own_supply > *result.one_for_all) continue;
    one.push_back(surface.energy(row, chip, recorded / result.frequency));
  }
  result.served_by_one = static_cast<double>(one.size()) / all;
  result.mean_at_one = mean(one);
  result.longest_at_one = share_of(one, kTail);
}

}  // namespace

YieldResult chip_yield(const power::ActivityRecord& record, const DesignPoint& point, const YieldRequest& request) {
  const PricedRun run(record, point);
  YieldResult result;
  result.voltage = run.recorded_voltage();
  std::vector<Voltage> voltages = request.voltages;
  voltages.push_back(result.voltage);
  std::sort(voltages.begin(), voltages.end());
  const auto same = [](Voltage a, Voltage b) { return std::abs((a - b).si()) < 1e-6; };
  voltages.erase(std::unique(voltages.begin(), voltages.end(), same), voltages.end());
  const ChipSurface surface(run, point.technology, voltages);
  const std::size_t row = surface.row_of(result.voltage);
  const Frequency recorded = point.operating_points.front().frequency(run.scaled_clock());
  result.frequency = request.frequency.value_or(recorded);
  result.why_not = surface.why_not();

  const Pricer priced(surface, row, recorded, request, run.duration());
  for (std::int64_t i = 0; i < request.samples; ++i) {
    result.chips.push_back(priced(drawn(surface, request.seed, static_cast<std::uint64_t>(i))));
  }
  result.fast_enough = share(result.chips, [](const PricedChip& c) { return c.fast_enough; });
  result.frugal = share(result.chips, [](const PricedChip& c) { return c.frugal; });
  result.both = share(result.chips, [](const PricedChip& c) { return c.fast_enough && c.frugal; });
  result.fast_enough_closed_form = surface.share_with_room(row, kPrecision * (result.frequency / recorded));
  std::vector<Frequency> f_max;
  for (const PricedChip& chip : result.chips) f_max.push_back(chip.f_max);
  for (const double kept : kShares) {
    result.f_max.push_back({kept, share_of(f_max, 1.0 - kept), surface.room_of_share(row, kept) * recorded});
  }
  result.memories = memory_limits(record, point, request.share);
  compare_supplies(result, surface, recorded, request.share);
  return result;
}

}  // namespace subvolt::run
