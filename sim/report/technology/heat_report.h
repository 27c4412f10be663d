// How hot a run makes its chip.
#pragma once

#include <string>
#include <vector>

#include "sim/report/result.h"
#include "sim/run/conditions/heat.h"

namespace subvolt::report {

Json heat_json(const std::vector<run::HeatResult>& results, const run::DesignPoint& point,
               const run::HeatRequest& request, const std::string& command);
// One line per ambient temperature, 80 columns.
std::string heat_card(const std::vector<run::HeatResult>& results, const run::DesignPoint& point,
                      const run::HeatRequest& request);

}  // namespace subvolt::report
