// An accelerator of the kind `row_stationary` plans for itself: a convolution becomes passes of its array, as the
// search (row_stationary_search.h) maps it.
//
// A program has, strip by strip and group of filters by group of filters: the loads of ifmaps that lie in the buffer
// together, for each pass on them the load of its filters and the pass, and after the last of them the stores of
// ofmaps. In memory activations lie in planes, channel by channel; weights lie in the order of their passes. Biases
// are not read: what they cost is not published.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/mapping/accelerator.h"
#include "sim/mapping/follow/followed_link.h"
#include "sim/mapping/row_stationary/row_stationary_machine.h"
#include "sim/mapping/row_stationary/zeros.h"

namespace subvolt::mapping {

// Of layers that are mapped as a chip's configuration says, by name, instead of by a search.
using MappingsByLayer = std::vector<std::pair<std::string, RowStationaryMapping>>;

// A pass in a program: the images are groups of the tile.
Tile pass_tile(const RowStationaryPass& pass);
RowStationaryPass pass_of(const Tile& tile);

class RowStationaryPlanner : public Accelerator {
 public:
  // `zeros`: as declared; `coded`: whether activations that have some are coded. `origin`: of its keys, for errors.
  RowStationaryPlanner(std::string instance, const RowStationaryMachine& machine, const LinkMachine& link,
                       ZerosByLayer zeros, bool coded, MappingsByLayer mappings, config::Node origin = {})
      : instance_(std::move(instance)),
        machine_(machine),
        link_(link),
        zeros_(std::move(zeros)),
        coded_(coded),
        mappings_(std::move(mappings)),
        origin_(std::move(origin)) {}

  const std::string& instance() const override { return instance_; }
  std::int64_t most_macs_per_cycle() const override { return machine_.pes(); }
  int outstanding() const override { return link_.outstanding; }
  std::int64_t longest_burst() const override { return link_.burst; }
  // A SoC's file may tell of the layers of several networks; what is said for a run has to be about its layers.
  void check(const network::Network& network, const std::vector<MemoryRegion>& memories,
             config::Diagnostics& diagnostics) const override;
  std::string obstacle(const network::Network& network, std::size_t layer) const override;
  std::optional<LayerPlan> plan(const network::Network& network, std::size_t layer, const Placement& placement,
                                const std::vector<MemoryRegion>& memories, Objective objective,
                                std::string& why_not) const override;

 private:
  std::string instance_;
  RowStationaryMachine machine_;
  LinkMachine link_;
  ZerosByLayer zeros_;
  bool coded_;
  MappingsByLayer mappings_;
  config::Node origin_;
};

}  // namespace subvolt::mapping
