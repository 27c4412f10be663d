// Whether a clock is too fast. Internal.
#pragma once

#include "sim/units/quantity.h"

namespace subvolt::power {

// The speed curve is fitted to about eight digits: a clock at a published point must not fail on the ninth.
inline constexpr double kFitPrecision = 1e-6;

inline bool exceeds(Frequency wanted, Frequency limit) { return wanted > limit * (1.0 + kFitPrecision); }

}  // namespace subvolt::power
