// Which tensors that are always there (weights) are worth most within some bytes: a 0/1 knapsack, filled when it is
// first asked for less than all of them.
//
// Exact over units of 64 B (larger ones for more than 64 MiB of tensors, rounded up) as long as its table is within the
// effort. Beyond that the tensors go by worth per byte, larger ones first, and a small table covers those around the
// place in that order where the room ends, which is where the choice is not plain (the core: D. Pisinger, Core problems
// in knapsack algorithms, Operations Research 47, 1999).
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/mapping/place/effort.h"
#include "sim/mapping/place/lifetime_allocator.h"

namespace subvolt::mapping {

class Knapsack {
 public:
  // `most`: the most bytes that will ever be asked for.
  Knapsack(std::vector<Lifetime> items, std::int64_t most, Effort& effort);

  double worth(std::int64_t bytes);
  std::vector<std::size_t> choose(std::int64_t bytes);  // ascending
  // No choice within these bytes is worth more.
  double bound(std::int64_t bytes);
  bool exact() const { return exact_; }

 private:
  struct Choice {
    double worth = 0.0;
    std::vector<std::size_t> items;
  };
  std::int64_t units(std::int64_t bytes) const;
  void fill();
  const Choice& by_core(std::int64_t bytes);

  std::vector<Lifetime> items_;
  std::int64_t total_ = 0;
  std::int64_t most_ = 0;
  std::int64_t unit_;
  Effort& effort_;
  bool exact_ = true;
  double all_ = 0.0;                      // worth of all
  std::vector<double> best_;              // by units of room
  std::vector<std::vector<bool>> taken_;  // by item and units of room
  std::vector<std::size_t> by_density_;
  std::map<std::int64_t, Choice> known_;  // by bytes
};

}  // namespace subvolt::mapping
