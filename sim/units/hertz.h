// Whole hertz, in which clocks are set.
#pragma once

#include <cmath>
#include <cstdint>

#include "sim/units/counts.h"
#include "sim/units/quantity.h"

namespace subvolt {

using Hertz = Count<struct HertzTag>;

inline Hertz hertz(Frequency f) { return Hertz(static_cast<std::int64_t>(std::llround(f.si()))); }
constexpr Frequency as_frequency(Hertz f) { return Frequency::from_si(static_cast<double>(f.value())); }

}  // namespace subvolt
