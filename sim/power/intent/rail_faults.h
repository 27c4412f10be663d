// Rails of bought parts against what the parts are made for. A technology tells what voltage on-chip rails may have; of
// a memory device its document tells at which voltage its figures hold, and of a price with a curve over voltage the
// curve. Internal.
#pragma once

#include <string>
#include <vector>

#include "sim/power/ledger/energy_model.h"

namespace subvolt::power {

// How far an external rail may lie from the voltage of the sheet, as a part of it. Standards allow 3 to 8 % (JESD79-4,
// JESD209-4); DDR3L parts were measured to work down to -24 % (K. Chang et al., SIGMETRICS 2017).
inline constexpr double kRailTolerance = 0.25;

// One line for each external rail at `point` that feeds a device more or less than that, each rail beyond the curve of
// a price that it pays, and each that a component pays from and its power domain does not connect, located in the
// intent where it says so.
std::vector<std::string> rail_faults(const std::vector<ComponentDeclaration>& components, const PowerIntent& intent,
                                     const PriceSources& sources, const OperatingPoint& point);

// Of an event whose price draws from a rail that its power domain does not connect: what to write, and where.
std::string unconnected_rail(const ComponentDeclaration& component, const EventDeclaration& event,
                             const UnitEnergy& unit, const PowerDomain& domain, const PowerIntent& intent,
                             const PriceBook& book);

}  // namespace subvolt::power
