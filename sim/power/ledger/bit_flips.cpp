#include "sim/power/ledger/bit_flips.h"

#include "sim/power/technology/bit_cells.h"

namespace subvolt::power {
namespace {

constexpr double kBitsPerByte = 8.0;

// Bytes that an event moves, by operating point.
std::vector<double> counts_of(const ActivityRecord& record, std::int32_t event, std::size_t points) {
  std::vector<double> counts(points, 0.0);
  for (const Epoch& epoch : record.epochs) {
    double& count = counts[static_cast<std::size_t>(epoch.operating_point)];
    for (const EventCount& c : epoch.events) count += c.event == event ? static_cast<double>(c.count) : 0.0;
    for (const OwnedCount& c : epoch.others) count += c.event == event ? static_cast<double>(c.count) : 0.0;
  }
  return counts;
}

}  // namespace

std::vector<MemoryFlips> expected_bit_flips(const ActivityRecord& record, const PowerIntent& intent,
                                            const Technology& technology, const std::vector<OperatingPoint>& points) {
  std::vector<MemoryFlips> all;
  if (!intent.allow_bit_errors) return all;
  std::int32_t first_event = 0;
  for (const ComponentDeclaration& component : record.components) {
    const std::int32_t first = first_event;
    first_event += static_cast<std::int32_t>(component.events.size());
    const PowerDomain* domain = intent.find_power_domain(component.power_domain);
    const VoltageDomain* rail = domain ? array_rail(*domain, intent) : nullptr;
    if (!rail || rail->process == Process::kExternal || !has_bit_cells(component)) continue;
    const Device& cells = *made_of(component, intent, technology).sram;
    const auto read = failure_line(cells, CellOperation::kRead), write = failure_line(cells, CellOperation::kWrite),
               hold = failure_line(cells, CellOperation::kHold);
    if (!read) continue;
    MemoryFlips flips;
    flips.component = component.name;
    flips.device = cells.name;
    flips.rail = rail->name;
    flips.corrected = corrects_errors(component);
    flips.lowest = points.front().voltage(rail->name);
    for (const OperatingPoint& point : points) flips.lowest = std::min(flips.lowest, point.voltage(rail->name));
    flips.read_rate = read->rate(flips.lowest);
    flips.write_rate = write->rate(flips.lowest);
    flips.hold_rate = hold->rate(flips.lowest);
    for (std::size_t e = 0; e < component.events.size(); ++e) {
      const EventRole role = component.events[e].role;
      if (role != EventRole::kReadBytes && role != EventRole::kWriteBytes) continue;
      const auto counts = counts_of(record, first + static_cast<std::int32_t>(e), points.size());
      for (std::size_t p = 0; p < points.size(); ++p) {
        const Voltage v = points[p].voltage(rail->name);
        const double rate = role == EventRole::kReadBytes ? read->rate(v) : write->rate(v) + hold->rate(v);
        flips.expected += expected_flips(kBitsPerByte * counts[p], std::min(rate, 1.0), flips.corrected);
      }
    }
    all.push_back(std::move(flips));
  }
  return all;
}

}  // namespace subvolt::power
