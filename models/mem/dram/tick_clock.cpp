#include "models/mem/dram/tick_clock.h"

namespace subvolt::mem::dram {
namespace {
constexpr std::int64_t kPicosecondsPerSecond = 1'000'000'000'000;
__extension__ typedef __int128 Wide;  // products of picoseconds and hertz exceed 64 bits
}  // namespace

TickClock::TickClock(std::int64_t clock_hz, Rounding rounding) : rounding_(rounding) { set(clock_hz); }

void TickClock::set(std::int64_t clock_hz) {
  hz_ = clock_hz;
  if (rounding_ == Rounding::kExact) {
    period_ = 1;
  } else {
    period_ = kPicosecondsPerSecond % clock_hz == 0 ? kPicosecondsPerSecond / clock_hz : 0;
  }
}

std::int64_t TickClock::fractional_ps(std::int64_t tick) const {
  return base_ps_ + static_cast<std::int64_t>(static_cast<Wide>(tick - base_tick_) * kPicosecondsPerSecond / hz_);
}

std::int64_t TickClock::tick(std::int64_t ps) const {
  if (period_ > 0) return base_tick_ + (ps - base_ps_) / period_;
  // floor(n T / f) <= d  <=>  n T < (d + 1) f
  const Wide product = static_cast<Wide>(ps - base_ps_ + 1) * hz_ - 1;
  return base_tick_ + static_cast<std::int64_t>(product / kPicosecondsPerSecond);
}

void TickClock::change(std::int64_t tick, std::int64_t clock_hz) {
  base_ps_ = ps(tick);
  base_tick_ = tick;
  set(clock_hz);
}

}  // namespace subvolt::mem::dram
