// Where a number comes from: count x unit energy x scale, and the source.
#pragma once

#include <string>

#include "sim/report/result.h"

namespace subvolt::report {

// All accounts, the largest first, with shares and quality; at most 80 columns.
std::string explain_all(const Json& result);

// One account by name ("npu.array.mac_int8"), or all of a component ("npu.array") or of a group of them
// ("npu"). Throws Error(kConfiguration) naming the nearest account when there is none.
std::string explain(const Json& result, const std::string& account);

// The same choice as JSON: the accounts as in the result, each with its `share` of the total, and their sum. An empty
// name chooses all.
Json explain_json(const Json& result, const std::string& account);

}  // namespace subvolt::report
