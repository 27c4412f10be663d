// Bits that are expected to be wrong where memories may have less than they need.
#pragma once

#include <string>

#include "sim/report/result.h"

namespace subvolt::report {

// Adds `bit_errors` to a result.
void add_bit_errors(const ResultInputs& inputs, Json& result);
// A line of a card; empty where errors are not allowed.
std::string bit_error_line(const Json& result);

}  // namespace subvolt::report
