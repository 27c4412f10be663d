// Prices of SRAM bits, which follow from a technology's curves, the rail that feeds them and the voltage they need.
// Internal.
//
// An SRAM that accounts for its bits by bank counts picoseconds per bank state instead of telling bits in its
// inventory. What these cost stands in the technology's book under keys that derive_bit_cells() adds:
//
//   sram.bit_leakage, sram.bit_leakage.CELL          leakage per bit, of the own cells and of each of sram_cells
//   sram.bit_off_leakage, sram.bit_off_leakage.CELL  the same x off_leakage_fraction
//   sram.bit_wake                                    wake_energy_per_sram_bit
//
// each times the event's attribute `bits`. Leakage scales with voltage and temperature as its cell does, at the rail's
// voltage or, for events of the cause retention, at the lower of that and the retention voltage. An event with the
// attribute `correctable_bits` tells that its component's words are protected by a code.
//
// A power domain may connect a rail "array" beside its supply: prices with `rail: array` then draw from that rail,
// and the signals that enter the array from the supply's side pass level shifters (price sram.level_shift, per bit).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/power/intent/power_intent.h"
#include "sim/power/price/site.h"
#include "sim/power/technology/technology.h"

namespace subvolt::power {

inline constexpr const char* kArrayRail = "array";

// Gives each price its rail: what is priced under sram.* is drawn by the array unless its price says otherwise.
void settle_rails(Technology& technology);
// Fills bit_cells and adds their prices.
void derive_bit_cells(Technology& technology);
// Prices that would be derived must not be written.
void check_bit_prices(const Technology& technology, const config::Node& prices, config::Diagnostics& diagnostics);

bool is_bit_leakage(const std::string& price);  // of any cell, on or off
const VoltageDomain* array_rail(const PowerDomain& domain, const PowerIntent& intent);

// Replaces the switching scale of an account for an event that is_bit_leakage().
void scale_bit_leakage(Account& account, const EventDeclaration& event, const Site& site, const Technology& technology);

// What one access shifts up to the array's rail: address and two control signals, and written data. Down to the logic
// rail a plain buffer does. Nothing for events that are no access.
std::optional<EventDeclaration> level_shifts(const EventDeclaration& access);

// Components whose bit cells get less than they need at `point`, located at their supply in the intent, and level
// shifters without a price.
std::vector<std::string> bit_cell_faults(const std::vector<ComponentDeclaration>& components, const PowerIntent& intent,
                                         const Technology& technology, const OperatingPoint& point);

}  // namespace subvolt::power
