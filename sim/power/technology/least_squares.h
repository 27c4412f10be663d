// Nonlinear least squares over few parameters within walls: Levenberg and Marquardt's method (Eigen's port of
// MINPACK). Internal.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace subvolt::power {

struct Unknown {
  std::string name;
  double start = 0.0, lowest = 0.0, highest = 1.0;
  // What is known of it before: a normal distribution, added as one more residual. 0: nothing.
  double expected = 0.0, expected_deviation = 0.0;
};

struct Solution {
  std::vector<double> values;
  std::vector<bool> at_wall;  // within a thousandth of its range
  // Standard deviation that is left, over the expected one: near 1 where the data tell nothing of it; 0 without one.
  std::vector<double> left_open;
  double cost = 0.0;  // half the sum of squares
};

// Residuals are in units of their standard deviation, as many at every point; at least one unknown, and with
// expectations at least as many residuals as unknowns. From each unknown's start, and from both thirds of the range of
// the first: the best is taken.
Solution least_squares(const std::vector<Unknown>& unknowns,
                       const std::function<std::vector<double>(const std::vector<double>&)>& residuals);

}  // namespace subvolt::power
