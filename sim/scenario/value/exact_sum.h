// Sums of many small numbers without the rounding of a running total (A. Neumaier, "Rundungsfehleranalyse einiger
// Verfahren zur Summation endlicher Summen", ZAMM 54, 1974).
#pragma once

#include <cmath>

namespace subvolt::scenario {

class ExactSum {
 public:
  ExactSum& operator+=(double x) {
    const double t = sum_ + x;
    lost_ += std::fabs(sum_) >= std::fabs(x) ? (sum_ - t) + x : (x - t) + sum_;
    sum_ = t;
    return *this;
  }
  ExactSum& operator-=(double x) { return *this += -x; }
  double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0.0, lost_ = 0.0;
};

}  // namespace subvolt::scenario
