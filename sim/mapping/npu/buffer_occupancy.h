// What a layer of a tiled NPU still comes to hold of its buffers, by how much of it is done: how early the layer behind
// it may fill them.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

inline constexpr std::size_t kBuffers = 3;
constexpr std::size_t index(Engine engine) { return static_cast<std::size_t>(engine); }

// Of one buffer, by commands of the engine that lets go of what is in it.
class Occupancy {
 public:
  // Of data that come when `from` commands of that engine are done, or any time where 0, and go with the `until`-th.
  void add(std::int64_t bytes, std::int32_t from, std::int32_t until);
  void build();
  // How many of those commands must be done for it never to hold more than this again.
  std::int32_t done_for(std::int64_t bytes) const;

 private:
  std::vector<std::int64_t> held_{0};  // changes; after build() the most that is still to come
};

// Later steps of a reduction add to the sums of the first.
inline bool takes_room(const Compute& compute) { return !compute.tile.accumulate; }
std::int64_t sum_bytes(const Compute& compute);

// Of all three, of a layer on the array: computes let go of inputs and weights, stores of sums. What only passes
// through the vector unit may need more than it loads: nothing is known of it.
class Occupancies {
 public:
  explicit Occupancies(const std::vector<Command>& commands);
  bool array() const { return array_; }
  const Occupancy& of(Buffer buffer) const { return each_[static_cast<std::size_t>(buffer)]; }

 private:
  void fill(const std::vector<Command>& commands);
  std::int32_t compute_at(const std::vector<Command>& commands, std::int32_t c) const;
  std::vector<std::int32_t> last_users(const std::vector<Command>& commands) const;

  bool array_ = false;
  std::vector<std::int32_t> number_;  // of each command: the how-manieth of its engine it is, from 1
  Occupancy each_[kBuffers];
};

}  // namespace subvolt::mapping
