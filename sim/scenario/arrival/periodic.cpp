// Equal distances, each arrival late by up to `jitter`, evenly distributed.
#include "sim/scenario/arrival/arrivals.h"

namespace subvolt::scenario {
namespace {

class Periodic : public Arrivals {
 public:
  Time period, phase, jitter;
  static const config::Schema<Periodic>& schema();
  Profile rate(const Begin&) const override { return Profile(1.0 / period.si()); }
  Gaps gaps(double) const override { return fixed_gaps(period.si()); }
  bool regular() const override { return true; }
  std::unique_ptr<ArrivalStream> stream(const Begin&, Random random) const override;
};

class Stream : public ArrivalStream {
 public:
  Stream(const Periodic& source, Random random)
      : period_(nanoseconds(source.period)),
        jitter_(source.jitter.si() * 1e9),
        length_(nanoseconds(source.length)),
        due_(nanoseconds(source.phase)),
        random_(random) {}
  bool next(Arrival& arrival) override {
    arrival.time = due_ + (jitter_ > 0.0 ? static_cast<Nanoseconds>(jitter_ * random_.uniform()) : 0);
    arrival.length = length_;
    due_ += period_;
    return true;
  }

 private:
  Nanoseconds period_;
  double jitter_;
  Nanoseconds length_, due_;
  Random random_;
};

const config::Schema<Periodic>& Periodic::schema() {
  static const auto s =
      with_common_keys(config::Schema<Periodic>("periodic", "Arrivals at equal distances.")
                           .required("period", &Periodic::period, "From one to the next.",
                                     config::between(Time::from_si(1e-6), kLongest))
                           .optional("phase", &Periodic::phase, "Of the first one.", config::between(Time(), kLongest))
                           .optional("jitter", &Periodic::jitter, "Each comes late by up to this, evenly distributed.",
                                     config::between(Time(), Time::from_si(1e6)))
                           .check([](const Periodic& p, const config::Node& node, config::Diagnostics& d) {
                             if (p.jitter <= p.period) return;
                             d.error(*node.find("jitter"),
                                     "expected at most the period, " + brief(p.period) + ", got " + brief(p.jitter));
                           }));
  return s;
}

std::unique_ptr<ArrivalStream> Periodic::stream(const Begin&, Random random) const {
  return std::make_unique<Stream>(*this, random);
}

const bool periodic_registered = Arrivals::makers().add<Periodic>();

}  // namespace
}  // namespace subvolt::scenario
