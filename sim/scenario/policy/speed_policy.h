// At which speed a device does work of so many cycles by a deadline: kinds of speed policies (speed: in a scenario).
//
// A device works at operating points, each with an energy per cycle and a power of its own, or at any speed of a cubic
// law P = k s^3. While it works it draws `awake` beside that; when it is done it rests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/makers.h"

namespace subvolt::scenario {

struct SpeedPoint {
  Frequency frequency;
  Energy per_cycle;
  Power power;  // beside that, as leakage
  static const config::Schema<SpeedPoint>& schema();
};

// P = power at frequency, and with the cube of the speed elsewhere.
struct CubicLaw {
  Frequency frequency;
  Power power;
  static const config::Schema<CubicLaw>& schema();
};

// What a device can do. SI units.
struct Speeds {
  struct Point {
    double hertz, joules_per_cycle, watts;
  };
  std::vector<Point> points;  // by frequency, rising
  double cubic = 0.0;         // W s^3; 0: none
  double awake_W = 0.0, rest_W = 0.0;
};

struct SpeedPiece {
  double hertz = 0.0, seconds = 0.0, watts = 0.0;  // all that is drawn, without `rest`
};
// Pieces of work one after the other; empty: it cannot be done in time.
using SpeedPlan = std::vector<SpeedPiece>;
// Until the deadline, rest included.
double energy_of(const SpeedPlan& plan, const Speeds& speeds, double available_s);

class SpeedPolicy {
 public:
  static config::Makers<SpeedPolicy>& makers();  // by `name`
  virtual ~SpeedPolicy() = default;
  // `available_s`: from its begin to its deadline.
  virtual SpeedPlan plan(const Speeds& speeds, double cycles, double available_s) const = 0;
};

struct SpeedChoice {
  config::Made<SpeedPolicy> policy;
};

// The awake power beside which the fastest point needs no more than the slowest one that is in time.
double race_pays_above_W(const Speeds& speeds, double cycles, double available_s);

}  // namespace subvolt::scenario

namespace subvolt::config {
template <>
struct FieldType<scenario::SpeedChoice> {
  static bool read(const Node& node, scenario::SpeedChoice& value, Diagnostics& d);
  static TypeDoc doc();
  static std::string text(const scenario::SpeedChoice& value) { return value.policy.kind; }
};
}  // namespace subvolt::config
