#include "sim/kernel/clock_domain.h"

#include <algorithm>

namespace subvolt::kernel {
namespace {
constexpr std::int64_t kPicosecondsPerSecond = 1'000'000'000'000;
constexpr int kTwos = 12;  // of its prime factors
constexpr std::int64_t kFives = 244'140'625;
constexpr std::int64_t kMostHertz = std::int64_t{1} << 34;  // a second of picoseconds x hertz >> kTwos has 63 bits
__extension__ typedef __int128 Wide;                        // products of picoseconds and hertz exceed 64 bits
}  // namespace

std::int64_t to_ps(const sc_core::sc_time& t) { return static_cast<std::int64_t>(t.value()); }
sc_core::sc_time from_ps(std::int64_t ps) {
  return sc_core::sc_time::from_value(static_cast<sc_core::sc_time::value_type>(ps));
}
std::int64_t now_ps() { return to_ps(sc_core::sc_time_stamp()); }

ClockDomain::ClockDomain(std::string name, std::int64_t frequency_hz, ClockScaling scaling, std::string where)
    : name_(std::move(name)),
      frequency_hz_(frequency_hz),
      scaling_(std::move(scaling)),
      where_(where.empty() ? name_ + ": " : std::move(where)) {}

std::int64_t ClockDomain::edge_ps(std::int64_t edge) const {
  constexpr Wide kBeyond = kEndOfTime_ps / 2 * 3;
  return static_cast<std::int64_t>(std::min(static_cast<Wide>(edge) * kPicosecondsPerSecond / frequency_hz_, kBeyond));
}

// A whole number of edges, and the rounding of each repeats.
bool ClockDomain::keeps_step(std::int64_t period_ps) const {
  return static_cast<Wide>(period_ps) * frequency_hz_ % kPicosecondsPerSecond == 0;
}

std::int64_t ClockDomain::edges_before(std::int64_t ps) const {
  // edge_ps(n) < ps  <=>  floor(n T / f) < ps  <=>  n T < ps f  <=>  n < ps f / T. Whole seconds apart, and T as
  // 2^12 x 5^12, no division is wider than 64 bits: clocks are asked several times per access.
  const std::int64_t seconds = ps / kPicosecondsPerSecond;
  const Wide product = static_cast<Wide>(ps % kPicosecondsPerSecond) * frequency_hz_ + kPicosecondsPerSecond - 1;
  const bool narrow = product >= 0 && frequency_hz_ < kMostHertz;
  return seconds * frequency_hz_ + (narrow ? static_cast<std::int64_t>(product >> kTwos) / kFives
                                           : static_cast<std::int64_t>(product / kPicosecondsPerSecond));
}

}  // namespace subvolt::kernel
