// What no result can say, whoever says it: checked on every result that is made and on every one that is read.
//
// Identities, energies to 1e-9 of their sum:
//   account     energy = count x unit energy x scale
//   total       = sum of accounts = sum of components = sum of layers + outside of layers
//   component   = sum of its accounts
//   average     = total / latency, peak >= average, EDP = total x latency, TOPS = ops / latency, ops = 2 MACs
//   MACs        = sum of layers
//   bounds      nothing is negative or not finite; shares and utilisation are at most 1; no engine is busy and no
//               array waits longer than its layer lasts; layers do not last longer than the run
#pragma once

#include <string>
#include <vector>

#include "sim/report/result.h"

namespace subvolt::report {

// What is not there or of the wrong type, "/accounts/3/count: expected an integer": the first such thing, or nothing.
std::string structural_fault(const Json& result);

// Sentences, each with the JSON pointer of what is wrong. Requires that there is no structural fault.
std::vector<std::string> violations(const Json& result);

}  // namespace subvolt::report
