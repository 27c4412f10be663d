// The clock of scenarios: whole nanoseconds since their begin. 2^63 of them are 292 years; picoseconds, in which the
// cycle simulation counts, end after 106 days.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "sim/units/quantity.h"

namespace subvolt::scenario {

using Nanoseconds = std::int64_t;

inline constexpr Nanoseconds kSecond = 1'000'000'000;
inline constexpr Nanoseconds kDay = 86'400 * kSecond;
inline constexpr Nanoseconds kWeek = 7 * kDay;
inline constexpr Nanoseconds kNever = std::numeric_limits<Nanoseconds>::max();
// What a scenario can last, and a battery be said to: centuries are no prediction.
inline constexpr Time kLongest = Time::from_si(200.0 * 365.25 * 86400.0);

inline Nanoseconds nanoseconds(Time t) { return static_cast<Nanoseconds>(std::llround(t.si() * 1e9)); }
constexpr double seconds(Nanoseconds t) { return static_cast<double>(t) * 1e-9; }

}  // namespace subvolt::scenario
