// Several networks as one, for hardware that runs now the one, now the other.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/network/network.h"

namespace subvolt::network {

// The layers of each, one network behind the other, as a Network::Part. With several, names of layers, states and
// constants get that of their part in front: "keyword/conv1". One network stays as it is, but for its part.
Network joined(std::vector<std::pair<std::string, Network>> networks);

}  // namespace subvolt::network
