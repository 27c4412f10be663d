#include "models/mem/dram/tick_clock.h"

#include <utility>

namespace subvolt::mem::dram {
namespace {
__extension__ typedef __int128 Wide;  // sums of products of picoseconds and hertz exceed 64 bits

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

TickClock::TickClock(Hertz frequency, Rounding rounding)
    : rounding_(rounding), hz_(frequency), edges_(edges_of(frequency)) {}

Picoseconds TickClock::repeated(std::int64_t begin, std::int64_t end, std::int64_t step, std::int64_t times) const {
  const std::int64_t hz = edges_.frequency().value();
  if (kSecond.value() % hz == 0) return Picoseconds((end - begin) * (kSecond.value() / hz) * times);
  const auto sum = [&](std::int64_t tick) {
    return floor_sum(times, hz, static_cast<Wide>(step) * kSecond.value(),
                     static_cast<Wide>(tick + step - base_tick_) * kSecond.value());
  };
  return Picoseconds(static_cast<std::int64_t>(sum(end) - sum(begin)));
}

void TickClock::change(std::int64_t tick, Hertz frequency) {
  base_ = time(tick);
  base_tick_ = tick;
  hz_ = frequency;
  edges_ = edges_of(frequency);
}

}  // namespace subvolt::mem::dram
