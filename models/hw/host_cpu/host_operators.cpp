#include "models/hw/host_cpu/host_operators.h"

namespace subvolt::hw {

// Estimates: inner loops of CMSIS-NN's s8 kernels (github.com/ARM-software/CMSIS-NN), counted with the
// instruction timing of the Cortex-M4 Technical Reference Manual (ARM 100166, table 3-1): load 2 cycles, store
// and arithmetic 1, long multiply 1, taken branch 2 to 4, loops unrolled by four. Waiting for the bus comes on
// top, in the simulation.
std::vector<std::pair<std::string, double>> default_host_operators() {
  return {
      // Load 2, add 1, loop 1; the division per output element is spread over its taps.
      {"average_pool", 4.0},
      // Load 2, compare 1, conditional move 1, loop 1.
      {"max_pool", 5.0},
      // Two loads 4, two offsets and left shifts 4, two requantisations (saturating doubling multiply and
      // rounding shift, 6 each) 12, sum 1, requantisation 6, offset and clamp 4, store 1, loop 2.
      {"add", 34.0},
      // Load 2, table look-up or clamp 2, store 1, loop 1.
      {"activation", 6.0},
      // Maximum 5; the exponential twice, for the sum and for the result, at 15 multiplications with rounding
      // of 6 cycles each: 180; scaling, clamp, store, loop 15.
      {"softmax", 200.0},
  };
}

}  // namespace subvolt::hw
