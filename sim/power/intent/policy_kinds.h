// The gating policies that a power intent may name. They register themselves through kernel::register_gating_policy.
#pragma once

#include "sim/config/kinds.h"

namespace subvolt::power {

inline constexpr const char* kStandardPolicy = "always_on";  // of a power domain that names none

config::Kinds& policy_kinds();

}  // namespace subvolt::power
