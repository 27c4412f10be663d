// An accelerator of the kind `near_memory` plans for itself: layers of the network become layers of the machine
// (near_memory_graph.h), each with loads, one computation and a store.
//
// Loads: weights and biases, which stay: a steady form has none; then what the layer reads, straight from the data
// memory, and from any other one by the loader. The store likewise.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/mapping/accelerator.h"
#include "sim/mapping/near_memory/near_memory_graph.h"

namespace subvolt::mapping {

class NearMemoryPlanner : public Accelerator {
 public:
  // `data_words`: 32-bit words of a data memory. `origin`: its keys, for errors. `base`: where the memory
  // begins that its port for data is connected to.
  NearMemoryPlanner(std::string instance, NearMemoryMachine machine, std::int64_t data_words, std::int64_t burst,
                    config::Node origin = {}, std::optional<Address> base = {})
      : instance_(std::move(instance)),
        machine_(std::move(machine)),
        data_words_(data_words),
        burst_(burst),
        origin_(std::move(origin)),
        base_(base) {}

  const std::string& instance() const override { return instance_; }
  std::int64_t most_macs_per_cycle() const override { return machine_.multipliers(); }
  int outstanding() const override { return 1; }
  std::int64_t longest_burst() const override { return burst_; }
  std::string obstacle(const network::Network& network, std::size_t layer) const override;
  void check(const network::Network& network, const std::vector<MemoryRegion>& memories,
             config::Diagnostics& diagnostics) const override;
  // Concatenations of channels are free, and a copy is one that somebody asked for.
  bool joins(const network::Network&, std::size_t) const override { return false; }
  std::optional<LayerPlan> plan(const network::Network& network, std::size_t layer, const Placement& placement,
                                const std::vector<MemoryRegion>& memories, Objective objective,
                                std::string& why_not) const override;
  std::vector<std::vector<Command>> steady(const network::Network& network, const std::vector<std::size_t>& layers,
                                           const std::vector<const LayerProgram*>& programs) const override;

 private:
  NearMemoryGraph graph(const network::Network& network) const {
    return NearMemoryGraph(instance_, machine_, data_words_, network);
  }
  std::string instance_;
  NearMemoryMachine machine_;
  std::int64_t data_words_;
  std::int64_t burst_;
  config::Node origin_;
  std::optional<Address> base_;
};

}  // namespace subvolt::mapping
