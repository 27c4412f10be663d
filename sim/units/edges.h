// The edges of a clock, and the only arithmetic by which cycles become time.
//
// Edge n is at floor(n x 10^12 / f) picoseconds: worked out from the edge's number each time, so that no rounding ever
// adds up, whatever the frequency.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/units/hertz.h"
#include "sim/units/picoseconds.h"

namespace subvolt {

class Edges {
 public:
  explicit Edges(Hertz frequency)
      : hz_(frequency.value()),
        period_ps_(kSecond.value() % hz_ == 0 ? kSecond.value() / hz_ : 0),
        near_(period_ps_ > 0 ? kNarrow / period_ps_ : -1) {}
  Hertz frequency() const { return Hertz(hz_); }

  // Times beyond what 64 bits hold are told as 3/4 of that.
  Picoseconds time(std::int64_t edge) const {
    return Picoseconds(edge >= -near_ && edge <= near_ ? edge * period_ps_ : wide_ps(edge));
  }
  // How many edges lie before `time`, which is also the number of the first one at or after it: edges in [a, b) are
  // before(b) - before(a).
  //   floor(n T / f) < ps  <=>  n T / f < ps  <=>  n < ps f / T
  std::int64_t before(Picoseconds time) const {
    const std::int64_t ps = time.value();
    if (period_ps_ > 0 && ps >= 0 && ps <= kNarrow) return (ps + period_ps_ - 1) / period_ps_;
    return wide_before(ps);
  }
  // The first edge later than `time`.
  std::int64_t after(Picoseconds time) const { return before(time + Picoseconds(1)); }

  // Where in its period a time lies, exactly: of two times with the same phase, all later edges come after as long.
  std::int64_t phase(Picoseconds time) const {
    const std::int64_t ps = time.value();
    return period_ps_ > 0 ? ps % period_ps_ : static_cast<std::int64_t>(static_cast<Wide>(ps) * hz_ % kSecond.value());
  }

  // How many edges a time is; -1: no whole number, and the edges in as much time later may be more or fewer.
  std::int64_t in(Picoseconds time) const {
    const std::int64_t ps = time.value();
    if (period_ps_ > 0) return ps % period_ps_ == 0 ? ps / period_ps_ : -1;
    const Wide product = static_cast<Wide>(ps) * hz_;
    return product % kSecond.value() == 0 ? static_cast<std::int64_t>(product / kSecond.value()) : -1;
  }

 private:
  __extension__ using Wide = __int128;  // products of picoseconds and hertz exceed 64 bits
  static constexpr std::int64_t kNarrow = std::int64_t{1} << 62;

  [[gnu::noinline]] std::int64_t wide_ps(std::int64_t edge) const {
    constexpr Wide kBeyond = static_cast<Wide>(3) << 61;
    const Wide exact =
        period_ps_ > 0 ? static_cast<Wide>(edge) * period_ps_ : static_cast<Wide>(edge) * kSecond.value() / hz_;
    return static_cast<std::int64_t>(std::min(exact, kBeyond));
  }

  // Whole seconds apart, and T as 2^12 x 5^12, few divisions are wider than 64 bits: clocks are asked several times per
  // access.
  [[gnu::noinline]] std::int64_t wide_before(std::int64_t ps) const {
    constexpr int kTwos = 12;
    constexpr std::int64_t kFives = 244'140'625;
    constexpr std::int64_t kMostHertz = std::int64_t{1} << 34;  // a second of picoseconds x hertz >> kTwos has 63 bits
    const std::int64_t seconds = ps / kSecond.value();
    const Wide product = static_cast<Wide>(ps % kSecond.value()) * hz_ + kSecond.value() - 1;
    const bool narrow = product >= 0 && hz_ < kMostHertz;
    return seconds * hz_ + (narrow ? static_cast<std::int64_t>(product >> kTwos) / kFives
                                   : static_cast<std::int64_t>(product / kSecond.value()));
  }

  std::int64_t hz_;         // numbers: this is where the two types meet
  std::int64_t period_ps_;  // 0: no whole number of picoseconds
  std::int64_t near_;       // edges up to this one need no more than 64 bits; -1: none
};

}  // namespace subvolt
