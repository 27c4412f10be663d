// The way of an accelerator to memory: transfers one after the other, in bursts, over a link of a width
// and a clock of its own.
//
// A burst holds the link for ceil(bytes / width) cycles of the link's clock, in the direction that it has; the next one
// is sent when they are over and fewer than `outstanding` are unanswered. A transfer is done when all its bursts are
// answered and have passed the link. Those of the next one follow without a pause.
//
// Events: byte (price dma.byte). Facts: read_B, write_B, requests.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "sim/kernel/component.h"
#include "sim/kernel/ports.h"
#include "sim/kernel/timeline.h"
#include "sim/mapping/program/burst_cutter.h"
#include "sim/units/picoseconds.h"

namespace subvolt::hw {

std::vector<power::EventDeclaration> link_events();

class Link : public kernel::Component {
 public:
  // `done`: of the oldest transfer, with the time at which its first burst was sent.
  Link(sc_core::sc_module_name name, kernel::Environment& environment, kernel::Traits traits,
       kernel::InitiatorPort& port, Bytes width, Bytes burst, int outstanding,
       std::function<void(Picoseconds begin)> done);

  void start(const mapping::Block& block, tlm::tlm_command command, int task);
  void answered(kernel::Payload& payload);  // throws Error(kInternal) for one that failed
  void state(kernel::StateKey& key) const override { key.at_work_if(!transfers_.empty()); }

 private:
  struct Transfer {
    mapping::BurstCutter bursts;
    tlm::tlm_command command;
    int task;
    Picoseconds begin{-1}, last{};  // until when its last burst so far holds the link
    int unanswered = 0;
    std::uint64_t number = 0;
  };
  void step();

  kernel::InitiatorPort& port_;
  Bytes width_, burst_;
  int outstanding_, unanswered_ = 0;
  std::function<void(Picoseconds)> done_;
  std::deque<Transfer> transfers_;
  std::deque<std::pair<kernel::Payload*, std::uint64_t>> under_way_;
  std::uint64_t next_number_ = 0;
  std::int64_t free_edge_ = 0;
  kernel::PayloadPool pool_;
  kernel::Timer timer_;
};

}  // namespace subvolt::hw
