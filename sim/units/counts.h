// Integer amounts that must not be mixed up: clock cycles, bytes, operations.
#pragma once

#include <cstdint>

namespace subvolt {

template <class Tag>
class Count {
 public:
  constexpr Count() = default;
  explicit constexpr Count(std::int64_t n) : n_(n) {}
  constexpr std::int64_t value() const { return n_; }

  constexpr Count& operator+=(Count o) {
    n_ += o.n_;
    return *this;
  }
  constexpr Count& operator-=(Count o) {
    n_ -= o.n_;
    return *this;
  }
  friend constexpr Count operator+(Count a, Count b) { return a += b; }
  friend constexpr Count operator-(Count a, Count b) { return a -= b; }
  friend constexpr Count operator*(Count a, std::int64_t k) { return Count(a.n_ * k); }
  friend constexpr Count operator*(std::int64_t k, Count a) { return Count(a.n_ * k); }
  friend constexpr bool operator==(Count a, Count b) { return a.n_ == b.n_; }
  friend constexpr bool operator!=(Count a, Count b) { return a.n_ != b.n_; }
  friend constexpr bool operator<(Count a, Count b) { return a.n_ < b.n_; }
  friend constexpr bool operator<=(Count a, Count b) { return a.n_ <= b.n_; }
  friend constexpr bool operator>(Count a, Count b) { return a.n_ > b.n_; }
  friend constexpr bool operator>=(Count a, Count b) { return a.n_ >= b.n_; }

 private:
  std::int64_t n_ = 0;
};

using Cycles = Count<struct CyclesTag>;
using Bytes = Count<struct BytesTag>;
using Ops = Count<struct OpsTag>;

// Integer ceiling of a / b for a >= 0, b > 0.
constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

}  // namespace subvolt
