// What became of each operator of a network's file on a SoC: what `subvolt import` prints (docs/user-guide.md,
// Networks).
#pragma once

#include <string>
#include <vector>

#include "sim/network/network.h"
#include "sim/report/result.h"
#include "sim/run/operator_fates.h"

namespace subvolt::report {

// Operator by operator as in the file, those that rewriting added, then how many there are of each kind. `network` is
// the one that was read.
Json import_json(const network::Network& network, const std::string& soc, rewrite::Quantize quantized,
                 const std::vector<run::OperatorFate>& fates);
std::string import_table(const Json& report);

}  // namespace subvolt::report
