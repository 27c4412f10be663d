// Unit energies of DRAM events from data sheet currents, by rail.
//
// Source: K. Chandrasekar et al., "Improved Power Modeling of DDR SDRAMs", DSD 2011 (DRAMPower): what a command costs
// is the current above the standby in which it happens, times voltage and duration. Durations are the event's
// attributes.
//
//   dram.activate              (IDD0 - IDD3N) V tRAS_ps
//   dram.precharge             (IDD0 - IDD2N) V tRP_ps
//   dram.read, dram.write      (IDD4R - IDD3N) V burst_ps, (IDD4W - IDD3N) V burst_ps, all rails but vddq
//   dram.io_read, io_write     the same of vddq; nothing when the sheet has no such rail
//   dram.refresh               (IDD5 - IDD3N) V tRFC_ps: meanwhile the device counts as active standby
//   dram.refresh_bank          (IDD5PB - IDD2N) V tREFIpb - (IDD3N - IDD2N) V tRFC_ps: IDD5PB is an average over
//   tREFIpb
//                              above precharge standby, while the device counts as active standby for tRFCpb
//   dram.active_standby, dram.precharge_standby, dram.active_power_down, dram.precharge_power_down,
//   dram.deep_power_down       I V with IDD3N, IDD2N, IDD3P, IDD2P, IDD8: powers, per picosecond
//   On a slower clock (attribute clock_ratio, 1 when not told) the standbys draw IDDxNS + (IDDxN - IDDxNS) clock_ratio.
//   dram.self_refresh          IDD6 V, by pasr_fraction (1 when not told) and temperature
//   dram.termination           attributes drive_ohm, termination_ohm, pins, burst_ps: see Signalling
//
// A difference below zero, which rounded currents of data sheets can give, counts as zero and says so in the formula.
// Rails on which an event costs nothing have no unit energy, unless all are so. Internal.
#pragma once

#include <string>
#include <vector>

#include "sim/power/price/price_book.h"
#include "sim/power/record/activity_record.h"
#include "sim/units/picoseconds.h"

namespace subvolt::power {

// Is it a key that currents can price?
bool priced_by_currents(const std::string& key);
// All such keys.
std::vector<std::string> keys_priced_by_currents();

// How long the device draws the current of one such event, from its attributes; 0 for those that take no time of their
// own or do not say.
Picoseconds lasts(const EventDeclaration& event);

// What the currents or the event lack: "IDD3P of rail vdd2, which FILE does not give". Empty: nothing.
std::string missing_current(const EventDeclaration& event, const DatasheetCurrents& currents, const std::string& file,
                            Temperature temperature);

// Requires that nothing is missing.
std::vector<UnitEnergy> unit_energies_from_currents(const EventDeclaration& event, const DatasheetCurrents& currents,
                                                    Temperature temperature);

}  // namespace subvolt::power
