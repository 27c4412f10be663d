#include "sim/scenario/policy/speed_policy.h"

#include <limits>

namespace subvolt::scenario {

config::Makers<SpeedPolicy>& SpeedPolicy::makers() {
  static config::Makers<SpeedPolicy> all("speed policy", "", "name");
  return all;
}

const config::Schema<SpeedPoint>& SpeedPoint::schema() {
  static const auto s = config::Schema<SpeedPoint>("speed_point", "An operating point of a device.")
                            .required("frequency", &SpeedPoint::frequency, "Cycles in a time.",
                                      config::between(Frequency::from_si(1e-3), Frequency::from_si(1e11)))
                            .required("per_cycle", &SpeedPoint::per_cycle, "Energy of a cycle.")
                            .optional("power", &SpeedPoint::power, "Drawn beside that while it works, as leakage.");
  return s;
}

const config::Schema<CubicLaw>& CubicLaw::schema() {
  static const auto s = config::Schema<CubicLaw>("cubic_law", "Power that goes with the cube of speed.")
                            .required("frequency", &CubicLaw::frequency, "At which",
                                      config::between(Frequency::from_si(1e-3), Frequency::from_si(1e11)))
                            .required("power", &CubicLaw::power, "it draws that.",
                                      config::between(Power::from_si(1e-12), Power::from_si(1e4)));
  return s;
}

double energy_of(const SpeedPlan& plan, const Speeds& speeds, double available) {
  double energy = 0.0, time = 0.0;
  for (const SpeedPiece& piece : plan) {
    energy += piece.watts * piece.seconds;
    time += piece.seconds;
  }
  return energy + speeds.rest_W * (available - time);
}

double race_pays_above_W(const Speeds& speeds, double cycles, double available) {
  Speeds bare = speeds;
  bare.awake_W = 0.0;
  std::size_t slow = 0;
  while (slow < bare.points.size() && cycles / bare.points[slow].hertz > available * (1.0 + 1e-12)) ++slow;
  if (slow + 1 >= bare.points.size()) return std::numeric_limits<double>::quiet_NaN();
  const auto at = [&](const Speeds::Point& p) {
    const double t = cycles / p.hertz;
    return SpeedPlan{{p.hertz, t, p.hertz * p.joules_per_cycle + p.watts}};
  };
  const Speeds::Point &a = bare.points[slow], &b = bare.points.back();
  const double more = energy_of(at(b), bare, available) - energy_of(at(a), bare, available);
  return more / (cycles / a.hertz - cycles / b.hertz);
}

}  // namespace subvolt::scenario

namespace subvolt::config {

bool FieldType<scenario::SpeedChoice>::read(const Node& node, scenario::SpeedChoice& value, Diagnostics& d) {
  if (!node.is_scalar()) return FieldType<Made<scenario::SpeedPolicy>>::read(node, value.policy, d);
  Node map = Node::map(node.location(), node.steps());
  map.set_layer(node.layer());
  map.entries().push_back({"name", node.location(), node});
  return FieldType<Made<scenario::SpeedPolicy>>::read(map, value.policy, d);
}
TypeDoc FieldType<scenario::SpeedChoice>::doc() {
  const TypeDoc name{TypeDoc::Form::kText, {}, {}, {}, nullptr};
  return {TypeDoc::Form::kEither, {}, {}, {name, FieldType<Made<scenario::SpeedPolicy>>::doc()}, nullptr};
}

}  // namespace subvolt::config
