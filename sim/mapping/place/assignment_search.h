// The least cost of a placement in several memories, by trying all of them in an order that prices for room give:
// branch and bound. For some twenty data it comes to an end; for more it is one more way to a good placement.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/mapping/place/effort.h"
#include "sim/mapping/place/placement_prices.h"

namespace subvolt::mapping {

struct AssignmentSearch {
  const std::vector<PlacementPrices::Datum>& data;
  int moments = 0;
  const std::vector<std::int64_t>& capacities;  // by store; below 0: without limit
  const PlacementPrices& prices;
  // Told of each placement (store by datum) that costs less than `known_cost` and all before it; says whether it can
  // be.
  std::function<bool(const std::vector<std::size_t>& stores, double cost)> found;

  // Returns whether it came to an end: then nothing that costs less than what was found (or known) fits.
  bool run(double known_cost, Effort& effort) const;
};

}  // namespace subvolt::mapping
