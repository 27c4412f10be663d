// Independent gaps of a law with a heavy tail: the longer nothing has come, the longer nothing will.
#include <cmath>

#include "sim/scenario/arrival/arrivals.h"

namespace subvolt::scenario {

enum class TailLaw { kPareto, kWeibull };

}  // namespace subvolt::scenario

namespace subvolt::config {
template <>
struct EnumNames<scenario::TailLaw> {
  static const std::vector<std::pair<scenario::TailLaw, std::string>>& names() {
    static const std::vector<std::pair<scenario::TailLaw, std::string>> all{{scenario::TailLaw::kPareto, "pareto"},
                                                                            {scenario::TailLaw::kWeibull, "weibull"}};
    return all;
  }
};
}  // namespace subvolt::config

namespace subvolt::scenario {
namespace {

class HeavyTail : public Arrivals {
 public:
  TailLaw law = TailLaw::kPareto;
  double shape = 0.0;
  Time mean_gap;
  static const config::Schema<HeavyTail>& schema();
  Profile rate(const Begin&) const override { return Profile(1.0 / mean_gap.si()); }
  Gaps gaps(double) const override {
    return law == TailLaw::kPareto ? pareto_gaps(scale(), shape) : weibull_gaps(scale(), shape);
  }
  std::unique_ptr<ArrivalStream> stream(const Begin& begin, Random random) const override;
  // The law's minimum or scale, s, from its mean: m (a - 1) / a, m / gamma(1 + 1 / a).
  double scale() const {
    return mean_gap.si() * (law == TailLaw::kPareto ? (shape - 1.0) / shape : 1.0 / std::tgamma(1.0 + 1.0 / shape));
  }
  double drawn_gap(Random& random) const {
    const double u = random.uniform();
    return scale() * (law == TailLaw::kPareto ? std::pow(u, -1.0 / shape) : std::pow(-std::log(u), 1.0 / shape));
  }
};

class Stream : public ArrivalStream {
 public:
  Stream(const HeavyTail& source, Random random) : source_(source), random_(random) {}
  bool next(Arrival& arrival) override {
    at_ += source_.drawn_gap(random_);
    if (at_ > kLongest.si()) return false;
    arrival.time = nanoseconds(Time::from_si(at_));
    arrival.length = nanoseconds(source_.length);
    return true;
  }

 private:
  const HeavyTail& source_;
  Random random_;
  double at_ = 0.0;
};

const config::Schema<HeavyTail>& HeavyTail::schema() {
  static const auto s = with_common_keys(
      config::Schema<HeavyTail>("heavy_tail", "Arrivals with gaps of a heavy tail.")
          .optional("law", &HeavyTail::law, "Of the gaps.")
          .required("shape", &HeavyTail::shape,
                    "Of the law; the smaller, the heavier its tail. Of pareto above 1, or there is no mean.",
                    config::between(0.05, 100.0))
          .required("mean_gap", &HeavyTail::mean_gap, "From one arrival to the next on average.",
                    config::between(Time::from_si(1e-6), kLongest))
          .check([](const HeavyTail& h, const config::Node& node, config::Diagnostics& d) {
            if (h.law != TailLaw::kPareto || h.shape > 1.0) return;
            d.error(*node.find("shape"), "gaps of pareto have no mean with a shape of 1 or less, got " +
                                             shortest(h.shape) + ": raise it, or choose `law: weibull`");
          }));
  return s;
}

std::unique_ptr<ArrivalStream> HeavyTail::stream(const Begin&, Random random) const {
  return std::make_unique<Stream>(*this, random);
}

const bool heavy_tail_registered = Arrivals::makers().add<HeavyTail>();

}  // namespace
}  // namespace subvolt::scenario
