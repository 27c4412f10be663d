// Prices for room in memories, and with them a bound below which no placement can cost.
//
// Lagrangian relaxation: each byte of a memory has a price at each moment. Every datum takes the place that is
// cheapest for it, prices of all its moments included, as if there were room for all; what the memories would earn
// by their capacity comes off. Whatever the prices, that sum is at most the cost of any placement that fits
// (M. L. Fisher, The Lagrangian Relaxation Method for Solving Integer Programming Problems, Management Science 27,
// 1981). Prices rise where too much is asked for and fall where room is left, with Polyak's steps (B. T. Polyak,
// Minimization of unsmooth functionals, 1969) towards the cost of a known placement; the best prices are kept.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/place/effort.h"
#include "sim/mapping/place/moments.h"

namespace subvolt::mapping {

class PlacementPrices {
 public:
  struct Datum {
    std::int64_t bytes = 0;
    Span life;                  // in moments that matter
    std::vector<double> costs;  // by store; infinite: it may not be there
  };

  // `capacities` by store, in bytes; below 0: without limit.
  PlacementPrices(std::vector<Datum> data, int moments, std::vector<std::int64_t> capacities);

  // Goes on until `rounds` are done, the bound is within a millionth of `known_cost`, or it moves no more.
  void improve(double known_cost, int rounds, Effort& effort);

  double bound() const { return bound_; }
  // Of a datum in a store at the best prices: its cost and the price of its room.
  double priced(std::size_t datum, std::size_t store) const;
  // Price of a byte of a store at a moment.
  double price(std::size_t store, int moment) const { return best_[at(store, moment)]; }

 private:
  std::size_t at(std::size_t store, int moment) const {
    return store * static_cast<std::size_t>(moments_) + static_cast<std::size_t>(moment);
  }
  void sum_up(const std::vector<double>& prices);
  double evaluate();

  std::vector<Datum> data_;
  int moments_;
  std::vector<std::int64_t> capacities_;
  std::vector<double> prices_, best_;  // by store and moment
  std::vector<double> sums_;           // of prices before a moment, by store and moment, one more per store
  std::vector<std::int64_t> demand_;   // bytes, by store and moment, in excess of the capacity
  double bound_;
};

}  // namespace subvolt::mapping
