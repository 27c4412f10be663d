#include "models/mem/dram/tick_clock.h"

#include <utility>

namespace subvolt::mem::dram {
namespace {
constexpr std::int64_t kPicosecondsPerSecond = 1'000'000'000'000;
__extension__ typedef __int128 Wide;  // products of picoseconds and hertz exceed 64 bits

// Sum over i = 0 ... n - 1 of floor((a i + b) / m), for a, b >= 0: in as many steps as Euclid's algorithm takes on a
// and m, by counting the points of the lattice below the line from either axis in turn.
Wide floor_sum(Wide n, Wide m, Wide a, Wide b) {
  Wide sum = 0;
  while (n > 0) {
    sum += n * (n - 1) / 2 * (a / m) + n * (b / m);
    a %= m;
    b %= m;
    const Wide top = a * n + b;
    if (top < m) break;
    n = top / m;
    b = top % m;
    std::swap(m, a);
  }
  return sum;
}

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

std::int64_t TickClock::ticks_in(std::int64_t ps) const {
  if (period_ > 0) return ps % period_ == 0 ? ps / period_ : -1;
  const Wide product = static_cast<Wide>(ps) * hz_;
  return product % kPicosecondsPerSecond == 0 ? static_cast<std::int64_t>(product / kPicosecondsPerSecond) : -1;
}

std::int64_t TickClock::repeated_ps(std::int64_t begin, std::int64_t end, std::int64_t step, std::int64_t times) const {
  if (period_ > 0) return (end - begin) * period_ * times;
  const auto sum = [&](std::int64_t tick) {
    return floor_sum(times, hz_, static_cast<Wide>(step) * kPicosecondsPerSecond,
                     static_cast<Wide>(tick + step - base_tick_) * kPicosecondsPerSecond);
  };
  return static_cast<std::int64_t>(sum(end) - sum(begin));
}

void TickClock::change(std::int64_t tick, std::int64_t clock_hz) {
  base_ps_ = ps(tick);
  base_tick_ = tick;
  set(clock_hz);
}

}  // namespace subvolt::mem::dram
