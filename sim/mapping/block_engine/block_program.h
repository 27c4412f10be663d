// A layer's program as a block engine works it off: its blocks in order, what each waits for, and how far all that is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/mapping/block_engine/block_engine_planner.h"
#include "sim/mapping/program/command.h"
#include "sim/power/record/activity_record.h"

namespace subvolt::mapping {

struct BlockProgram {
  // Inputs, sums, results and pieces of weights are there twice.
  static constexpr std::size_t kTwice = 2;
  // Weights that come at a time.
  struct Piece {
    const Load* load = nullptr;
    std::size_t steps = 0;  // blocks up to the last one that needs it
  };
  struct Step {
    const Compute* compute = nullptr;
    const BlockStep* times = nullptr;
    std::size_t pieces = 0, inputs = 0;  // that must be there
    std::size_t stores = 0;              // up to its own last one
  };

  BlockProgram() = default;
  // `commands` outlive it.
  explicit BlockProgram(const std::vector<Command>& commands, int for_task = power::kNobody);

  int task = power::kNobody;
  std::vector<Piece> pieces;
  std::vector<const Block*> inputs, stores;
  std::vector<Step> steps;

  // How many are begun, and done.
  std::size_t pieces_asked = 0, pieces_there = 0, pieces_free = 0;
  std::size_t inputs_asked = 0, inputs_there = 0;
  std::size_t multiplied = 0, scaled = 0, stored = 0;  // blocks that are done with that
  std::size_t stores_asked = 0, stores_there = 0;
  bool done() const { return stored == steps.size() && inputs_there == inputs.size(); }
  std::size_t pieces_held() const { return pieces_asked - pieces_free; }

  // What may begin now. `held_by_others`: pieces of the layer before that are still there.
  bool asks_for_piece(std::size_t held_by_others) const {
    return pieces_asked < pieces.size() && pieces_held() + held_by_others < kTwice;
  }
  std::size_t inputs_wanted() const {
    const std::size_t until = std::min(steps.size(), multiplied + kTwice);
    return until == 0 ? 0 : steps[until - 1].inputs;
  }
  bool may_multiply() const {
    return multiplied < steps.size() && inputs_there >= steps[multiplied].inputs &&
           pieces_there >= steps[multiplied].pieces && multiplied - scaled < kTwice;
  }
  bool may_scale() const { return scaled < multiplied && scaled - stored < kTwice; }
  // What has ended.
  void end_multiply() {
    ++multiplied;
    while (pieces_free < pieces_asked && pieces[pieces_free].steps <= multiplied) ++pieces_free;
  }
  void end_store() {
    ++stores_there;
    while (stored < scaled && steps[stored].stores <= stores_there) ++stored;
  }
};

}  // namespace subvolt::mapping
