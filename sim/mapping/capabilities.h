// What the mapper knows of the hardware, and the interfaces through which hardware takes part.
//
// Component models implement these beside being SystemC modules; sim/soc finds them by interface, never by
// class, so an NPU or host of another make joins without a change here.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "sim/mapping/path.h"
#include "sim/mapping/processor/kernel_cost.h"
#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

struct NpuCapabilities {
  std::string instance;                                   // "npu", for errors
  std::vector<std::shared_ptr<const ArrayStyle>> styles;  // dataflows it can run; plans point to them
  VectorGeometry vector;
  std::vector<VectorOperator> vector_operators;
  Bytes input_buffer;  // capacities
  Bytes weight_buffer;
  Bytes output_buffer;         // holds int32 partial sums and int8 results
  BufferRates rates;           // of the three
  Bytes burst;                 // largest DMA burst
  Cycles issue{4};             // from one command to the next
  int outstanding = 8;         // of the DMA, in both directions
  bool keeps_weights = false;  // whether its weight buffer keeps its contents while it is idle

  // Of the array in any dataflow.
  std::int64_t most_macs_per_cycle() const {
    std::int64_t most = 0;
    for (const auto& style : styles) most = std::max(most, style->most_macs_per_cycle());
    return most;
  }
  // Output channels at once that fill any of the dataflows.
  std::int64_t channel_grain() const {
    std::int64_t grain = 1;
    for (const auto& style : styles) grain = std::max(grain, style->granularity().channels);
    return grain;
  }
};

struct HostCapabilities {
  std::string instance;
  KernelCosts operators;  // that it can run
};

// A memory that can hold tensors.
struct MemoryRegion {
  std::string instance;  // "sram"
  Address base = 0;
  Bytes size;
  // Relative costs of one byte as the mapper weighs them (docs/models.md, Mapping). These steer the search only;
  // reported energy never comes from them. They belong to the structure, so that the same structure gives the same
  // program under every technology.
  double read_cost_per_byte = 1.0;
  double write_cost_per_byte = 1.0;
  Path path;  // from the accelerator that plans
  bool off_chip = false;
  bool writable = true;  // false: holds what is there before the run, weights, and never activations
  // Ways to more room, for errors: the key of its size ("soc.sram.size"; empty: its device decides) and how large it
  // can be before another address range begins, and shipped SoCs with a memory of at least so many bytes.
  std::string size_key;
  std::int64_t most_bytes = std::numeric_limits<std::int64_t>::max();
  std::function<std::vector<std::string>(std::int64_t bytes)> larger_socs;
};

// Where the host starts layers on an accelerator.
struct Doorbell {
  std::string instance;  // "npu"
  Address address = 0;   // on the host's bus
};

// Runs the whole program: starts each layer on its accelerator or computes it, and stops the simulation at the end.
class Host {
 public:
  virtual ~Host() = default;
  virtual HostCapabilities host_capabilities() const = 0;
  // `doorbells` by LayerProgram::accelerator.
  virtual void load_program(const Program* program, std::vector<Doorbell> doorbells) = 0;
};

class Memory : public Carrier {
 public:
  virtual Bytes capacity() const = 0;
  virtual double cost_per_byte() const = 0;
  // Where the directions differ, such as in embedded MRAM.
  virtual double read_cost_per_byte() const { return cost_per_byte(); }
  virtual double write_cost_per_byte() const { return cost_per_byte(); }
  // Whether a program may write it: false for flash, which is programmed before the run.
  virtual bool writable() const { return true; }
  virtual bool off_chip() const = 0;
  // Whether it keeps its contents without supply.
  virtual bool non_volatile() const { return false; }
  // Before a simulation: the program keeps data in [begin, end) from the start or puts some there. A memory may switch
  // off what holds nothing.
  virtual void hold_data(Bytes, Bytes) {}
};

}  // namespace subvolt::mapping
