// Which layers of a network become one layer of the machine: a convolution with the pooling and the element-wise
// operation before it, or one or both of these alone.
//
// Taken in are the pools and additions that nobody else reads, in one of the orders that the machine knows: of an
// addition's operands each pooled alike, or of the sum. One that a mapping hint is about is a layer of its own.
// A concatenation of channels among layers of the machine is none: they write and read where its parts lie.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/diagnostics.h"
#include "sim/mapping/near_memory/near_memory_machine.h"
#include "sim/network/network.h"

namespace subvolt::mapping {

struct NearMemoryWork {
  NearMemoryLayer layer;
  std::vector<std::size_t> taken_in;    // layers of the network beside its own
  std::vector<network::TensorId> read;  // concatenations as their parts
  std::string how;                      // for people
};

class NearMemoryGraph {
 public:
  NearMemoryGraph(const std::string& instance, const NearMemoryMachine& machine, std::int64_t data_words,
                  const network::Network& network)
      : instance_(instance), machine_(machine), data_words_(data_words), network_(network) {}

  // Why the machine cannot run it; empty: it can, by itself or within another.
  std::string obstacle(std::size_t layer) const;
  // The layer with which it runs; itself, another, or, of a concatenation, none.
  std::optional<std::size_t> root_of(std::size_t layer) const;
  NearMemoryWork work_of(std::size_t root) const;
  // Reports mapping hints that the machine cannot follow, each where it is said.
  void check_hints(config::Diagnostics& diagnostics) const;

 private:
  std::string own_obstacle(std::size_t layer) const;  // whatever else there is
  std::string window_obstacle(const network::Layer& layer) const;
  std::string multiply_obstacle(const network::Layer& layer) const;
  std::string move_obstacle(std::size_t layer) const;
  std::string room_obstacle(const NearMemoryWork& work) const;
  std::string weights_obstacle(std::size_t layer) const;
  bool takes_in(std::size_t root, std::size_t layer) const;
  // Through views.
  std::optional<std::size_t> producer(network::TensorId tensor) const;
  // Layers that read what a layer makes, once for each time, and whether it leaves the network.
  struct Readers {
    std::vector<std::size_t> layers;
    bool outside = false;
  };
  Readers readers(std::size_t layer) const;
  std::optional<std::size_t> only_reader(std::size_t layer) const;
  std::optional<std::size_t> free_for(network::TensorId tensor, bool (*is)(const network::Layer&)) const;
  network::TensorId behind_views(network::TensorId tensor) const;
  void take_in(std::size_t root, NearMemoryWork& work, std::vector<network::TensorId>& operands) const;
  void lay_out(std::size_t root, network::TensorId input, NearMemoryLayer& layer) const;
  void parts_of(network::TensorId tensor, std::vector<network::TensorId>& parts) const;

  const std::string& instance_;
  const NearMemoryMachine& machine_;
  std::int64_t data_words_;
  const network::Network& network_;
};

}  // namespace subvolt::mapping
