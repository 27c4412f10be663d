// Bursts that arrive independently of one another, each with arrivals of its own while it lasts. Mean rate: that of
// bursts, times their mean length, times the rate inside. Bursts may overlap.
#include <functional>
#include <queue>

#include "sim/scenario/arrival/arrivals.h"
#include "sim/scenario/arrival/length_law.h"
#include "sim/scenario/arrival/poisson_clock.h"
#include "sim/scenario/value/varying.h"

namespace subvolt::scenario {
namespace {

class Bursts : public Arrivals {
 public:
  Varying<Frequency> burst_rate;
  Time burst_length;
  LengthLaw law = LengthLaw::kExponential;
  Frequency inside;
  static const config::Schema<Bursts>& schema();
  Profile rate(const Begin& begin) const override;
  // As if arrivals were independent: longer gaps between bursts and shorter ones inside are not told apart.
  Gaps gaps(double rate) const override { return exponential_gaps(1.0 / rate); }
  std::unique_ptr<ArrivalStream> stream(const Begin& begin, Random random) const override;
};

class Stream : public ArrivalStream {
 public:
  Stream(const Bursts& source, Profile burst_rate, Random random)
      : source_(source), bursts_(std::move(burst_rate), random), next_burst_(bursts_.next()) {}
  bool next(Arrival& arrival) override {
    while (next_burst_ != kNever && (due_.empty() || next_burst_ <= due_.top().time)) {
      const Nanoseconds begin = next_burst_;
      const double lasts = drawn(source_.law, source_.burst_length.si(), bursts_.random());
      push(begin, begin + nanoseconds(Time::from_si(lasts)));
      next_burst_ = bursts_.next();
    }
    if (due_.empty()) return false;
    const Due now = due_.top();
    due_.pop();
    push(now.time, now.end);
    arrival.time = now.time;
    arrival.length = nanoseconds(source_.length);
    return true;
  }

 private:
  struct Due {
    Nanoseconds time, end;
    bool operator>(const Due& o) const { return time != o.time ? time > o.time : end > o.end; }
  };
  // The first arrival of a burst behind `from`.
  void push(Nanoseconds from, Nanoseconds end) {
    const double wait = bursts_.random().exponential(1.0 / source_.inside.si());
    const double left = seconds(end - from);
    if (wait < left) due_.push({from + nanoseconds(Time::from_si(wait)), end});
  }
  const Bursts& source_;
  PoissonClock bursts_;
  Nanoseconds next_burst_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
};

const config::Schema<Bursts>& Bursts::schema() {
  static const auto s = with_common_keys(
      config::Schema<Bursts>("bursts", "Bursts of arrivals.")
          .required("burst_rate", &Bursts::burst_rate, "How many bursts begin in which time on average.")
          .required("burst_length", &Bursts::burst_length, "How long a burst lasts on average.",
                    config::between(Time::from_si(1e-6), Time::from_si(1e7)))
          .optional("law", &Bursts::law, "Of the lengths of bursts.")
          .required("rate", &Bursts::inside, "Of arrivals in a burst.",
                    config::between(Frequency::from_si(1e-9), kHighestRate)));
  return s;
}

Profile Bursts::rate(const Begin& begin) const {
  return burst_rate.profile(begin).scaled(burst_length.si() * inside.si());
}

std::unique_ptr<ArrivalStream> Bursts::stream(const Begin& begin, Random random) const {
  return std::make_unique<Stream>(*this, burst_rate.profile(begin), random);
}

const bool bursts_registered = Arrivals::makers().add<Bursts>();

}  // namespace
}  // namespace subvolt::scenario
