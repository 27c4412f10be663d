// The energy model: a pure function of activity, power intent, operating points and prices.
#pragma once

#include <optional>
#include <vector>

#include "sim/power/intent/power_intent.h"
#include "sim/power/ledger/ledger.h"
#include "sim/power/record/activity_record.h"
#include "sim/power/technology/technology.h"

namespace subvolt::power {

struct PriceSources {
  const Technology* technology = nullptr;
  std::vector<PriceBook> device_books;  // memory devices named by the record's components
  // Of bought parts, whose packages are not the chip's; absent: the operating point's.
  std::optional<Temperature> parts_temperature = std::nullopt;
  Temperature temperature_of_parts(const OperatingPoint& point) const {
    return parts_temperature.value_or(point.temperature);
  }
};

// Reads the device books that the components name. `technology` must outlive the result.
PriceSources price_sources(const std::vector<ComponentDeclaration>& components, const Technology& technology,
                           const std::vector<config::Override>& overrides = {});

// `points` by the record's operating point index; a clock of the record must not run above f_max at its
// point. Throws Error(kConfiguration) for an event without a price, naming component, event and the key that
// is missing from which file.
// `metered`: what a meter had of the run (meter.h), of which a record without timeline knows sums only.
Ledger price(const ActivityRecord& record, const PowerIntent& intent, const std::vector<OperatingPoint>& points,
             const PriceSources& sources, const Metered* metered = nullptr);

// What `price` would miss: "npu.array.mac_int8 wants price mac.int8, which configs/technologies/x.yaml does
// not have". For elaboration and `subvolt check`.
std::vector<std::string> missing_prices(const std::vector<ComponentDeclaration>& components,
                                        const PriceSources& sources);

// The unit energies of one event, one per rail. `book_reference`: the voltage at which the book's prices hold
// unless they say otherwise; zero, for memory devices, stands for each rail's nominal voltage. `temperature` chooses
// among the self-refresh currents of a memory device.
std::vector<UnitEnergy> unit_energies(const EventDeclaration& event, const PriceBook& book, Voltage book_reference,
                                      Temperature temperature = kSheetTemperature);

}  // namespace subvolt::power
