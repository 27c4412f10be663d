// Runs of the same networks side by side (docs/guide/comparing.md, Kinds side by side): rows of one run each, and what
// about them is not equal but for the accelerators. What is equal is asked of the components, not of the documents.
#pragma once

#include <string>
#include <vector>

#include "sim/report/result.h"
#include "sim/run/simulation.h"
#include "sim/run/work.h"

namespace subvolt::report {

inline constexpr const char* kComparisonSchemaVersion = "1.0";

// A run as a row. `result` is that of `inputs`, whose record is `simulated`'s.
Json comparison_row(const std::string& name, const ResultInputs& inputs, const Json& result,
                    const run::Simulated& simulated, const run::Work& work);

// All rows of one network, and `differences`: of each fact that rows do not share its name and the value of each row.
Json compared_network(const std::string& network, std::vector<Json> rows);

// {"schema_version", "title", "networks": [compared_network()...]}
Json comparison(const std::string& title, std::vector<Json> networks);

// For people, in 80 columns: a table for each network; with `all_names` every layer that runs on the host.
std::string comparison_tables(const Json& comparison, bool all_names);
// A line per network and row.
std::string comparison_csv(const Json& comparison);

}  // namespace subvolt::report
