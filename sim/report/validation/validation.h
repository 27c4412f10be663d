// Published against simulated, chip by chip: what `subvolt validate` prints, and its JSON.
#pragma once

#include <string>
#include <vector>

#include "sim/power/intent/power_intent.h"
#include "sim/report/result.h"
#include "sim/run/chip.h"

namespace subvolt::report {

inline constexpr const char* kValidationSchemaVersion = "1.0";

// A number of a result by its place (sim/run/chip.h). Throws Error(kConfiguration) with what there is instead.
double number_at(const Json& result, const std::string& place);
// sum(value) - sum(less), over sum(per).
double value_of(const Json& result, const run::ChipMeasurement& measurement, const run::ChipRow& row);

// {"network", "operating_point", "of", "set", "use", "published", "simulated", "error", "note"}; error: simulated over
// published, less 1.
Json validated_row(const run::ChipRow& row, const std::string& network, const std::string& point, double simulated);
// {"name", "title", "unit", "source", "fitted", "limits", "rows", "errors": {USE: {"rows", "mean", "worst"}},
// "within_limits"}
Json validated_measurement(const std::string& name, const run::ChipMeasurement& measurement, std::vector<Json> rows);
// Constants that were fitted to the chip, of its design's power intent: {"name", "value", "quality", "rows",
// "uncertainty", errors, "bottom_up_ratio"}; a ratio above 3 or below a third is named: "far_from_bottom_up".
Json fitted_constants(const power::PowerIntent& intent);
// {"chip", "title", "design", "board_spread", "constants", "measurements"}
Json validated_chip(const run::Chip& chip, const std::string& design, Json constants, std::vector<Json> measurements);
Json validation(std::vector<Json> chips);

// For a terminal of 80 columns.
std::string validation_tables(const Json& validation);

}  // namespace subvolt::report
