// How long SRAM macros take for an access, and how fast that lets their clocks run.
//
//   t(C, V, T) = r(C) / f(V, T),   r(C) = 1 - k + k (C / 16 KiB)^a,   k = 0.43, a = 0.46
//
// f is the speed of the SRAM device that the power domain is made of, that of a macro of 16 KiB; C the capacity of a
// bank, for banks are macros side by side. r is fitted to CACTI 7's access times: 65, 45 and 32 nm, itrs-lstp, one
// port, 4 to 256 KiB, words of 4 to 16 B, 63 rows, one function for all nodes (scripts/fit_sram_access.py; gaps in
// docs/validation.md). The width of the word is left out: from 4 to 32 B CACTI's times differ by less than they
// scatter.
//
// Through level shifters across more than 0.2 V (bit_cells.h) an access takes a quarter of the logic's reference cycle
// at the supply's voltage longer. Estimate: shifters that work from far below a threshold take 10 to 20 inverters with
// a fan-out of 4 at the lower supply (S. Luetkemeier and U. Rueckert, TCAS-II 57(9) 2010, class of), a reference path
// some 60.
//
// An access of n cycles is pipelined, a stage each, and a new one may begin every cycle: the clock may be n / t.
#pragma once

#include <string>
#include <vector>

#include "sim/power/intent/power_intent.h"
#include "sim/power/record/activity_record.h"
#include "sim/power/technology/sram_macro.h"

namespace subvolt::power {

// r(C).
double relative_access_time(double capacity_B);

// What a macro takes at least when its configuration does not say: one cycle up to 512 KiB, and one more for each
// further access time of such a bank. A matter of structure alone, so that cycles depend on neither voltage nor
// technology, as long as the memory is fast enough for its clock.
std::int64_t pipelined_cycles(double capacity_B);

// In the order of the macros. Left out: those whose rail is external, that are in no domain, or whose bit cells do not
// work at their voltage, which bit_cell_faults() refuses.
std::vector<SramAccess> sram_accesses(const std::vector<SramMacro>& macros, const PowerIntent& intent,
                                      const Technology& technology, const Conditions& conditions);
// The memory that lets a clock run slowest; nullptr: none limits it. One whose cycles nobody said takes more of them
// where the clock is given.
const SramAccess* slowest_on(const ClockDomain& clock, bool given, const std::vector<SramAccess>& all);
// Of that component's macro; 1 where it is none of them.
std::int64_t access_cycles(const std::vector<SramAccess>& all, const std::string& component);
// At the clocks of the point: cycles that nobody said grow to what an access takes, and who limits its clock is told.
void settle_cycles(OperatingPoint& point);
// "sram takes 7.3 ns for an access to a bank of 512 KiB (VDD_SRAM 0.6 V, 25 C), 1 cycle", and what can be done for
// `wanted`.
std::string describe(const SramAccess& access, const Condition& condition);
std::string remedy(const SramAccess& access, Frequency wanted);

// The macros that a record tells of: components with an event that has the attributes capacity_B and access_cycles.
std::vector<SramMacro> sram_macros(const std::vector<ComponentDeclaration>& components);

}  // namespace subvolt::power
