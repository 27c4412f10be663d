// A tile of a convolution on a cluster of cores in closed form: cycles, and what is multiplied, loaded and stored.
//
// Outputs of a group are cut into blocks of q <= pixels by r <= kernels, of which a core holds the sums in registers.
// With a reduction of R = taps x inputs and V products per instruction a block has S = ceil(R / V) steps; each loads
// n_l = (q + r) w words, w of a vector, and forms n_p = q r products. A block takes
//   block + inner + q r result       inner = S (n_l + n_p), one instruction a cycle,
//                                            n_l + (S - 1) max(n_l, n_p) + n_p, a load beside a product.
// Windows of more than one tap are first copied side by side, `gather` per word: of a dense window rows x
// ceil(columns x inputs) elements, else tap by tap. Then the blocks of all kernels follow for these q pixels.
// Cores share a tile in one of three ways, the fastest one, block by block in turn: by blocks of pixels; by blocks of
// kernels, where each core makes the windows for itself; by groups. The tile takes `start` and what the slowest core
// does. Source of the kernel's shape: PULP-NN (A. Garofalo et al., Phil. Trans. R. Soc. A 378, 2020, arXiv:1908.11263),
// 4 x 2 outputs per core, im2col of two pixels; CMSIS-NN (arXiv:1801.06601) with 2 x 2.
#pragma once

#include <cstdint>

#include "sim/mapping/tile/tile.h"
#include "sim/mapping/vector_dsp/vector_dsp_machine.h"

namespace subvolt::mapping {

enum class DspSplit { kPixels, kKernels, kGroups };

struct VectorDspActivity {
  std::int64_t cycles = 0;       // of the tile
  std::int64_t core_cycles = 0;  // in which cores work, of all together
  std::int64_t macs = 0;
  std::int64_t products = 0;  // instructions
  std::int64_t loads = 0;     // words of operands
  std::int64_t gathered = 0;  // words copied into windows
  std::int64_t results = 0;
  friend bool operator==(const VectorDspActivity& a, const VectorDspActivity& b) {
    return a.cycles == b.cycles && a.core_cycles == b.core_cycles && a.macs == b.macs && a.products == b.products &&
           a.loads == b.loads && a.gathered == b.gathered && a.results == b.results;
  }
};

// Words of one window that are copied; 0: it is read where it lies.
std::int64_t dsp_window_words(const VectorDspMachine& machine, const Tile& tile);
// `extra`: cycles of each result beside those of the machine, such as of an activation. The machine has the type.
VectorDspActivity vector_dsp_activity(const VectorDspMachine& machine, const Tile& tile, DspSplit split,
                                      std::int64_t extra = 0);
VectorDspActivity vector_dsp_activity(const VectorDspMachine& machine, const Tile& tile, std::int64_t extra = 0);

}  // namespace subvolt::mapping
