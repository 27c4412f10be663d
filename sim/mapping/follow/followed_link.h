// A link of an accelerator to memory (models/hw/bursts/link.h) as a plan follows it: transfers one behind the other,
// each burst held for as long as its bytes take on the link, so many unanswered at most. burst_ways.h tells when each
// is answered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/mapping/follow/burst_ways.h"

namespace subvolt::mapping {

struct LinkMachine {
  std::int64_t width = 8;  // bytes that it takes in a cycle of its clock,
  double cycle = 1.0;      // in cycles of the accelerator
  std::int64_t burst = 256;
  int outstanding = 8;
};

class FollowedLink {
 public:
  // `ways` are shared by all links of the accelerator, and outlive this.
  FollowedLink(BurstWays& ways, const LinkMachine& machine) : ways_(ways), machine_(machine) {}

  void start(const Block& block, bool write);
  bool idle() const { return transfers_.empty(); }
  // When it next sends or is done with a transfer, no earlier than `now`; kNever: not before another start().
  static constexpr double kNever = 1e300;
  double next(double now) const;
  // What happens at that time. How many transfers are done with it.
  int step(double now);

 private:
  struct Transfer {
    BurstCutter bursts;
    bool write = false;
    double done = 0.0;  // its last burst so far is answered, and no longer holds the link
  };
  double next_send(double now) const;

  BurstWays& ways_;
  LinkMachine machine_;
  std::deque<Transfer> transfers_;
  std::size_t sending_ = 0;         // of transfers_, the first with bursts left
  std::vector<double> unanswered_;  // when each will be answered, in order
  double free_ = 0.0;
};

}  // namespace subvolt::mapping
