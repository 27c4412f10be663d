// What a run comes to under corners, voltages and temperatures.
#pragma once

#include <string>
#include <vector>

#include "sim/report/result.h"
#include "sim/run/corners.h"

namespace subvolt::report {

Json corners_json(const std::vector<run::CornerResult>& results, const run::DesignPoint& point,
                  const run::Budgets& budgets, const std::string& command);
// One line per condition, 80 columns.
std::string corners_card(const std::vector<run::CornerResult>& results, const run::DesignPoint& point);

}  // namespace subvolt::report
