// From an event to its price. Internal.
#pragma once

#include <string>

#include "sim/power/ledger/energy_model.h"

namespace subvolt::power {

// The clock pin of one flip-flop and its share of the clock tree, per edge.
inline constexpr const char* kClockPinPrice = "logic.clock_pin";

struct BookUse {
  const PriceBook* book = nullptr;
  Voltage reference;  // zero: each rail's nominal voltage
};
// A memory device's own book, or the technology's.
BookUse book_of(const ComponentDeclaration& component, const PriceSources& sources);

// What a component's clock tree wants: one event per edge and flip-flop.
EventDeclaration clock_pin_event();

// Why the book cannot price the event; empty when it can. Begins with "wants ...".
std::string why_unpriced(const EventDeclaration& event, const PriceBook& book, Temperature temperature);

// The same with its place: "FILE:LINE:COLUMN: dram.activate wants ..."; empty when it can.
std::string unpriced(const ComponentDeclaration& component, const EventDeclaration& event, const PriceBook& book,
                     Temperature temperature);

// "events", or "ps" for a power.
const char* count_unit(const UnitEnergy& unit);

}  // namespace subvolt::power
