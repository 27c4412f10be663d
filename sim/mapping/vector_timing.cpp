#include "sim/mapping/vector_timing.h"

#include <algorithm>

namespace subvolt::mapping {
namespace {

struct PerOutput {
  std::int64_t slots = 1;
  std::int64_t bytes_read = 1;
};

// The table in the header; softmax per pass.
PerOutput per_output(const VectorWork& work) {
  switch (work.op) {
    case VectorOperator::kRequantize:
      return {1, 4};
    case VectorOperator::kAveragePool:
      return {work.taps + 1, work.taps};
    case VectorOperator::kMaxPool:
      return {work.taps, work.taps};
    case VectorOperator::kAdd:
      return {3, 2};
    case VectorOperator::kActivation:
    case VectorOperator::kSoftmax:
      break;
  }
  return {1, 1};
}

std::int64_t ceil_log2(std::int64_t n) {
  std::int64_t levels = 0;
  for (std::int64_t reach = 1; reach < n; reach *= 2) ++levels;
  return levels;
}

}  // namespace

std::string to_text(VectorOperator op) { return config::FieldType<VectorOperator>::text(op); }

VectorActivity vector_timing(const VectorGeometry& geometry, const VectorWork& work) {
  VectorActivity a;
  if (work.outputs == 0) return a;
  const PerOutput each = per_output(work);
  const std::int64_t pass = ceil_div(work.outputs, geometry.lanes) * each.slots + geometry.pipeline_depth - 1;
  a.cycles = Cycles(pass);
  a.lane_operations = work.outputs * each.slots;
  a.bytes_read = work.outputs * each.bytes_read;
  a.bytes_written = work.outputs;
  if (work.op == VectorOperator::kSoftmax) {
    a.cycles = Cycles(3 * pass + 2 * ceil_log2(geometry.lanes) + geometry.pipeline_depth);
    a.lane_operations = 3 * a.lane_operations + 2 * (std::min(work.outputs, geometry.lanes) - 1) + 1;
    a.bytes_read *= 3;
  }
  return a;
}

}  // namespace subvolt::mapping

namespace subvolt::config {

const std::vector<std::pair<mapping::VectorOperator, std::string>>& EnumNames<mapping::VectorOperator>::names() {
  using mapping::VectorOperator;
  static const std::vector<std::pair<VectorOperator, std::string>> all = {
      {VectorOperator::kRequantize, "requantize"}, {VectorOperator::kAveragePool, "average_pool"},
      {VectorOperator::kMaxPool, "max_pool"},      {VectorOperator::kAdd, "add"},
      {VectorOperator::kActivation, "activation"}, {VectorOperator::kSoftmax, "softmax"},
  };
  return all;
}

}  // namespace subvolt::config
