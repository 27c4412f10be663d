// Whole picoseconds, in which simulations count time.
#pragma once

#include <cmath>
#include <cstdint>

#include "sim/units/quantity.h"

namespace subvolt {

inline constexpr std::int64_t kPicosecondsPerSecond = 1'000'000'000'000;

inline constexpr double kPicosecond_s = 1e-12;
inline constexpr Time kPicosecond = Time::from_si(kPicosecond_s);

inline std::int64_t picoseconds(Time t) { return static_cast<std::int64_t>(std::llround(t.si() * 1e12)); }

}  // namespace subvolt
