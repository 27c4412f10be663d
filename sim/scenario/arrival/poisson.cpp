// Independent of one another, at a rate that may follow the time of day.
#include "sim/scenario/arrival/arrivals.h"
#include "sim/scenario/arrival/poisson_clock.h"
#include "sim/scenario/value/varying.h"

namespace subvolt::scenario {
namespace {

class Poisson : public Arrivals {
 public:
  Varying<Frequency> per_time;
  static const config::Schema<Poisson>& schema();
  Profile rate(const Begin& begin) const override { return per_time.profile(begin); }
  Gaps gaps(double rate) const override { return exponential_gaps(1.0 / rate); }
  bool memoryless() const override { return true; }
  std::unique_ptr<ArrivalStream> stream(const Begin& begin, Random random) const override;
};

class Stream : public ArrivalStream {
 public:
  Stream(Profile rate, Nanoseconds length, Random random) : clock_(std::move(rate), random), length_(length) {}
  bool next(Arrival& arrival) override {
    arrival.time = clock_.next();
    arrival.length = length_;
    return arrival.time != kNever;
  }

 private:
  PoissonClock clock_;
  Nanoseconds length_;
};

const config::Schema<Poisson>& Poisson::schema() {
  static const auto s =
      with_common_keys(config::Schema<Poisson>("poisson", "Arrivals that are independent of one another.")
                           .required("rate", &Poisson::per_time, "How many in which time on average, such as 30 /h."));
  return s;
}

std::unique_ptr<ArrivalStream> Poisson::stream(const Begin& begin, Random random) const {
  return std::make_unique<Stream>(rate(begin), nanoseconds(length), random);
}

const bool poisson_registered = Arrivals::makers().add<Poisson>();

}  // namespace
}  // namespace subvolt::scenario
