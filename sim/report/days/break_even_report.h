// Break-even times of states of rest, as JSON and as a card.
#pragma once

#include <string>

#include "sim/report/result.h"
#include "sim/run/days/break_even.h"

namespace subvolt::report {

// {"design", "network", "operating_point", "latency_s",
//  "domains": {DOMAIN: {"on_W", "states": [{"state", "rest_W", "transition_J", "parts_J": {PART: J}, "forgets_weights",
//   "break_even_s", "later_s", "linux": {"min-residency-us", "entry-latency-us", "exit-latency-us"}, "zephyr": {...}} |
//   {"state", "why_not"}], "choices": [{"state", "from_gap_s", "below_rate_Hz"}]}},
//  "keep_or_reload": [{"keeps", "forgets", "reload_J", "reload_s", "break_even_s", "interval_s"}]}
// null: never, and of a choice that holds at any rate.
Json break_even_json(const run::BreakEvens& found, const std::string& design, const std::string& network);
std::string break_even_card(const Json& json);

}  // namespace subvolt::report
