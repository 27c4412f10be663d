// Integer amounts that must not be mixed up: clock cycles, bytes, operations, picoseconds, hertz.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <limits>
#include <type_traits>

namespace subvolt {

// Whether a kind of count comes from plain numbers, and becomes one, without being asked to. It never becomes another
// kind.
template <class Tag>
inline constexpr bool kMeetsNumbers = false;

template <class Tag>
class Count {
 public:
  constexpr Count() = default;
  template <class T = Tag, std::enable_if_t<!kMeetsNumbers<T>, int> = 0>
  explicit constexpr Count(std::int64_t n) : n_(n) {}
  template <class T = Tag, std::enable_if_t<kMeetsNumbers<T>, int> = 0>
  constexpr Count(std::int64_t n) : n_(n) {}
  template <class T = Tag, std::enable_if_t<kMeetsNumbers<T>, int> = 0>
  constexpr operator std::int64_t() const {
    return n_;
  }
  // For shares and means.
  template <class F, std::enable_if_t<std::is_floating_point_v<F>, int> = 0>
  explicit constexpr operator F() const {
    return static_cast<F>(n_);
  }
  static constexpr Count max() { return Count(std::numeric_limits<std::int64_t>::max()); }
  constexpr std::int64_t value() const { return n_; }

  constexpr Count& operator+=(Count o) {
    n_ += o.n_;
    return *this;
  }
  constexpr Count& operator-=(Count o) {
    n_ -= o.n_;
    return *this;
  }
  constexpr Count& operator%=(Count o) {
    n_ %= o.n_;
    return *this;
  }
  constexpr Count operator-() const { return Count(-n_); }

 private:
  std::int64_t n_ = 0;
};

// Of two counts of a kind.
template <class Tag>
constexpr Count<Tag> operator+(Count<Tag> a, Count<Tag> b) {
  return a += b;
}
template <class Tag>
constexpr Count<Tag> operator-(Count<Tag> a, Count<Tag> b) {
  return a -= b;
}
template <class Tag, class N, class = std::enable_if_t<std::is_integral_v<N>>>
constexpr Count<Tag> operator*(Count<Tag> a, N k) {
  return Count<Tag>(a.value() * static_cast<std::int64_t>(k));
}
template <class Tag, class N, class = std::enable_if_t<std::is_integral_v<N>>>
constexpr Count<Tag> operator*(N k, Count<Tag> a) {
  return a * k;
}
template <class Tag, class N, class = std::enable_if_t<std::is_integral_v<N>>>
constexpr Count<Tag> operator/(Count<Tag> a, N k) {
  return Count<Tag>(a.value() / static_cast<std::int64_t>(k));
}
// How many times b goes into a, and what is left; towards zero, as with integers.
template <class Tag>
constexpr std::int64_t operator/(Count<Tag> a, Count<Tag> b) {
  return a.value() / b.value();
}
template <class Tag>
constexpr Count<Tag> operator%(Count<Tag> a, Count<Tag> b) {
  return a %= b;
}
template <class Tag>
constexpr bool operator==(Count<Tag> a, Count<Tag> b) {
  return a.value() == b.value();
}
template <class Tag>
constexpr bool operator!=(Count<Tag> a, Count<Tag> b) {
  return a.value() != b.value();
}
template <class Tag>
constexpr bool operator<(Count<Tag> a, Count<Tag> b) {
  return a.value() < b.value();
}
template <class Tag>
constexpr bool operator<=(Count<Tag> a, Count<Tag> b) {
  return a.value() <= b.value();
}
template <class Tag>
constexpr bool operator>(Count<Tag> a, Count<Tag> b) {
  return a.value() > b.value();
}
template <class Tag>
constexpr bool operator>=(Count<Tag> a, Count<Tag> b) {
  return a.value() >= b.value();
}

// The number that it is, without a unit.
template <class Char, class Tag>
std::basic_ostream<Char>& operator<<(std::basic_ostream<Char>& out, Count<Tag> n) {
  return out << n.value();
}

using Cycles = Count<struct CyclesTag>;
using Bytes = Count<struct BytesTag>;
using Ops = Count<struct OpsTag>;

// Integer ceiling of a / b for a >= 0, b > 0.
constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }
template <class Tag>
constexpr std::int64_t ceil_div(Count<Tag> a, Count<Tag> b) {
  return ceil_div(a.value(), b.value());
}
template <class Tag>
constexpr Count<Tag> ceil_div(Count<Tag> a, std::int64_t k) {
  return Count<Tag>(ceil_div(a.value(), k));
}

}  // namespace subvolt
