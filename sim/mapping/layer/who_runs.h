// Which part of the hardware runs a layer, and why not an accelerator.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/mapping/program/plan.h"

namespace subvolt::mapping {

struct Runner {
  enum class Runs { kOnAccelerator, kOnHost, kNowhere, kRefused };  // kNowhere: a view or a declaration, nothing to run
  Runs runs = Runs::kOnAccelerator;
  // kOnHost, kRefused: what keeps it off the accelerators, and for kRefused off the host, too; kOnAccelerator: what keeps
  // it off the first one.
  std::string why;
  std::string host;  // kOnHost: the host's name for the work, such as conv2d.fp32
  std::vector<std::string> host_also;  // kOnHost: its names for the layer's further tasks (host_layer.h)
  std::vector<int> accelerators;       // kOnAccelerator: those that can, indices into Hardware::accelerators
};

// Needs no placement. A host lists its operators as OP or, for one element type, OP.TYPE, which comes first.
Runner who_runs(const network::Network& network, std::size_t layer, const Hardware& hardware);
// Without accelerators, which `why` keeps it off: kOnHost or kRefused.
Runner host_runs(const network::Network& network, std::size_t layer, const Hardware& hardware, const std::string& why);

}  // namespace subvolt::mapping
