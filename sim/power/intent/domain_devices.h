// Which devices of a technology are where: what power domains are made of, rails feed and clocks run through. Internal.
#pragma once

#include <vector>

#include "sim/power/intent/power_intent.h"

namespace subvolt::power {

// Throws Error(kConfiguration), located in the intent, for devices that the technology does not have, and for logic
// that is to be made of bits or SRAM of gates.
void check_domain_devices(const PowerIntent& intent, const Technology& technology);

// A rail of process logic feeds the gates, one of process sram the bits of the power domains on it (by their supply, or
// their rail "array"): what these are made of, each device once, or the technology's own where no domain is. Not of an
// external rail.
std::vector<const Device*> devices_on(const VoltageDomain& rail, const PowerIntent& intent,
                                      const Technology& technology);
// Those of them that limit a clock: of the power domains in which the clock has components. All where it has none
// there, for the rail is on its paths nevertheless.
std::vector<const Device*> devices_on(const VoltageDomain& rail, const ClockDomain& clock, const PowerIntent& intent,
                                      const Technology& technology);

// What limits a clock on the rails of its paths: gates, and macros of bits. Infinite where there are none.
struct SpeedLimits {
  Frequency gates, bits;
};
SpeedLimits speed_limits(const ClockDomain& clock, const PowerIntent& intent, const Technology& technology,
                         const Conditions& conditions);

// Supply voltages at which all of them work; `error_correction`: bits behind a code.
struct VoltageRange {
  Voltage lowest, highest;
};
VoltageRange voltages_of(const std::vector<const Device*>& devices, bool error_correction);
// Lowest at which all of them keep what they hold.
Voltage holding_voltage(const std::vector<const Device*>& devices);
// "logic", "logic and logic_hvt"
std::string names_of(const std::vector<const Device*>& devices);

}  // namespace subvolt::power
