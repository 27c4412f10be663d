// A cluster of cores with vector instructions as an accelerator: a DSP, or the cores of a microcontroller of the PULP
// family. It stands between an engine that refuses an operator and a scalar host: what the engine does not take, it
// does.
//
// Parameters: see VectorDspConfig. Ports: "dma" (initiator), "control" (target), "irq" (interrupt out).
//
// Machine. `cores` cores, each with one instruction a cycle, or a load beside a product (`dual`); an instruction forms
// as
//   many products as its type table `types` says and adds them to a sum; a load brings `word` bytes from the L1, which
//   all cores share and which grants every access in the cycle it is asked for. A DMA moves tiles between memory and L1
//   beside them. Types: int8 for all of at most 8 bits, int16, int32, fp16, bf16, fp32 where the table has them.
// Layers (mapping::VectorDspPlanner).
//   tiles    convolutions in one and two dimensions, grouped and depthwise ones, fully connected layers: blocks of
//            `pixels` x `kernels` outputs in a core's registers (mapping/vector_dsp/vector_dsp_tile.h has the closed
//            form)
//   kernels  all other operators: what the library of its `processor` takes per operation, result, row and run, shared
//            by the cores; operands stream through the L1 (mapping/vector_dsp/dsp_kernel.h)
// Timing, in cycles of its clock: of a tile its closed form, which a clock-by-clock twin of the cores holds
//   (tests/unit/vector_dsp_tile_test.cpp); of a kernel's piece start + its cost over the cores, rounded up. A command
//   is issued every `sequencer.issue` cycles. Defaults are those of eight RI5CY cores: pixels x kernels and the
//   gathering of windows from PULP-NN (A. Garofalo et al., Phil. Trans. R. Soc. A 378, 2020, arXiv:1908.11263);
//   `result` fitted to its 15.5 MACs of int8 a cycle on 8 cores for 3x3 windows of 32 channels, 64 kernels, 16x16
//   outputs; `block` and `start` are estimates (vector_dsp_config.cpp).
//
// Children: l1, dma, cores, sequencer. All are on one clock.
// Control and facts: those of any accelerator with a sequencer (npu/sequenced_accelerator.h); `vector` is never busy.
//   Events of the cores: vector_dsp_cores() (vector_dsp_config.h). Cycles in which no product is formed are lost, by
//   cause.
//
// Not modelled: conflicts for the L1's banks, caches of instructions, cores that differ, a kernel's own order of its
//   operands (each piece of inputs is read once), weights of fewer than 8 bits in instructions of their own.
// Errors: those of the DMA.
#pragma once

#include <memory>
#include <string>

#include "models/hw/npu/sequenced_accelerator.h"
#include "models/hw/vector_dsp/dsp_cores.h"
#include "models/hw/vector_dsp/vector_dsp_config.h"

namespace subvolt::hw {

class VectorDsp : public SequencedAccelerator {
 public:
  // Throws Error(kConfiguration) when its children are not all on its own clock.
  VectorDsp(sc_core::sc_module_name name, const VectorDspConfig& config, kernel::Environment& environment);

  kernel::Port* initiator_side(const std::string& port) override;
  std::shared_ptr<const mapping::Accelerator> accelerator() const override;

 private:
  VectorDspConfig config_;
  mapping::KernelCosts kernels_;
  SramBuffer l1_;
  Dma dma_;
  DspCores cores_;
  Sequencer sequencer_;
};

}  // namespace subvolt::hw
