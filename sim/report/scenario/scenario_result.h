// The result of `subvolt scenario` as JSON, and its card for people.
#pragma once

#include <string>

#include "sim/report/result.h"
#include "sim/scenario/engine/outcome.h"

namespace subvolt::report {

inline constexpr double kSecondsPerDay = 86400.0;

// What a mode does not tell is null.
Json scenario_result(const scenario::Outcome& outcome);
// Renders from that JSON, so on any result.
std::string scenario_card(const Json& result);

}  // namespace subvolt::report
