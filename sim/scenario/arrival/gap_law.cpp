#include "sim/scenario/arrival/gap_law.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace subvolt::scenario {
namespace {

class Fixed : public GapLaw {
 public:
  explicit Fixed(double gap) : gap_(gap) {}
  double longer_than(double t) const override { return gap_ > t ? 1.0 : 0.0; }
  double excess(double t) const override { return std::max(0.0, gap_ - t); }

 private:
  double gap_;
};

class Exponential : public GapLaw {
 public:
  explicit Exponential(double mean) : mean_(mean) {}
  double longer_than(double t) const override { return std::exp(-t / mean_); }
  double excess(double t) const override { return mean_ * std::exp(-t / mean_); }

 private:
  double mean_;
};

class Pareto : public GapLaw {
 public:
  Pareto(double minimum, double shape) : minimum_(minimum), shape_(shape) {}
  double longer_than(double t) const override { return t < minimum_ ? 1.0 : std::pow(minimum_ / t, shape_); }
  double excess(double t) const override {
    const double from = std::max(t, minimum_);
    return from - t + from * std::pow(minimum_ / from, shape_) / (shape_ - 1.0);
  }

 private:
  double minimum_, shape_;
};

class Weibull : public GapLaw {
 public:
  Weibull(double scale, double shape) : scale_(scale), shape_(shape) {}
  double longer_than(double t) const override { return std::exp(-std::pow(t / scale_, shape_)); }
  // The integral of the former from t on: scale / shape times the upper incomplete gamma function.
  double excess(double t) const override {
    const double a = 1.0 / shape_;
    return scale_ * a * std::tgamma(a) * upper_gamma(a, std::pow(t / scale_, shape_));
  }

 private:
  double scale_, shape_;
};

class Sampled : public GapLaw {
 public:
  explicit Sampled(std::vector<double> gaps) : gaps_(std::move(gaps)) {
    std::sort(gaps_.begin(), gaps_.end());
    behind_.assign(gaps_.size() + 1, 0.0);
    for (std::size_t i = gaps_.size(); i-- > 0;) behind_[i] = behind_[i + 1] + gaps_[i];
  }
  double longer_than(double t) const override { return static_cast<double>(gaps_.size() - first(t)) / count(); }
  double excess(double t) const override {
    const std::size_t i = first(t);
    return (behind_[i] - t * static_cast<double>(gaps_.size() - i)) / count();
  }

 private:
  double count() const { return static_cast<double>(gaps_.size()); }
  std::size_t first(double t) const {
    return static_cast<std::size_t>(std::upper_bound(gaps_.begin(), gaps_.end(), t) - gaps_.begin());
  }
  std::vector<double> gaps_, behind_;  // sorted; sum of those from i on
};

class Shortened : public GapLaw {
 public:
  Shortened(Gaps gaps, double less) : gaps_(std::move(gaps)), less_(less), all_(gaps_->longer_than(less)) {}
  double longer_than(double t) const override { return all_ > 0.0 ? gaps_->longer_than(t + less_) / all_ : 0.0; }
  double excess(double t) const override { return all_ > 0.0 ? gaps_->excess(t + less_) / all_ : 0.0; }

 private:
  Gaps gaps_;
  double less_, all_;
};

}  // namespace

Gaps fixed_gaps(double gap) { return std::make_shared<Fixed>(gap); }
Gaps exponential_gaps(double mean) { return std::make_shared<Exponential>(mean); }
Gaps pareto_gaps(double minimum, double shape) { return std::make_shared<Pareto>(minimum, shape); }
Gaps weibull_gaps(double scale, double shape) { return std::make_shared<Weibull>(scale, shape); }
Gaps sampled_gaps(std::vector<double> gaps) { return std::make_shared<Sampled>(std::move(gaps)); }
Gaps shortened(Gaps gaps, double less) {
  return less <= 0.0 ? std::move(gaps) : std::make_shared<Shortened>(std::move(gaps), less);
}

double upper_gamma(double a, double x) {
  if (x <= 0.0) return 1.0;
  const double front = std::exp(-x + a * std::log(x) - std::lgamma(a));
  if (x < a + 1.0) {  // its series
    double term = 1.0 / a, sum = term;
    for (int n = 1; n < 1000 && term > sum * 1e-17; ++n) sum += term *= x / (a + n);
    return 1.0 - front * sum;
  }
  double b = x + 1.0 - a, c = 1e300, d = 1.0 / b, h = d;  // Lentz's continued fraction
  for (int n = 1; n < 1000; ++n) {
    const double an = -n * (n - a);
    b += 2.0;
    d = 1.0 / (an * d + b);
    c = b + an / c;
    h *= d * c;
    if (std::fabs(d * c - 1.0) < 1e-16) break;
  }
  return front * h;
}

}  // namespace subvolt::scenario
