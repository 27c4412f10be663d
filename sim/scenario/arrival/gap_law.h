// How long nothing happens: laws of the times between arrivals, or between the end of work and the next of it.
#pragma once

#include <memory>
#include <vector>

namespace subvolt::scenario {

// Times in seconds. Costs of idle times are pieces of straight lines (policy/idle_policy.h), so these two moments are
// all that an expectation over them needs.
class GapLaw {
 public:
  virtual ~GapLaw() = default;
  virtual double longer_than(double t) const = 0;  // P(G > t)
  virtual double excess(double t) const = 0;       // E max(0, G - t)
  double mean() const { return excess(0.0); }
};
using Gaps = std::shared_ptr<const GapLaw>;

Gaps fixed_gaps(double gap);
Gaps exponential_gaps(double mean);
// P(G > t) = (minimum / t)^shape, t >= minimum; shape > 1, or the mean is infinite (V. Pareto, "Cours d'economie
// politique", 1897).
Gaps pareto_gaps(double minimum, double shape);
// P(G > t) = exp(-(t / scale)^shape) (W. Weibull, J. Appl. Mech. 18, 1951).
Gaps weibull_gaps(double scale, double shape);
Gaps sampled_gaps(std::vector<double> gaps);
// What is left of gaps that are longer than `less`, of those alone.
Gaps shortened(Gaps gaps, double less);

// Upper incomplete gamma function over gamma function, Q(a, x) (W. Press et al., "Numerical recipes", 3rd ed., 6.2).
double upper_gamma(double a, double x);

}  // namespace subvolt::scenario
