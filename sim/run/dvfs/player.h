// A design's work at many operating points: simulated once for all that share clocks, priced at any of them.
//
// Cycles depend on the ratios of clocks and on how many of them an access to a memory takes, on voltages only through
// these. Points that are alike in both share a simulation. Where all clocks of two points differ by one factor, cycles
// are the same only if nothing counts in seconds: memories off the chip, timers, ways up from a power state. So a run
// whose clocks all scale alike is simulated at the fastest and at the slowest of them; where counts agree, those in
// between are priced from the one record with its time stretched.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/power/ledger/repricing.h"
#include "sim/run/design_point.h"

namespace subvolt::run {

// What is simulated: the design's own jobs once, or one inference again and again.
struct Pattern {
  std::int64_t period_ps = 0;  // from one arrival to the next; 0: the design's jobs
  friend bool operator==(Pattern a, Pattern b) { return a.period_ps == b.period_ps; }
  friend bool operator<(Pattern a, Pattern b) { return a.period_ps < b.period_ps; }
};

// What came of work at one operating point. Of a pattern with a period: what a period costs that follows another, the difference of
// two such periods and one. So it finds the SoC as the pause before has left it, and pays its way up.
struct Outcome {
  Time latency;     // of the run, or from the arrival of the inference in that period to its end
  bool met = true;  // every inference ends before the next arrives
  power::EnergyParts energy;
};

struct LayerCost {
  Time time;
  Energy energy;  // losses included
};

class Player {
 public:
  // The design as it was read. Its jobs are all of one operating point here, whatever points its layers have.
  explicit Player(const DesignPoint& point);
  ~Player();

  // Throws Error(kConfiguration) where the design does not work at the point.
  Outcome at(const power::OperatingPoint& point, Pattern pattern);
  // Simulates what at() needs of all these points, equal ratios as said above.
  void prepare(const std::vector<power::OperatingPoint>& points, Pattern pattern);
  // Each layer at a point of its own: `layers` has indices into `points`, by layer of the design's network. Simulated
  // every time.
  Outcome layers_at(const std::vector<power::OperatingPoint>& points, const std::vector<std::int32_t>& layers,
                 Pattern pattern);
  // Of the run at that point, by layer of its network.
  std::vector<LayerCost> layer_costs(const power::OperatingPoint& point);

  // Conditions that following prices are for; cycles are those of the design's own.
  power::OperatingPoint resolve(const std::string& text) const;
  void set_conditions(power::Corner corner, Temperature temperature);

  const DesignPoint& design() const { return point_; }
  const std::vector<power::ComponentDeclaration>& components() const;  // of any record that there is
  std::int64_t simulations() const { return simulations_; }
  std::int64_t pricings() const { return pricings_; }
  bool has_scenario() const;  // or several inferences: then a period of one inference is not the design's work

 private:
  struct Played;
  using Key = std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>>;  // hertz; cycles of accesses
  Key key_of(const power::OperatingPoint& point) const;
  const Played& played(const power::OperatingPoint& point, Pattern pattern, int jobs);
  power::ActivityRecord simulated(const std::vector<power::OperatingPoint>& points,
                                  const std::vector<std::int32_t>& layers, Pattern pattern, int jobs);

  DesignPoint point_;
  power::PowerIntent intent_;  // of prices: under other conditions than that of simulations
  std::map<std::pair<std::pair<Pattern, int>, Key>, std::unique_ptr<Played>> known_;
  std::int64_t simulations_ = 0, pricings_ = 0;
};

}  // namespace subvolt::run
