// Physical quantities with their dimension in the type; the value inside is SI.
//
// Quantity<M, L, T, I> holds one double in units of kg^M m^L s^T A^I. Sums need equal dimensions,
// products and quotients add and subtract exponents, and a dimensionless result decays to double.
// A wrong formula therefore fails to compile instead of printing a wrong joule.
#pragma once

namespace subvolt {

template <int M, int L, int T, int I>
class Quantity {
 public:
  constexpr Quantity() = default;
  // The only way in and out of a bare number; `si` is in coherent SI units of this dimension.
  static constexpr Quantity from_si(double si) { return Quantity(si); }
  constexpr double si() const { return si_; }

  constexpr Quantity operator-() const { return Quantity(-si_); }
  constexpr Quantity& operator+=(Quantity o) {
    si_ += o.si_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity o) {
    si_ -= o.si_;
    return *this;
  }
  constexpr Quantity& operator*=(double k) {
    si_ *= k;
    return *this;
  }
  constexpr Quantity& operator/=(double k) {
    si_ /= k;
    return *this;
  }

  friend constexpr Quantity operator+(Quantity a, Quantity b) { return a += b; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return a -= b; }
  friend constexpr Quantity operator*(Quantity a, double k) { return a *= k; }
  friend constexpr Quantity operator*(double k, Quantity a) { return a *= k; }
  friend constexpr Quantity operator/(Quantity a, double k) { return a /= k; }
  friend constexpr bool operator==(Quantity a, Quantity b) { return a.si_ == b.si_; }
  friend constexpr bool operator!=(Quantity a, Quantity b) { return a.si_ != b.si_; }
  friend constexpr bool operator<(Quantity a, Quantity b) { return a.si_ < b.si_; }
  friend constexpr bool operator<=(Quantity a, Quantity b) { return a.si_ <= b.si_; }
  friend constexpr bool operator>(Quantity a, Quantity b) { return a.si_ > b.si_; }
  friend constexpr bool operator>=(Quantity a, Quantity b) { return a.si_ >= b.si_; }

 private:
  explicit constexpr Quantity(double si) : si_(si) {}
  double si_ = 0.0;
};

namespace detail {
template <int M, int L, int T, int I>
constexpr auto make_quantity(double si) {
  if constexpr (M == 0 && L == 0 && T == 0 && I == 0) {
    return si;
  } else {
    return Quantity<M, L, T, I>::from_si(si);
  }
}
}  // namespace detail

template <int M, int L, int T, int I, int M2, int L2, int T2, int I2>
constexpr auto operator*(Quantity<M, L, T, I> a, Quantity<M2, L2, T2, I2> b) {
  return detail::make_quantity<M + M2, L + L2, T + T2, I + I2>(a.si() * b.si());
}

template <int M, int L, int T, int I, int M2, int L2, int T2, int I2>
constexpr auto operator/(Quantity<M, L, T, I> a, Quantity<M2, L2, T2, I2> b) {
  return detail::make_quantity<M - M2, L - L2, T - T2, I - I2>(a.si() / b.si());
}

template <int M, int L, int T, int I>
constexpr auto operator/(double k, Quantity<M, L, T, I> a) {
  return detail::make_quantity<-M, -L, -T, -I>(k / a.si());
}

using Voltage = Quantity<1, 2, -3, -1>;
using Current = Quantity<0, 0, 0, 1>;
using Charge = Quantity<0, 0, 1, 1>;
using Power = Quantity<1, 2, -3, 0>;
using Energy = Quantity<1, 2, -2, 0>;
using Time = Quantity<0, 0, 1, 0>;
using Frequency = Quantity<0, 0, -1, 0>;
using Capacitance = Quantity<-1, -2, 4, 2>;
using Resistance = Quantity<1, 2, -3, -2>;

}  // namespace subvolt
