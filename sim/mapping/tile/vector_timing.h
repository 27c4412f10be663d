// What the NPU's vector unit does behind the MAC array, and how long it takes.
//
// The unit is a row of lanes. Each lane is a pipeline of D = `pipeline_depth` stages (read, table or multiply,
// accumulate, rescale and clamp) that accepts one operation, a *slot*, per cycle; a dependent slot may follow
// in the next cycle, because a lane accumulates in one stage and forwards within it. A lane works on one output
// at a time, and the L lanes of the unit go through their slots in step, so a *pass* over n outputs with s
// slots each takes
//   pass(n, s) = ceil(n / L) s + D - 1 cycles,     0 for n = 0:
// in a last, partial round the lanes without an output idle. The output buffer's port is as wide as the lanes.
//
// Per output (t = taps); bytes are those of the output buffer, int32 partial sums 4, operands and results of int8 1:
//
//   operator         slots = lane operations                                bytes read   bytes written
//   requantize       1      bias, multiply, round, clamp in one slot        4            1
//   average_pool     t + 1  an addition per tap, then the rescale           t            1
//   max_pool         t      a comparison per tap (the first with the        t            1
//                           minimum)
//   arg_max          t      a comparison per tap, the place kept beside     t            4, int32
//                           the largest or smallest so far
//   add              n + 1  rescale and add each of n = max(2, t) operands, n            1
//                           rescale the sum
//   subtract         3      as add of two                                   2            1
//   multiply         3      take one, multiply by the other, rescale        2            1
//   minimum, maximum n      a comparison per operand; they have one scale   n            1
//   activation       1      table look-up, clamp, rescale, or scale and     1            1
//                           offset of the channel
//   permute          1      through the lanes' operand crossbar             1            1
//   resize_bilinear  5      four neighbours by their weights, the rescale   4            1
//   softmax          3      maximum; exponential and its sum; exponential   3            1
//                           times the reciprocal of the sum
//   layer_norm       4      sum; sum of squares; subtract the mean and      2            1
//                           multiply; scale and offset of the channel
//   l2_norm          2      sum of squares; multiply                        2            1
//   lstm_cell        16     four gates, each a rescale and a table; the     18           3
//                           three products of the cell, each a product and
//                           a rescale; the new cell; its table
//   peephole_cell    22     the same and three products with the cell       18           3
//   gru_cell         14     two gates; the candidate's two sums, one of     17           1
//                           them times a gate, and its table; two products
//                           and the new state
//   any, `lookup`    + 1    a table behind it: sigmoid, swish, ... fused    + 0          + 0
//
// Cells read int32 sums of each gate, an int16 cell or an int8 state, and write those; one output is a unit, what lies
// between stays in its lane.
//
// All operators but softmax and the norms are one pass: cycles = pass(outputs, slots). Softmax treats its outputs as
// `vectors` vectors of equal length, one after the other, and takes three passes of one slot for each; each needs the
// scalar that the pass before found, so the pipeline runs empty in between. After the first and the second pass a tree
// over the lanes combines their partial maxima and sums, ceil(log2 L) levels of a cycle each, whatever part of the
// lanes is in use; a combination of two partial results is one lane operation. One slot, alone in the pipeline, looks
// the reciprocal up. For a vector of n:
//   cycles          = 3 pass(n, 1) + 2 ceil(log2 L) + D
//   lane operations = 3 n + 2 (min(n, L) - 1) + 1
// The third pass computes the exponentials again rather than keep them as int32: the buffer holds int8 only.
//
// Layer normalisation takes two passes of two slots. Two trees, one after the other, combine sums and squares; three
// slots, each alone, make mean, variance and its reciprocal square root of them. L2 normalisation: two passes of one
// slot, one tree, one slot for the reciprocal square root.
//   layer_norm      cycles = 2 pass(n, 2) + 2 ceil(log2 L) + 3 D,   lane operations = 4 n + 2 (min(n, L) - 1) + 3
//   l2_norm         cycles = 2 pass(n, 1) +   ceil(log2 L) +   D,   lane operations = 2 n +   (min(n, L) - 1) + 1
//
// A permutation moves elements within the channels of a pixel. Estimate: the crossbar between a row of the buffer and
// the lanes takes them from anywhere in it, as vector units' shuffle instructions do (Arm Neon and Helium table look-up
// and deinterleaving loads: one result per lane and cycle).
//
// Biases, multipliers and tables stay in the lanes' registers while the pixels of a tile run past; the loads of
// these registers are not counted (they are 1 / pixels of the traffic that is).
//
// Source of the slot counts: the fixed-point arithmetic of int8 inference (B. Jacob et al., "Quantization and
// Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", CVPR 2018: rescale = one 32-bit
// multiply with rounding shift, section 2.2 and appendix A.2 for the addition), on lanes with one multiplier, one adder
// and one 8-bit port to the operands each.  Depth and lanes are design parameters.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/field_type.h"
#include "sim/mapping/tile/format.h"
#include "sim/units/counts.h"

namespace subvolt::mapping {

enum class VectorOperator {
  kRequantize,   // bias, rescale, activation: int32 partial sums -> int8
  kAveragePool,  // one addition per tap, one rescale per output
  kMaxPool,      // one comparison per tap
  kArgMax,       // likewise, and where it was: int32
  kAdd,          // a rescale per operand and additions
  kActivation,   // table look-up, clamp or rescale
  kSoftmax,      // maximum, exponentials and sum, division: three passes
  kSubtract,
  kMultiply,
  kMinimum,
  kMaximum,
  kPermute,         // other places within a pixel
  kResizeBilinear,  // four taps with weights
  kLayerNorm,       // mean and variance, then scale and offset: two passes
  kL2Norm,          // sum of squares, then multiply: two passes
  kLstmCell,
  kPeepholeCell,  // an lstm's, whose gates see the cell
  kGruCell,
};
// Whether it needs all elements of a vector before it has its first result.
bool works_on_vectors(VectorOperator op);
std::string to_text(VectorOperator op);  // "requantize", ...

struct VectorWork {
  VectorOperator op = VectorOperator::kRequantize;
  std::int64_t outputs = 0;  // elements produced, >= 0
  std::int64_t taps =
      1;  // >= 1; pools, arg_max: window elements per output; add, minimum, maximum: operands, at least 2
  std::int64_t vectors = 1;  // >= 1; softmax and norms: the outputs are so many vectors of equal length
  bool lookup = false;       // a table look-up behind the operator; not for those that work on vectors
  Format element = kInt8;    // of operands and results
};

struct VectorActivity {
  Cycles cycles;
  std::int64_t lane_operations = 0;  // never above cycles x lanes
  std::int64_t bytes_read = 0;       // output buffer (partial sums, operands)
  std::int64_t bytes_written = 0;    // output buffer (results)
  friend bool operator==(const VectorActivity& a, const VectorActivity& b) {
    return a.cycles == b.cycles && a.lane_operations == b.lane_operations && a.bytes_read == b.bytes_read &&
           a.bytes_written == b.bytes_written;
  }
};

struct VectorGeometry {
  std::int64_t lanes = 16;          // >= 1
  std::int64_t pipeline_depth = 4;  // cycles from first operand in to first result out, >= 1
};

// Closed form of the lane pipeline: one slot per lane and cycle.
VectorActivity vector_timing(const VectorGeometry& geometry, const VectorWork& work);
// Clock by clock, for tests and --fidelity cycle.
VectorActivity vector_reference(const VectorGeometry& geometry, const VectorWork& work);

}  // namespace subvolt::mapping

namespace subvolt::config {
template <>
struct EnumNames<mapping::VectorOperator> {
  static const std::vector<std::pair<mapping::VectorOperator, std::string>>& names();
};
}  // namespace subvolt::config
