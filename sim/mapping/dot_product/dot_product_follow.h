// How long a hardware layer of a dot-product engine takes over a way that answers whole requests, such as a bus, by
// following its requests and writes burst by burst (follow/burst_ways.h): reads of both operands and writes in the
// order in which the machine sends them, each answered by its own memory.
//
// What it does not know is what BurstWays does not, and the hardware layer before.
#pragma once

#include <cstdint>

#include "sim/mapping/dot_product/dot_product_start.h"
#include "sim/mapping/follow/burst_ways.h"

namespace subvolt::mapping {

// Cycles from its start to the answer of its last write. `ways` are idle.
std::int64_t follow_dot_product(const DotProductMachine& machine, const DotProductStart& start, BurstWays ways);

}  // namespace subvolt::mapping
