// What many chips of a design come to.
#pragma once

#include <string>

#include "sim/report/result.h"
#include "sim/run/spread/chip_yield.h"

namespace subvolt::report {

Json yield_json(const run::YieldResult& result, const run::DesignPoint& point, const run::YieldRequest& request,
                const std::string& command);
// A card of 80 columns.
std::string yield_card(const run::YieldResult& result, const run::DesignPoint& point, const run::YieldRequest& request);
// A line per chip, in SI units; empty where there is nothing to say.
std::string chips_csv(const run::YieldResult& result);

}  // namespace subvolt::report
