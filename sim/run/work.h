// Whether a run did the work that was planned: the multiplications of the network, and the bytes that the mapping and
// the program say. Counts that are made apart from each other: by the operators of the network, by the mapper's search,
// by the blocks of the program, by arrays and memories while they are simulated.
#pragma once

#include <string>
#include <vector>

#include "sim/mapping/program/moved_bytes.h"
#include "sim/run/simulation.h"

namespace subvolt::run {

struct Work {
  std::int64_t macs_of_network = 0, macs = 0;  // of what runs at all; simulated
  std::vector<std::string> memories;
  std::vector<mapping::MovedBytes> planned, moved;  // by memory: the program's, simulated
  std::vector<std::string> faults;                  // sentences that begin with the layer; empty: all is as planned
};

// Of a run of one job, in which each layer of the program runs once. Of several there is nothing to hold it against:
// macs_of_network and macs are 0, the rest is empty.
Work work_of(const DesignPoint& point, const Simulated& simulated);

// A sentence for each layer whose multiplications, of all its jobs, are not those of the network; empty: none.
std::vector<std::string> lost_macs(const network::Network& network, const power::ActivityRecord& record);

}  // namespace subvolt::run
