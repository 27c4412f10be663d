#include "sim/power/ledger/price_inputs.h"

#include "sim/power/intent/rail_faults.h"
#include "sim/power/intent/speed_limit.h"
#include "sim/power/record/activity_violations.h"
#include "sim/power/technology/bit_cells.h"
#include "sim/power/wording.h"

namespace subvolt::power {

void check_inputs(const ActivityRecord& record, const PowerIntent& intent, const std::vector<OperatingPoint>& points,
                  const PriceSources& sources) {
  const Technology& technology = *sources.technology;
  const auto wrong = structural_violations(record);
  if (!wrong.empty()) throw Error(ErrorKind::kInvariant, "activity record of " + record.soc + ": " + wrong.front());
  if (points.size() != record.operating_points.size()) {
    throw_configuration("the activity record has " + std::to_string(record.operating_points.size()) +
                        " operating points, got " + std::to_string(points.size()) + " to price it at");
  }
  for (const auto& [name, frequencies] : record.clock_domains) {
    const ClockDomain* clock = intent.find_clock_domain(name);
    if (!clock)
      throw_configuration("power intent " + intent.name + " has no clock domain \"" + name +
                          "\", which the activity record has");
    for (std::size_t p = 0; p < points.size(); ++p) {
      const Frequency limit = f_max(*clock, intent, technology, points[p]);
      const auto hertz = Frequency::from_si(static_cast<double>(frequencies[p].value()));
      if (!exceeds(hertz, limit)) continue;
      throw_configuration("operating point \"" + points[p].name + "\": " + name + " ran at " + brief(hertz) +
                          ", above f_max = " + to_text(limit, 6) + " at " +
                          brief(points[p].voltage(clock->voltage_domain)) +
                          ": raise the voltage or simulate at a lower frequency");
    }
  }
  for (const OperatingPoint& point : points) {
    for (const auto& faults :
         {bit_cell_faults(record.components, intent, technology, point),
          rail_faults(record.components, intent, sources, point), fitted_faults(record.components, intent, point)}) {
      if (!faults.empty()) throw_configuration(faults.front());
    }
  }
}

}  // namespace subvolt::power
