// An accelerator of sub-tiles, of the make of NE16: an engine that computes 3x3 outputs of `kernels` kernels from
// blocks of `inputs` input channels, a bit of the weights at a time; an L1 that holds its operands; a DMA that moves
// tiles between memory and L1 beside it.
//
// Parameters: see SubtileConfig. Ports: "dma" (initiator), "control" (target), "irq" (interrupt out).
//
// Machine. 9 columns, one per output of a sub-tile, of 9 blocks of `inputs` multipliers of 1 x 8 bits: 1,296 products a
//   cycle, 162 MACs of int8. Four modes (mapping::SubtileMode): windows of 3x3 (smaller ones by its filter mask), bit
//   by bit; single pixels, where the blocks of a column take the bits of a weight side by side; a single pixel of many
//   channels (linear); depthwise windows. Strides are 1 and 2 (2 keeps 2x2 of a sub-tile's outputs, and each sub-tile
//   is a job), of single pixels any. Weights of 2 to 8 bits as the network's format says, input and output int8 or
//   uint8.
// Timing of a job, in cycles of the clock: the sum of its phases, which do not overlap (mapping/subtile/subtile_job.h).
//   Sources: phases, latencies of input, offset, multiply, index, scale and bias, and the effect of bits, shifts and
//   strides: pulp-platform/ne16 (RTL, commit 6bd7272) and the model of gvsoc/gvsoc-pulp (pulp/ne16), as tabulated in
//   "GAP9 / NE16" of the reference data. The linear mode's: rtl/ctrl/ne16_ctrl.sv, 16 reads of 16 channels. Start and
//   output latency: fitted to 17 layers on that RTL, which are then equal to the cycle
//   (tests/validation/ne16_layers_test.py). The L1 grants every access and answers in the next cycle.
// Layers (mapping::SubtilePlanner). Larger and dilated windows are gathered by the DMA, window by window, and computed
// as
//   single pixels of taps x channels; a fully connected layer of one pixel is linear. Of a layer, tiles of outputs and
//   kernels are cut so that two of each operand fit into the L1; the DMA loads and stores beside the engine. A command
//   is issued every `sequencer.issue` cycles, which is the time of whoever programs engine and DMA; a job thus takes
//   issue + start beside its phases when it is alone.
//
// Children: l1, dma, engine, sequencer. All are on one clock.
// Control and facts: those of any accelerator with a sequencer (npu/sequenced_accelerator.h); `vector` is never busy.
//   Events of the engine: SubtileEngine. Phases in which nothing is multiplied are lost cycles, each a cause.
//
// Not modelled: 16-bit inputs, results of 32 bits and their streaming in (so all input channels of a tile are in the L1
//   at once), contention for the L1's banks between engine, DMA and cores, the first job's wait for the controller's
//   multipliers (some 35 cycles from the start, which only pointwise jobs of one to three kernels do not cover), scales
//   in memory (they are read from the L1 and take room there, and are not moved), padding of weights in memory (whole
//   blocks of channels in the L1, none in memory).
// Errors: those of the DMA.
#pragma once

#include <memory>
#include <string>

#include "models/hw/npu/sequenced_accelerator.h"
#include "models/hw/subtile/subtile_config.h"
#include "models/hw/subtile/subtile_engine.h"

namespace subvolt::hw {

class Subtile : public SequencedAccelerator {
 public:
  // Throws Error(kConfiguration) when its children are not all on its own clock.
  Subtile(sc_core::sc_module_name name, const SubtileConfig& config, kernel::Environment& environment);

  kernel::Port* initiator_side(const std::string& port) override;
  std::shared_ptr<const mapping::Accelerator> accelerator() const override;

 private:
  SubtileConfig config_;
  SramBuffer l1_;
  Dma dma_;
  SubtileEngine engine_;
  Sequencer sequencer_;
};

}  // namespace subvolt::hw
