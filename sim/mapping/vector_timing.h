// What the NPU's vector unit does behind the MAC array, and how long it takes.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/field_type.h"
#include "sim/units/counts.h"

namespace subvolt::mapping {

enum class VectorOperator {
  kRequantize,   // bias, rescale, activation: int32 partial sums -> int8
  kAveragePool,  // one addition per tap, one rescale per output
  kMaxPool,      // one comparison per tap
  kAdd,          // two rescales and an addition
  kActivation,   // table look-up or clamp
  kSoftmax,      // maximum, exponentials and sum, division: three passes
};
std::string to_text(VectorOperator op);  // "requantize", ...

struct VectorWork {
  VectorOperator op = VectorOperator::kRequantize;
  std::int64_t outputs = 0;       // elements produced
  std::int64_t taps = 1;          // pools: window elements per output
};

struct VectorActivity {
  Cycles cycles;
  std::int64_t lane_operations = 0;
  std::int64_t bytes_read = 0;     // output buffer (partial sums, operands)
  std::int64_t bytes_written = 0;  // output buffer (results)
};

struct VectorGeometry {
  std::int64_t lanes = 16;
  std::int64_t pipeline_depth = 4;  // cycles from first operand in to first result out
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
