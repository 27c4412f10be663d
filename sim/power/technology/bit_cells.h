// Prices of SRAM bits, which follow from a technology's devices, the rail that feeds them and the voltage they need.
// Internal.
//
// An SRAM that accounts for its bits by bank counts picoseconds per bank state instead of telling bits in its
// inventory. What these cost stands in the technology's book under keys that derive_bit_prices() adds:
//
//   sram.bit_leakage[.DEVICE]      leakage per bit, of the device `sram` or of another SRAM device
//   sram.bit_off_leakage[.DEVICE]  the same x off_leakage_fraction
//   sram.bit_wake                  wake_energy_per_sram_bit
//
// each times the event's attribute `bits`. A component that names no device has the bits of the SRAM device that its
// power domain is made of. Leakage scales with voltage and temperature as its device does, at the rail's voltage or,
// for events of the cause retention, at the lower of that and the device's retention voltage. An event with the
// attribute `correctable_bits` tells that its component's words are protected by a code.
//
// A power domain may connect a rail "array" beside its supply: prices with `rail: array` then draw from that rail,
// and the signals that enter the array from the supply's side pass level shifters (price sram.level_shift, per bit);
// across more than 0.2 V such as work from far below a threshold (sram.wide_level_shift), which take time, too
// (sram_access.h).
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
// Adds the prices of bits.
void derive_bit_prices(Technology& technology);
// Prices that would be derived must not be written.
void check_bit_prices(const Technology& technology, const config::Node& prices, config::Diagnostics& diagnostics);

bool is_bit_leakage(const std::string& price);  // of any cell, on or off
const VoltageDomain* array_rail(const PowerDomain& domain, const PowerIntent& intent);

// The device whose bits an event that is_bit_leakage() is about, in a power domain. Of one that the technology does not
// have there is no price, which whoever prices says.
const Device& bits_of(const EventDeclaration& event, const PowerDomain& domain, const Technology& technology);
// The same event with the price of that device.
EventDeclaration of_domain(const EventDeclaration& event, const PowerDomain& domain);
// Replaces the switching scale of an account for an event that is_bit_leakage().
void scale_bit_leakage(Account& account, const EventDeclaration& event, const Site& site, const Technology& technology);

// What a component's gates and bits are made of; nullptr where it has none, or is in no domain.
struct MadeOf {
  const Device* logic = nullptr;
  const Device* sram = nullptr;
};
MadeOf made_of(const ComponentDeclaration& component, const PowerIntent& intent, const Technology& technology);

// What one access shifts up to the array's rail: address and two control signals, and written data. Down to the logic
// rail a plain buffer does. Nothing for events that are no access.
std::optional<EventDeclaration> level_shifts(const EventDeclaration& access, bool wide);
// Whether shifters from a supply up to an array must be such.
bool is_wide_shift(Voltage supply, Voltage array);

bool has_bit_cells(const ComponentDeclaration& component);
bool corrects_errors(const ComponentDeclaration& component);  // by a code over its words

// Components whose bit cells get less than they need at `point`, located at their supply in the intent, and level
// shifters without a price.
std::vector<std::string> bit_cell_faults(const std::vector<ComponentDeclaration>& components, const PowerIntent& intent,
                                         const Technology& technology, const OperatingPoint& point);

}  // namespace subvolt::power
