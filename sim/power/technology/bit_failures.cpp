#include "sim/power/technology/bit_failures.h"

#include <cmath>

#include "sim/power/technology/variation/normal_distribution.h"

namespace subvolt::power {
namespace {

// 1 - (1 - p)^n without loss of digits where p is tiny.
double any_of(double p, double n) { return -std::expm1(n * std::log1p(-p)); }

// p in (0, 1/2) at which `failing` passes `share`, in ln p.
template <class F>
double solve(const F& failing, double share) {
  double low = std::log(1e-300), high = std::log(0.5);
  while (high - low > 1e-12) {
    const double middle = 0.5 * (low + high);
    (failing(std::exp(middle)) < share ? low : high) = middle;
  }
  return std::exp(0.5 * (low + high));
}

}  // namespace

double tolerated_rate(std::int64_t bits, double yield) {
  return solve([&](double p) { return any_of(p, static_cast<double>(bits)); }, 1.0 - yield);
}

double tolerated_rate_with_code(std::int64_t words, std::int64_t word_bits, double yield) {
  const auto n = static_cast<double>(word_bits);
  const auto failing = [&](double p) {
    // Two or more of n: 1 - (1-p)^n - n p (1-p)^(n-1), by its series where that would cancel.
    const double two = 0.5 * n * (n - 1.0) * p * p;
    const double word = n * p < 1e-3 ? two * (1.0 - 2.0 / 3.0 * (n - 2.0) * p)
                                     : 1.0 - std::pow(1.0 - p, n) - n * p * std::pow(1.0 - p, n - 1.0);
    return any_of(word, static_cast<double>(words));
  };
  return solve(failing, 1.0 - yield);
}

Voltage code_gain(Voltage sigma) {
  constexpr std::int64_t kData_bits = 64, kWord_bits = 72;
  const double plain = tolerated_rate(kMinimumHolds_bits, kMinimumHolds_yield);
  const double coded = tolerated_rate_with_code(kMinimumHolds_bits / kData_bits, kWord_bits, kMinimumHolds_yield);
  return sigma * (normal_quantile(coded) - normal_quantile(plain));
}

}  // namespace subvolt::power
