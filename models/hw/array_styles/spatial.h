// Spatial array: loops of the convolution itself are unrolled over rows, columns and lanes of multipliers. Operands are
// multicast to all elements that need the same one, products of what is unrolled of C, R and S are added in trees, and
// the array is rewired from layer to layer among the unrollings that its configuration lists, each a style of its own.
//
// Keys of soc.npu.array: rows, columns, lanes (per element), unrollings (unrolling.h). Name of a style: "spatial_" and
// the unrolled loops, "spatial_c16_k16".
//
// In time run what is left of the loops, n = ceil(size / factor) iterations of each, from the outside to the inside
//   keep: weights   G, K, C, R, S, then OY, OX
//   keep: outputs   G, K, OY, OX, then C, R, S
// one iteration a cycle. Operands are latched in the elements, pass a tree of L = ceil(log2(uC uR uS)) levels, a
// register each, and reach the accumulators; that is L + 1 cycles more behind the last iteration.
//   keep: weights   Each weight is loaded once, into one of two registers: a row of the array per cycle, R cycles for a
//                   set (one for each iteration of the outer loops), while pixels stream past the set before. Sums are
//                   read from and written to the output buffer by each set, zero for the first.
//                     cycles = R + (sets - 1) max(P, R) + P + L + 1,   P = nOY nOX
//   keep: outputs   Weights and inputs come every cycle; sums stay in accumulators until their reduction is over and
//                   leave for the output buffer while the next ones begin.
//                     cycles = nG nK nOY nOX nC nR nS + L + 2
//
// Steps are the iterations; the first element is in all of them. All other cycles fill and drain.
//
// Traffic: of each iteration the operands that differ, however many elements take them. Inputs of neighbouring outputs
// overlap: o outputs and k kernel lines side by side need o k - (o - d/g)+ (k - s/g)+ lines, g = gcd(stride s, dilation
// d). Where outputs are kept and the next iteration only moves on by one kernel column, elements hand their inputs to
// their neighbours, if d is a multiple of s, and d / s columns are new.
// Registers, one byte per operand and four per sum: a weight in each element that uses it (keep: outputs: again every
// cycle), the input and its sum, in the tree or at its foot, per MAC.
//
// As published arrays do it: C|K with trees as in DianNao (Chen et al., ASPLOS 2014) and NVDLA, OX|OY with shifted
// inputs as in ShiDianNao (Du et al., ISCA 2015), G|OX for depthwise layers as in Vela's and ZigZag's models of such
// engines; that all are one array is MAERI's idea (Kwon et al., ASPLOS 2018), whose switches are not modelled in
// cycles.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/hw/array_styles/unrolling.h"
#include "sim/mapping/tile/array_style.h"

namespace subvolt::hw {

struct SpatialGeometry {
  std::int64_t rows = 16, columns = 16, lanes = 1;
  std::vector<Unrolling> unrollings;
  static const config::Schema<SpatialGeometry>& schema();
};

class Spatial : public mapping::ArrayStyle {
 public:
  Spatial(const SpatialGeometry& geometry, std::size_t unrolling);

  std::string name() const override { return "spatial_" + unrolling_.name(); }
  std::vector<mapping::ArrayEvent> events() const override;
  std::vector<mapping::ArrayPart> parts() const override;
  std::int64_t most_macs_per_cycle() const override { return rows_ * columns_ * lanes_; }
  // That of all unrollings, so that the search looks at tiles once for all of them.
  mapping::Granularity granularity() const override { return grain_; }
  std::string obstacle(const mapping::Tile& tile) const override { return mapping::obstacle_of_int8(tile); }
  mapping::TileActivity timing(const mapping::Tile& tile) const override;
  std::unique_ptr<mapping::ArrayReference> reference(const mapping::Tile& tile,
                                                     mapping::TileOperands operands) const override;

 private:
  std::int64_t rows_, columns_, lanes_;
  Unrolling unrolling_;
  LoopSizes factors_;
  mapping::Granularity grain_;
};

}  // namespace subvolt::hw
