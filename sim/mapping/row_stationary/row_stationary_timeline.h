// How long a row-stationary array takes for a layer's commands, as the component goes through them: ifmaps and ofmaps
// move while the array stands, filters while it works. Transfers go burst by burst (follow/followed_link.h).
//
// What it does not know is what BurstWays does not, and the layer before.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/follow/followed_link.h"
#include "sim/mapping/program/command.h"
#include "sim/mapping/row_stationary/row_stationary_pass.h"

namespace subvolt::mapping {

class RowStationaryTimeline {
 public:
  RowStationaryTimeline(const RowStationaryMachine& machine, const LinkMachine& link,
                        const std::vector<MemoryRegion>& memories)
      : timer_(machine), ways_(memories), link_(ways_, link) {}

  void run(const std::vector<Command>& commands);
  std::int64_t end() const { return edge_from(now_); }
  std::int64_t array_cycles() const { return array_; }

 private:
  void move(const Block& block, bool write);
  void wait_for(std::int64_t transfers);
  void wait_until(double at);
  void pass(const RowStationaryPass& pass, const std::vector<Command>& commands);
  void ask_for_filters(const std::vector<Command>& commands);

  PassTimer timer_;
  BurstWays ways_;
  FollowedLink link_;
  double now_ = 0.0, tail_end_ = 0.0;                  // until when results of the last pass are on their way
  std::int64_t started_ = 0, done_ = 0, filters_ = 0;  // transfers; the one of the next filters
  std::int64_t array_ = 0;
  std::size_t next_filters_ = 0;  // command
};

}  // namespace subvolt::mapping
