#include "sim/run/spread/memory_limits.h"

#include <cmath>

#include "sim/power/record/event_totals.h"
#include "sim/power/technology/bit_cells.h"

namespace subvolt::run {
namespace {

// Told in the inventory, or by bank: then all its banks are in one state or another all the time.
std::int64_t bits_of(const power::ComponentDeclaration& component, std::size_t first_event,
                     const std::vector<std::int64_t>& totals, std::int64_t run_ps) {
  double banks_ps = 0.0, bank_bits = 0.0;
  for (std::size_t e = 0; e < component.events.size(); ++e) {
    const power::EventDeclaration& event = component.events[e];
    const double* bits = event.attribute("bits");
    if (!power::is_bit_leakage(event.price) || !bits) continue;
    banks_ps += static_cast<double>(totals[first_event + e]);
    bank_bits = *bits;
  }
  return component.inventory.sram_bits + std::llround(bank_bits * banks_ps / static_cast<double>(run_ps));
}

// Share of chips in which they all work at this voltage: bisected in what the voltage is lowest for.
double share_that_works(const power::Device& cells, const power::CellArray& array, Voltage voltage) {
  double low = 0.0, high = 1.0 - 1e-12;
  for (int i = 0; i < 50; ++i) {
    const double middle = 0.5 * (low + high);
    (power::lowest_access_voltage(cells, array, middle) <= voltage ? low : high) = middle;
  }
  return low > 1.0 - 1e-9 ? 1.0 : low;
}

}  // namespace

std::vector<MemoryLimit> memory_limits(const power::ActivityRecord& record, const DesignPoint& point, double share) {
  using power::Protection;
  const std::vector<std::int64_t> totals = power::event_totals(record);
  const power::OperatingPoint& at = point.operating_points.front();
  std::vector<MemoryLimit> all;
  std::size_t next_event = 0;
  for (const power::ComponentDeclaration& component : record.components) {
    const std::size_t first_event = next_event;
    next_event += component.events.size();
    const power::PowerDomain* domain = point.intent.find_power_domain(component.power_domain);
    const power::VoltageDomain* rail = domain ? power::array_rail(*domain, point.intent) : nullptr;
    if (!rail || rail->process == power::Process::kExternal || !power::has_bit_cells(component)) continue;
    const power::Device& cells = *power::made_of(component, point.intent, point.technology).sram;
    if (!cells.failure_sigma) continue;
    MemoryLimit limit;
    limit.component = component.name;
    limit.device = cells.name;
    limit.rail = rail->name;
    limit.bits = bits_of(component, first_event, totals, record.total_ps);
    if (limit.bits <= 0) continue;
    limit.corrected = power::corrects_errors(component);
    limit.voltage = at.voltage(rail->name);
    power::CellArray array{limit.corrected ? limit.bits * 64 / 72 : limit.bits};
    const auto needs = [&](Protection protection) {
      array.protection = protection;
      return power::lowest_access_voltage(cells, array, share);
    };
    limit.plain = needs(Protection::kNone);
    limit.with_spares = needs(Protection::kRowRedundancy);
    limit.coded = needs(Protection::kSecded);
    array.protection = limit.corrected ? Protection::kSecded : Protection::kNone;
    limit.needs = limit.corrected ? limit.coded : limit.plain;
    limit.holds = power::lowest_hold_voltage(cells, array, share);
    limit.works = share_that_works(cells, array, limit.voltage);
    all.push_back(std::move(limit));
  }
  return all;
}

}  // namespace subvolt::run
