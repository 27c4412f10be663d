// Whole picoseconds, in which simulations count time.
#pragma once

#include <cmath>
#include <cstdint>

#include "sim/units/counts.h"
#include "sim/units/quantity.h"

namespace subvolt {

struct PicosecondsTag;
template <>
inline constexpr bool kMeetsNumbers<PicosecondsTag> = true;
using Picoseconds = Count<PicosecondsTag>;

inline constexpr Picoseconds kSecond{1'000'000'000'000};

inline constexpr Time kPicosecond = Time::from_si(1e-12);

constexpr double in_seconds(Picoseconds t) { return static_cast<double>(t.value()) * 1e-12; }
inline Picoseconds picoseconds(Time t) { return Picoseconds(static_cast<std::int64_t>(std::llround(t.si() * 1e12))); }

}  // namespace subvolt
