// The parts of a result that take more than one line. Internal to this room.
#pragma once

#include <string>
#include <utility>

#include "sim/report/result.h"

namespace subvolt::report {

Json layers(const ResultInputs& in);
Json accelerators(const ResultInputs& in);
Json jobs(const ResultInputs& in);
// Components first, in order of construction; then what else the ledger books on: regulators and switches.
Json components(const ResultInputs& in);
// Between operating points, by from and to.
Json transitions(const ResultInputs& inputs);
Json accounts(const power::Ledger& ledger);

Hertz recorded_frequency(const power::ActivityRecord& record, const std::string& clock);
// Bytes read from and written to off-chip memories: those with a price book of their own on an external rail.
std::pair<std::int64_t, std::int64_t> off_chip_traffic(const power::ActivityRecord& record,
                                                       const power::PowerIntent& intent);
// MACs of a layer that the array computed: none where it never worked, which leaves them to the host.
inline std::int64_t array_macs(const power::LayerActivity& layer) { return layer.array_cycles > 0 ? layer.macs : 0; }
// What is no task's doing: before the first layer, between layers, after the last; while several are at work, costs of
// time.
double energy_outside_layers(const power::Ledger& ledger);

}  // namespace subvolt::report
