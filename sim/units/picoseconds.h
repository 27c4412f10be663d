// Whole picoseconds, in which simulations count time.
#pragma once

#include <cmath>
#include <cstdint>

#include "sim/units/quantity.h"

namespace subvolt {

inline constexpr std::int64_t kPicosecondsPerSecond = 1'000'000'000'000;

inline constexpr Time kPicosecond = Time::from_si(1e-12);

constexpr double in_seconds(std::int64_t ps) { return static_cast<double>(ps) * 1e-12; }
inline std::int64_t picoseconds(Time t) { return static_cast<std::int64_t>(std::llround(t.si() * 1e12)); }

}  // namespace subvolt
