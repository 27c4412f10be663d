#include "sim/run/recorded_points.h"

#include "sim/power/technology/sram_access.h"

namespace subvolt::run {

power::OperatingPoint at_recorded_clocks(power::OperatingPoint point, const power::ActivityRecord& record,
                                         std::size_t p, const power::PowerIntent& intent,
                                         const power::Technology& technology) {
  bool kept = true;
  for (auto& [clock, frequency] : point.frequencies) {
    for (const auto& [recorded, frequencies] : record.clock_domains) {
      if (recorded != clock) continue;
      const Frequency as_recorded = as_frequency(frequencies[p]);
      kept = kept && frequency == as_recorded;
      frequency = as_recorded;
    }
  }
  if (!kept) point.name += ", clocks as recorded";
  // Cycles, too.
  point.sram = power::sram_accesses(power::sram_macros(record.components), intent, technology, point);
  power::settle_cycles(point);
  return point;
}

std::vector<power::OperatingPoint> recorded_points(const power::ActivityRecord& record,
                                                   const power::PowerIntent& intent,
                                                   const power::Technology& technology) {
  std::vector<power::OperatingPoint> points;
  for (std::size_t p = 0; p < record.operating_points.size(); ++p) {
    points.push_back(at_recorded_clocks(power::resolve_operating_point(intent, technology, record.operating_points[p]),
                                        record, p, intent, technology));
  }
  return points;
}

}  // namespace subvolt::run
