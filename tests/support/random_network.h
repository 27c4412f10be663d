// Networks that no file has: layers of every kind that rewriting passes care about, each on a tensor that an earlier
// layer made. The same seed gives the same network everywhere.
#pragma once

#include "sim/network/network_spec.h"

namespace subvolt::test {

network::NetworkSpec random_network(unsigned seed);

}  // namespace subvolt::test
