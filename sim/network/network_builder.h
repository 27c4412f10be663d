// From what a file says to a network: shapes inferred, work counted, everything checked. Shared by all readers.
#pragma once

#include "sim/network/network.h"
#include "sim/network/network_spec.h"

namespace subvolt::network {

// Reports every mistake at its place, naming the layer, what is wrong and what was expected; the network is
// complete only when there was none. A layer behind a faulty one is not blamed for it.
Network build_network(const NetworkSpec& spec, config::Diagnostics& diagnostics);

// The same, throwing Error(kConfiguration) with all mistakes.
Network build_network(const NetworkSpec& spec);

}  // namespace subvolt::network
