// The two ways to work out a scenario: in closed form, and event by event. Both give an Outcome of one shape.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/scenario/engine/model.h"
#include "sim/scenario/engine/outcome.h"

namespace subvolt::scenario {

// Throws Error(kConfiguration) where work comes faster than it can be done.
Outcome expected(Model& model);

struct SimulationLimits {
  std::int64_t most_events = 300'000'000;  // some two minutes
  std::int64_t most_waiting = 10'000;
};
// The same seed gives the same outcome, on any machine. Throws Error(kConfiguration) where a queue or the number of
// events runs away.
Outcome simulate(Model& model, std::uint64_t seed, const SimulationLimits& limits = {});

}  // namespace subvolt::scenario
