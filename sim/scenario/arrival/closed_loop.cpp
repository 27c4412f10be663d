// Clients each of which waits until what it asked for is done, thinks, and asks again.
#include "sim/scenario/arrival/arrivals.h"
#include "sim/scenario/arrival/length_law.h"

namespace subvolt::scenario {
namespace {

class ClosedLoop : public Arrivals {
 public:
  Time think;
  LengthLaw law = LengthLaw::kFixed;
  std::int64_t clients = 1;
  static const config::Schema<ClosedLoop>& schema();
  // Without what the work takes; closed forms add that.
  Profile rate(const Begin&) const override { return Profile(static_cast<double>(clients) / think.si()); }
  Gaps gaps(double rate) const override {
    return law == LengthLaw::kFixed ? fixed_gaps(1.0 / rate) : exponential_gaps(1.0 / rate);
  }
  bool regular() const override { return law == LengthLaw::kFixed && clients == 1; }
  std::optional<double> think_time() const override { return think.si() / static_cast<double>(clients); }
  std::unique_ptr<ArrivalStream> stream(const Begin& begin, Random random) const override;
};

class Stream : public ArrivalStream {
 public:
  Stream(const ClosedLoop& source, Random random) : source_(source), random_(random) {}
  bool next(Arrival& arrival) override {
    if (started_ == source_.clients) return false;
    ++started_;
    return completed(0, arrival);
  }
  bool completed(Nanoseconds now, Arrival& arrival) override {
    arrival = {};
    arrival.time = now + nanoseconds(Time::from_si(drawn(source_.law, source_.think.si(), random_)));
    arrival.length = nanoseconds(source_.length);
    return true;
  }

 private:
  const ClosedLoop& source_;
  Random random_;
  std::int64_t started_ = 0;
};

const config::Schema<ClosedLoop>& ClosedLoop::schema() {
  static const auto s = with_common_keys(
      config::Schema<ClosedLoop>("closed_loop", "Each arrival comes some time after the last one's work is done.")
          .required("think", &ClosedLoop::think, "From that to the next arrival.",
                    config::between(Time::from_si(1e-6), kLongest))
          .optional("law", &ClosedLoop::law, "Of the times to think.")
          .optional("clients", &ClosedLoop::clients, "That do so side by side.",
                    config::between(std::int64_t{1}, std::int64_t{10'000})));
  return s;
}

std::unique_ptr<ArrivalStream> ClosedLoop::stream(const Begin&, Random random) const {
  return std::make_unique<Stream>(*this, random);
}

const bool closed_loop_registered = Arrivals::makers().add<ClosedLoop>();

}  // namespace
}  // namespace subvolt::scenario
