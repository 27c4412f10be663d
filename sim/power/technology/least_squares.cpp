#include "sim/power/technology/least_squares.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <unsupported/Eigen/NonLinearOptimization>
#include <unsupported/Eigen/NumericalDiff>

namespace subvolt::power {
namespace {

using Residuals = std::function<std::vector<double>(const std::vector<double>&)>;

constexpr double kTolerance = 1e-13;  // of the cost and of the unknowns, relative
constexpr int kMostEvaluations = 2000;
constexpr double kWall = 1e-3;  // of the range

// The walls are kept by a sine (F. James, MINUIT): between them the sought t is free.
double inside(const Unknown& u, double t) { return u.lowest + (u.highest - u.lowest) * 0.5 * (1.0 + std::sin(t)); }
double outside(const Unknown& u, double x) {
  const double part = (x - u.lowest) / (u.highest - u.lowest);
  return std::asin(std::clamp(2.0 * part - 1.0, -0.999, 0.999));
}

struct Problem {
  using Scalar = double;
  using InputType = Eigen::VectorXd;
  using ValueType = Eigen::VectorXd;
  using JacobianType = Eigen::MatrixXd;
  enum { InputsAtCompileTime = Eigen::Dynamic, ValuesAtCompileTime = Eigen::Dynamic };

  const std::vector<Unknown>& unknowns;
  const Residuals& residuals;
  int count = 0;

  int inputs() const { return static_cast<int>(unknowns.size()); }
  int values() const { return count; }
  std::vector<double> at(const InputType& t) const {
    std::vector<double> x(unknowns.size());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = inside(unknowns[i], t[static_cast<Eigen::Index>(i)]);
    return x;
  }
  std::vector<double> all_residuals(const std::vector<double>& x) const {
    std::vector<double> all = residuals(x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (unknowns[i].expected_deviation > 0.0) {
        all.push_back((x[i] - unknowns[i].expected) / unknowns[i].expected_deviation);
      }
    }
    return all;
  }
  int operator()(const InputType& t, ValueType& out) const {
    const std::vector<double> all = all_residuals(at(t));
    for (std::size_t i = 0; i < all.size(); ++i) out[static_cast<Eigen::Index>(i)] = all[i];
    return 0;
  }
};

// What the residuals leave open of each unknown: the diagonal of (J'J)^-1.
std::vector<double> deviations(const Problem& problem, const std::vector<double>& x) {
  const auto n = static_cast<Eigen::Index>(x.size());
  Eigen::MatrixXd jacobian(problem.count, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const Unknown& u = problem.unknowns[static_cast<std::size_t>(i)];
    const double step = 1e-5 * (u.highest - u.lowest);
    std::vector<double> low = x, high = x;
    low[static_cast<std::size_t>(i)] = std::max(u.lowest, x[static_cast<std::size_t>(i)] - step);
    high[static_cast<std::size_t>(i)] = std::min(u.highest, x[static_cast<std::size_t>(i)] + step);
    const double width = high[static_cast<std::size_t>(i)] - low[static_cast<std::size_t>(i)];
    const std::vector<double> below = problem.all_residuals(low), above = problem.all_residuals(high);
    for (std::size_t r = 0; r < below.size(); ++r) {
      jacobian(static_cast<Eigen::Index>(r), i) = (above[r] - below[r]) / width;
    }
  }
  const Eigen::MatrixXd covariance =
      (jacobian.transpose() * jacobian).completeOrthogonalDecomposition().pseudoInverse();
  std::vector<double> left;
  for (Eigen::Index i = 0; i < n; ++i) left.push_back(std::sqrt(std::max(0.0, covariance(i, i))));
  return left;
}

}  // namespace

Solution least_squares(const std::vector<Unknown>& unknowns, const Residuals& residuals) {
  Problem problem{unknowns, residuals, 0};
  std::vector<double> start;
  for (const Unknown& u : unknowns) start.push_back(u.start);
  problem.count = static_cast<int>(problem.all_residuals(start).size());
  Solution best;
  bool found = false;
  const double range = unknowns.front().highest - unknowns.front().lowest;
  for (const double first :
       {start.front(), unknowns.front().lowest + range / 3.0, unknowns.front().highest - range / 3.0}) {
    Eigen::VectorXd t(problem.inputs());
    for (std::size_t i = 0; i < unknowns.size(); ++i) {
      t[static_cast<Eigen::Index>(i)] = outside(unknowns[i], i == 0 ? first : start[i]);
    }
    Eigen::NumericalDiff<Problem, Eigen::Central> with_slopes(problem);
    Eigen::LevenbergMarquardt<Eigen::NumericalDiff<Problem, Eigen::Central>> method(with_slopes);
    method.parameters.ftol = method.parameters.xtol = kTolerance;
    method.parameters.maxfev = kMostEvaluations;
    method.minimize(t);
    const std::vector<double> x = problem.at(t);
    double cost = 0.0;
    for (const double r : problem.all_residuals(x)) cost += 0.5 * r * r;
    if (found && !(cost < best.cost)) continue;
    found = true;
    best.values = x;
    best.cost = cost;
  }
  const std::vector<double> left = deviations(problem, best.values);
  for (std::size_t i = 0; i < unknowns.size(); ++i) {
    const Unknown& u = unknowns[i];
    const double near = std::min(best.values[i] - u.lowest, u.highest - best.values[i]);
    best.at_wall.push_back(near < kWall * (u.highest - u.lowest));
    best.left_open.push_back(u.expected_deviation > 0.0 ? left[i] / u.expected_deviation : 0.0);
  }
  return best;
}

}  // namespace subvolt::power
