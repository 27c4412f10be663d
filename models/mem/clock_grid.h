// The edges of a memory's clock: edge n at floor(n x 10^12 / f) picoseconds, as in kernel::ClockDomain, for engines
// that know nothing of SystemC.
#pragma once

#include <cstdint>

namespace subvolt::mem {

class ClockGrid {
 public:
  explicit ClockGrid(std::int64_t hz) : hz_(hz) {}
  std::int64_t hz() const { return hz_; }
  std::int64_t edge_ps(std::int64_t edge) const {
    return static_cast<std::int64_t>(static_cast<Wide>(edge) * kSecond / hz_);
  }
  // The first edge later than `ps`.
  std::int64_t edge_after(std::int64_t ps) const {
    std::int64_t edge = static_cast<std::int64_t>(static_cast<Wide>(ps) * hz_ / kSecond);
    while (edge_ps(edge) <= ps) ++edge;
    return edge;
  }

 private:
  __extension__ using Wide = __int128;  // 10^12 x 10^9 x seconds
  static constexpr std::int64_t kSecond = 1'000'000'000'000;
  std::int64_t hz_;
};

}  // namespace subvolt::mem
