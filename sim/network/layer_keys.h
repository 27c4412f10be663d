// Which keys of a layer an operator has.
#pragma once

#include <string_view>

#include "sim/network/operator.h"

namespace subvolt::network {

// What every layer has, and what the operator's definition lists. Other attributes mean nothing to it: a file that
// has one is wrong, and none is written.
bool takes_key(const Operator& op, std::string_view key);

}  // namespace subvolt::network
