// The mapping of a design point as JSON, for `subvolt check --json`: what each layer is planned to move, and what
// its program says. A simulation has to move exactly this.
#pragma once

#include <nlohmann/json.hpp>

#include "sim/run/simulation.h"

namespace subvolt::cli {

// {"soc", "network", "technology", "operating_point", "macs",
//  "memories": [{"name", "capacity_B", "extent_B" (to the end of its last tensor), "weights_B",
//                "activations_peak_B" (most alive at one moment)}],
//  "layers": [{
//    "name", "op", "macs", "runs_on": "npu" | "host" | "nowhere", "dataflow" (array style, or null),
//    "order", "tile": {rows, columns, channels, reduction}, "double_buffered",
//    "memory":    {"inputs": [...], "parameters", "output"}: instance that holds the tensor, or null
//    "planned_B": {"input", "weight", "bias", "output"}: the mapper's own count
//    "program_B": {MEMORY: {"read", "write"}}: sums over the blocks of the program's loads and stores, by address
//    "array_cycles"}]}
nlohmann::ordered_json plan_json(const run::DesignPoint& point, const run::Checked& checked);

}  // namespace subvolt::cli
