// Layers that were rung for and are not done, of an accelerator that runs one after the other.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "sim/kernel/ports.h"
#include "sim/mapping/program/command.h"

namespace subvolt::hw {

class LayerQueue {
 public:
  struct Rung {
    std::int32_t layer;
    int task;
  };
  // Of a write to the doorbell: what it is answered. GENERIC_ERROR where the program has no such layer for `instance`,
  // or kLayersAtATime are not done; OK: the layer is the last in the queue.
  tlm::tlm_response_status ring(const kernel::Payload& payload, const mapping::Program* program,
                                const std::string& instance);
  bool waiting() const { return !waiting_.empty(); }
  bool working() const { return working_; }
  // The one behind that at work, if there is one; valid until the next call of another function.
  const Rung* next() const { return working_ && !waiting_.empty() ? &waiting_.front() : nullptr; }
  bool idle() const { return !working_ && waiting_.empty(); }
  // The first that waits is at work until end(). There must be one.
  Rung begin();
  void end() { working_ = false; }

 private:
  std::deque<Rung> waiting_;
  bool working_ = false;
};

}  // namespace subvolt::hw
