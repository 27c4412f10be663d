// Hardware that runs layers, as the mapper sees it: each kind plans for itself.
//
// The planner asks the accelerators of a SoC and its host, and knows nothing of how they do it. What is planned is a
// LayerProgram: commands, which the accelerator's own component executes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/mapping/capabilities.h"
#include "sim/mapping/program/layer_plan.h"
#include "sim/network/network.h"

namespace subvolt::config {
class Diagnostics;
}
namespace subvolt::kernel {
class Component;
}

namespace subvolt::mapping {

class Accelerator {
 public:
  virtual ~Accelerator() = default;
  virtual const std::string& instance() const = 0;  // "npu"
  // Of its arrays together, at best.
  virtual std::int64_t most_macs_per_cycle() const = 0;
  // Bursts that it has under way at most (path.h).
  virtual int outstanding() const = 0;
  // Of these the longest, in bytes.
  virtual std::int64_t longest_burst() const = 0;
  // Why it cannot run the layer, in words that begin with what is in the way, such as its name; empty: it can.
  // Asked before anything has a place.
  virtual std::string obstacle(const network::Network& network, std::size_t layer) const = 0;
  // Reports what is said of it and its layers and cannot be, where it is said: a mapping hint for more processors than
  // it has, a layer that the network has not. Asked before anything is planned.
  virtual void check(const network::Network& /*network*/, const std::vector<MemoryRegion>& /*memories*/,
                     config::Diagnostics& /*diagnostics*/) const {}
  // Whether it can run such a layer when rows of this tensor of it, which are as long as its last dimension, lie apart
  // (Placement::Place::pitch).
  virtual bool takes_pitch(const network::Network& /*network*/, std::size_t /*layer*/,
                           network::TensorId /*tensor*/) const {
    return false;
  }
  // Whether copies of a layer of it that moves elements may be saved by placing tensors in each other
  // (joint_storage.h). False where it makes none, or has to make them.
  virtual bool joins(const network::Network& /*network*/, std::size_t /*layer*/) const { return true; }
  // Of a layer without obstacle. Nothing, and why, when it cannot after all: a buffer is too small.
  virtual std::optional<LayerPlan> plan(const network::Network& network, std::size_t layer, const Placement& placement,
                                        const std::vector<MemoryRegion>& memories, Objective objective,
                                        std::string& why_not) const = 0;
  // Where it can work for two layers at a time: which commands of `layer` wait for which of the one before on it, if
  // there is one (Command::after_previous). False: it runs one layer after the other.
  virtual bool chain(const LayerProgram* /*before*/, LayerProgram& /*layer*/) const { return false; }
  // Commands of these layers, all that it runs of a network and in their order, for an inference that follows another
  // one of the same network: without the loads of what has stayed in its buffers. Empty: nothing stays.
  virtual std::vector<std::vector<Command>> steady(const network::Network& /*network*/,
                                                   const std::vector<std::size_t>& /*layers*/,
                                                   const std::vector<const LayerProgram*>& /*programs*/) const {
    return {};
  }
};

// Layers that a host starts on an accelerator before it hears that the first of them is done: one at work and one
// behind.
inline constexpr int kLayersAtATime = 2;

// Implemented by components that are accelerators, beside being SystemC modules. The host starts a layer by writing its
// index to the component's control port, on behalf of the layer's task (kernel::Owner); the component raises its
// interrupt when the layer is done. With Barrier::kAccelerator it takes a second layer while one is at work, and tells
// the recorder when a task's turn begins and ends.
class AcceleratorComponent {
 public:
  virtual ~AcceleratorComponent() = default;
  virtual std::shared_ptr<const Accelerator> accelerator() const = 0;
  // `program` outlives the simulation.
  virtual void load_program(const Program* program) = 0;
  // The buffer in which weights stay from one inference to the next (Accelerator::steady()); null: none do.
  virtual const kernel::Component* keeps_weights_in() const { return nullptr; }
};

}  // namespace subvolt::mapping
