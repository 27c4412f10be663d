// The policies that a power intent may name. They register themselves through kernel::register_gating_policy and
// kernel::register_frequency_policy.
#pragma once

#include "sim/config/kinds.h"

namespace subvolt::power {

inline constexpr const char* kStandardPolicy = "always_on";       // of a power domain that names none
inline constexpr const char* kStandardFrequencyPolicy = "fixed";  // of a clock domain, likewise

config::Kinds& policy_kinds();
config::Kinds& frequency_policy_kinds();

}  // namespace subvolt::power
