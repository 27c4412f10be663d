// Latencies of any number of events in constant memory: exact mean, least and most, and quantiles to 0.3 %.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "sim/scenario/engine/outcome.h"

namespace subvolt::scenario {

class Latencies {
 public:
  void add(Nanoseconds t) {
    if (buckets_.empty()) buckets_.assign(64 * kPerOctave, 0);
    ++buckets_[bucket(t)];
    ++count_;
    sum_ += seconds(t);
    least_ = count_ == 1 ? t : std::min(least_, t);
    most_ = std::max(most_, t);
  }
  Spread spread() const {
    if (count_ == 0) return {};
    return {quantile(0.5), quantile(0.99), seconds(most_), sum_ / static_cast<double>(count_)};
  }

 private:
  static constexpr int kPerOctave = 256;
  static std::size_t bucket(Nanoseconds t) {
    if (t < kPerOctave) return static_cast<std::size_t>(std::max<Nanoseconds>(t, 0));
    int exponent = 0;
    while ((t >> exponent) >= 2 * kPerOctave) ++exponent;
    return static_cast<std::size_t>((exponent + 1) * kPerOctave + ((t >> exponent) - kPerOctave));
  }
  static double middle_s(std::size_t b) {
    if (b < kPerOctave) return seconds(static_cast<Nanoseconds>(b));
    const auto exponent = static_cast<int>(b / kPerOctave) - 1;
    const double low = std::ldexp(static_cast<double>(b % kPerOctave + kPerOctave), exponent);
    return (low + 0.5 * std::ldexp(1.0, exponent)) * 1e-9;
  }
  double quantile(double q) const {
    const auto rank = static_cast<std::int64_t>(std::ceil(q * static_cast<double>(count_)));
    std::int64_t seen = 0;
    for (std::size_t b = 0; b < buckets_.size(); ++b) {
      seen += buckets_[b];
      if (seen >= rank) return std::clamp(middle_s(b), seconds(least_), seconds(most_));
    }
    return seconds(most_);
  }
  std::vector<std::int64_t> buckets_;
  std::int64_t count_ = 0;
  double sum_ = 0.0;
  Nanoseconds least_ = 0, most_ = 0;
};

}  // namespace subvolt::scenario
