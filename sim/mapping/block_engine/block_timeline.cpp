#include "sim/mapping/block_engine/block_timeline.h"

#include <algorithm>

#include "sim/mapping/block_engine/block_program.h"
#include "sim/mapping/follow/followed_link.h"

namespace subvolt::mapping {
namespace {

class Following {
 public:
  Following(const std::vector<Command>& commands, const BlockEngineCapabilities& engine,
            const std::vector<MemoryRegion>& memories)
      : layer_(commands),
        ways_(memories),
        reads_(ways_, {engine.machine.port, 1.0, engine.burst.value(), engine.outstanding}),
        writes_(reads_),
        weights_(ways_, {engine.machine.port, 1.0, engine.weight_burst.value(), engine.outstanding}) {}

  std::int64_t run() {
    while (true) {
      advance();
      if (layer_.done()) return edge_from(now_);
      double next = FollowedLink::kNever;
      for (const FollowedLink* link : {&reads_, &writes_, &weights_}) next = std::min(next, link->next(now_));
      for (const Stage& stage : {multiplying_, scaling_}) {
        if (stage.busy) next = std::min(next, stage.end);
      }
      now_ = next;
      layer_.inputs_there += static_cast<std::size_t>(reads_.step(now_));
      layer_.pieces_there += static_cast<std::size_t>(weights_.step(now_));
      for (int stored = writes_.step(now_); stored > 0; --stored) layer_.end_store();
    }
  }

 private:
  struct Stage {
    bool busy = false;
    double end = 0.0;
  };

  // All that can begin now, and the stages that have ended.
  void advance() {
    if (scaling_.busy && scaling_.end <= now_) {
      scaling_.busy = false;
      const std::size_t stores = layer_.steps[layer_.scaled].stores;
      for (; layer_.stores_asked < stores; ++layer_.stores_asked) {
        writes_.start(*layer_.stores[layer_.stores_asked], true);
      }
      ++layer_.scaled;
    }
    if (multiplying_.busy && multiplying_.end <= now_) {
      multiplying_.busy = false;
      layer_.end_multiply();
    }
    while (layer_.asks_for_piece(0)) weights_.start(layer_.pieces[layer_.pieces_asked++].load->from, false);
    ask_for_inputs();
    scale();
    multiply();
    scale();  // what passed the multipliers at once
  }

  void ask_for_inputs() {
    for (const std::size_t inputs = layer_.inputs_wanted(); layer_.inputs_asked < inputs; ++layer_.inputs_asked) {
      reads_.start(*layer_.inputs[layer_.inputs_asked], false);
    }
  }

  void multiply() {
    if (multiplying_.busy || !layer_.may_multiply()) return;
    const BlockStep& times = *layer_.steps[layer_.multiplied].times;
    if (times.multiply == 0) {  // the output stage does it all
      layer_.end_multiply();
      return ask_for_inputs();
    }
    multiplying_ = {true, edge() + static_cast<double>(std::max(times.multiply, times.interval))};
  }

  void scale() {
    if (scaling_.busy || !layer_.may_scale()) return;
    const BlockStep& times = *layer_.steps[layer_.scaled].times;
    scaling_ = {true, edge() + static_cast<double>(std::max(times.output, times.interval))};
  }

  double edge() const { return static_cast<double>(edge_from(now_)); }

  BlockProgram layer_;
  BurstWays ways_;
  FollowedLink reads_, writes_, weights_;
  Stage multiplying_, scaling_;
  double now_ = 0.0;
};

}  // namespace

std::int64_t block_timeline(const std::vector<Command>& commands, const BlockEngineCapabilities& engine,
                            const std::vector<MemoryRegion>& memories) {
  return Following(commands, engine, memories).run();
}

}  // namespace subvolt::mapping
