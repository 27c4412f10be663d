// What becomes of every operator of a network's file on a SoC: part of the import report, by operator of the file.
#pragma once

#include <string>
#include <vector>

#include "sim/mapping/program/plan.h"
#include "sim/rewrite/rewrite.h"

namespace subvolt::run {

struct OperatorFate {
  enum class Disposition {
    kMapped,    // runs on the NPU
    kFused,     // part of another layer
    kFree,      // a view or not needed: no work
    kResolved,  // no layer: worked out, or replaced by others, while the file was read
    kOnCpu,     // runs on the host processor
    kRefused,   // nobody can run it
  };
  std::string layer;
  std::string source_op;  // the file's word
  std::string op;         // ours
  Disposition disposition = Disposition::kRefused;
  std::string detail;  // into which layer and by which pass; why not on the NPU; why refused
  bool added = false;  // no operator of the file: a pass put it there
};
std::string to_text(OperatorFate::Disposition disposition);  // "mapped", "fused", "free", "resolved", "cpu", ...

// One for every layer of the network as read, in its order, then one for every layer that was added. Needs no
// placement: a layer may still turn out too large for the buffers.
std::vector<OperatorFate> operator_fates(const rewrite::Rewritten& as_compiled, const mapping::Hardware& hardware);

}  // namespace subvolt::run
