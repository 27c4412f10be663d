// A layer's program as a block engine works it off: its blocks in order, what each waits for, and how far all that is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/kernel/activity_recorder.h"
#include "sim/mapping/block_engine/block_engine_planner.h"
#include "sim/mapping/program/command.h"

namespace subvolt::hw {

struct BlockProgram {
  // Weights that come at a time.
  struct Piece {
    const mapping::Load* load = nullptr;
    std::size_t steps = 0;  // blocks up to the last one that needs it
  };
  struct Step {
    const mapping::Compute* compute = nullptr;
    const mapping::BlockStep* times = nullptr;
    std::size_t pieces = 0, inputs = 0;  // that must be there
    std::size_t stores = 0;              // up to its own last one
  };

  BlockProgram() = default;
  BlockProgram(const mapping::LayerProgram& program, int for_task);

  int task = power::kNobody;
  std::vector<Piece> pieces;
  std::vector<const mapping::Block*> inputs, stores;
  std::vector<Step> steps;

  // How many are begun, and done.
  std::size_t pieces_asked = 0, pieces_there = 0, pieces_free = 0;
  std::size_t inputs_asked = 0, inputs_there = 0;
  std::size_t multiplied = 0, scaled = 0, stored = 0;  // blocks that are done with that
  std::size_t stores_asked = 0, stores_there = 0;
  bool done() const { return stored == steps.size() && inputs_there == inputs.size(); }
  std::size_t pieces_held() const { return pieces_asked - pieces_free; }
};

}  // namespace subvolt::hw
