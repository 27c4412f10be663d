// What became of each operator of a network's file on a SoC: what `subvolt import` prints (docs/user-guide.md,
// Networks).
#pragma once

#include <string>
#include <vector>

#include "sim/network/network.h"
#include "sim/report/result.h"

namespace subvolt::report {

struct OperatorFate {
  enum class Disposition {
    kMapped,   // runs on the NPU
    kFused,    // part of another layer
    kFree,     // a view, or not needed: no work
    kOnCpu,    // runs on the host processor
    kRefused,  // nobody can run it
  };
  std::string layer;
  std::string source_op;
  std::string op;
  Disposition disposition = Disposition::kRefused;
  std::string detail;  // into which layer and by which pass, why not on the NPU, why refused
};
std::string to_text(OperatorFate::Disposition disposition);  // "mapped", "fused", "free", "cpu", "refused"

// Operator by operator as in the file, then how many there are of each.
Json import_json(const network::Network& network, const std::string& soc, const std::vector<OperatorFate>& fates);
std::string import_table(const Json& report);

}  // namespace subvolt::report
