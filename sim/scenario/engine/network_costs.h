// What networks cost on a scenario's design. Days see no SystemC: whoever simulates in cycles fills this seam
// (sim/run/days/design_costs.h).
//
// Of a design that rests between inferences, a span with inferences n = 1, 2, ... costs
//
//   E = begin + rest x time + sum of energy(n)
//
// exactly, wherever it rests long enough before each of them. An inference finds the weights of its network where they
// are used, if the one before was of the same network and the design keeps them, or loads them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/config/node.h"
#include "sim/units/quantity.h"

namespace subvolt::scenario {

// A share of an energy or of a power, by power domain and cause, as a run's accounts have them.
struct EnergyShare {
  std::string domain, cause;
  Energy energy;
};
struct PowerShare {
  std::string domain, cause;
  Power power;
};

struct NetworkCost {
  Time time;      // from its release to its end
  Energy energy;  // above rest; with what the design takes until it rests again
  std::vector<EnergyShare> shares;
};

struct NetworkRun {
  std::string network;
  NetworkCost kept;    // the inference before was of the same network
  NetworkCost loaded;  // it was not
  Power peak;          // over the design's trace window
};

// A mode of the whole chip in which it may rest instead, as its vendor measured it.
struct RestMode {
  std::string name;
  Power power;
  Time wake_up;
  Power wake_up_power;
  bool forgets = false;  // weights, which must be loaded again
};

struct DesignCosts {
  std::string operating_point;
  Power rest;  // between inferences, as its power intent's policies leave it
  std::vector<PowerShare> rest_shares;
  Energy begin;        // of coming to rest from where a simulation in cycles begins, all on and nothing loaded
  Time settled_after;  // an inference: a gap so long is enough
  std::vector<NetworkRun> networks;  // in the order of asking
  std::vector<RestMode> modes;
  std::int64_t simulations = 0;
};

// A name in a document, and where it stands.
struct Named {
  std::string name;
  config::SourceLocation location;
};

class NetworkCosts {
 public:
  virtual ~NetworkCosts() = default;
  // Networks that are placed together. Throws Error(kConfiguration), located.
  virtual DesignCosts costs(const Named& design, const std::string& operating_point,
                            const std::vector<Named>& networks) = 0;
};

}  // namespace subvolt::scenario
