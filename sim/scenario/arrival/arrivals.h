// When something arrives from outside: a kind for each law of arrivals (sources: in a scenario).
//
// A source says what its arrivals are on average, for closed forms, and makes a stream of them, for simulation. Both
// are of the same law; simulations test that.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/makers.h"
#include "sim/scenario/arrival/gap_law.h"
#include "sim/scenario/value/calendar.h"
#include "sim/scenario/value/profile.h"
#include "sim/scenario/value/random.h"

namespace subvolt::scenario {

struct Arrival {
  Nanoseconds time = 0;
  Nanoseconds length = 0;  // how long what happens lasts, as a word that is spoken
  bool labelled = false;   // whether `label` tells the truth about it; otherwise it is drawn by prevalence
  std::string label;       // names, with | between them
};

class ArrivalStream {
 public:
  virtual ~ArrivalStream() = default;
  // The next one, not before the last; false: there is none, or none before completed().
  virtual bool next(Arrival& arrival) = 0;
  // What the last one started is done: closed loops go on.
  virtual bool completed(Nanoseconds, Arrival&) { return false; }
};

class Arrivals {
 public:
  static config::Makers<Arrivals>& makers();
  virtual ~Arrivals() = default;

  // Keys of all kinds.
  Time length;
  config::NamedList<double> prevalence;

  // Mean rate, 1/s, over time.
  virtual Profile rate(const Begin& begin) const = 0;
  // Between arrivals while the rate is `rate` > 0.
  virtual Gaps gaps(double rate) const = 0;
  // Whether when the next one comes is independent of what came before (Poisson).
  virtual bool memoryless() const { return false; }
  // Whether arrivals come at equal distances, so that at most one is under way that is shorter.
  virtual bool regular() const { return false; }
  // Whether the next one waits for the end of what the last one started; mean time to it then.
  virtual std::optional<double> think_time() const { return std::nullopt; }
  virtual std::unique_ptr<ArrivalStream> stream(const Begin& begin, Random random) const = 0;
};

// Adds the keys of all kinds.
template <class T>
config::Schema<T> with_common_keys(config::Schema<T> schema) {
  schema
      .optional("length", static_cast<Time T::*>(&T::length), "How long what arrives lasts.",
                config::between(Time(), Time::from_si(1e6)))
      .optional("prevalence", static_cast<config::NamedList<double> T::*>(&T::prevalence),
                "Which share of arrivals has a label, by label, from 0 to 1.")
      .check([](const T& source, const config::Node& node, config::Diagnostics& d) {
        for (const auto& [label, share] : source.prevalence) {
          if (share >= 0.0 && share <= 1.0) continue;
          d.error(*node.find("prevalence")->find(label), "expected a share from 0 to 1, got " + shortest(share));
        }
      });
  return schema;
}

// Between any two rates of arrivals that make sense.
inline constexpr Frequency kLowestRate = Frequency::from_si(0.0);
inline constexpr Frequency kHighestRate = Frequency::from_si(1e6);

}  // namespace subvolt::scenario
