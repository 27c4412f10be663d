#include "sim/mapping/tile/vector_timing.h"

#include <algorithm>

namespace subvolt::mapping {
namespace {

struct PerOutput {
  std::int64_t slots = 1;
  std::int64_t read = 1;   // elements
  std::int64_t sums = 0;   // int32, read
  std::int64_t cells = 0;  // int16, read and written
  bool place = false;      // results are int32
};

// The table in the header; operators on vectors per pass.
PerOutput per_output(const VectorWork& work) {
  const std::int64_t operands = std::max<std::int64_t>(2, work.taps);
  switch (work.op) {
    case VectorOperator::kRequantize:
      return {1, 0, 1};
    case VectorOperator::kAveragePool:
      return {work.taps + 1, work.taps};
    case VectorOperator::kMaxPool:
      return {work.taps, work.taps};
    case VectorOperator::kArgMax:
      return {work.taps, work.taps, 0, 0, true};
    case VectorOperator::kAdd:
      return {operands + 1, operands};
    case VectorOperator::kSubtract:
    case VectorOperator::kMultiply:
      return {3, 2};
    case VectorOperator::kMinimum:
    case VectorOperator::kMaximum:
      return {operands, operands};
    case VectorOperator::kResizeBilinear:
      return {5, 4};
    case VectorOperator::kLayerNorm:
      return {2, 1};
    case VectorOperator::kLstmCell:
      return {16, 0, 4, 1};
    case VectorOperator::kPeepholeCell:
      return {22, 0, 4, 1};
    case VectorOperator::kGruCell:
      return {14, 1, 4};
    case VectorOperator::kActivation:
    case VectorOperator::kSoftmax:
    case VectorOperator::kPermute:
    case VectorOperator::kL2Norm:
      break;
  }
  return {1, 1};
}

// Passes over a vector, and what combines and finishes their scalars in between.
struct Passes {
  std::int64_t passes, trees, scalars;
};

Passes passes_of(VectorOperator op) {
  switch (op) {
    case VectorOperator::kSoftmax:
      return {3, 2, 1};
    case VectorOperator::kLayerNorm:
      return {2, 2, 3};
    case VectorOperator::kL2Norm:
      return {2, 1, 1};
    default:
      return {1, 0, 0};
  }
}

std::int64_t ceil_log2(std::int64_t n) {
  std::int64_t levels = 0;
  for (std::int64_t reach = 1; reach < n; reach *= 2) ++levels;
  return levels;
}

}  // namespace

std::string to_text(VectorOperator op) { return config::FieldType<VectorOperator>::text(op); }

bool works_on_vectors(VectorOperator op) { return passes_of(op).passes > 1; }

VectorActivity vector_timing(const VectorGeometry& geometry, const VectorWork& work) {
  VectorActivity a;
  if (work.outputs == 0) return a;
  const bool on_vectors = works_on_vectors(work.op);
  const Passes p = passes_of(work.op);
  PerOutput each = per_output(work);
  if (work.lookup && !on_vectors) ++each.slots;
  const std::int64_t vectors = on_vectors ? work.vectors : 1;
  const std::int64_t length = work.outputs / vectors;
  const std::int64_t pass = ceil_div(length, geometry.lanes) * each.slots + geometry.pipeline_depth - 1;
  a.cycles =
      Cycles(vectors * (p.passes * pass + p.trees * ceil_log2(geometry.lanes) + p.scalars * geometry.pipeline_depth));
  a.lane_operations =
      vectors * (p.passes * length * each.slots + p.trees * (std::min(length, geometry.lanes) - 1) + p.scalars);
  const auto bytes = [&](Format format, std::int64_t elements) {
    return elements == 0 ? 0 : format.bytes(work.outputs * elements);
  };
  const std::int64_t cells = bytes(kInt16, each.cells);
  a.bytes_read = bytes(work.element, each.read * p.passes) + bytes(kInt32, each.sums) + cells;
  a.bytes_written = bytes(each.place ? kInt32 : work.element, 1) + cells;
  return a;
}

}  // namespace subvolt::mapping

namespace subvolt::config {

const std::vector<std::pair<mapping::VectorOperator, std::string>>& EnumNames<mapping::VectorOperator>::names() {
  using mapping::VectorOperator;
  static const std::vector<std::pair<VectorOperator, std::string>> all = {
      {VectorOperator::kRequantize, "requantize"},
      {VectorOperator::kAveragePool, "average_pool"},
      {VectorOperator::kMaxPool, "max_pool"},
      {VectorOperator::kArgMax, "arg_max"},
      {VectorOperator::kAdd, "add"},
      {VectorOperator::kActivation, "activation"},
      {VectorOperator::kSoftmax, "softmax"},
      {VectorOperator::kSubtract, "subtract"},
      {VectorOperator::kMultiply, "multiply"},
      {VectorOperator::kMinimum, "minimum"},
      {VectorOperator::kMaximum, "maximum"},
      {VectorOperator::kPermute, "permute"},
      {VectorOperator::kResizeBilinear, "resize_bilinear"},
      {VectorOperator::kLayerNorm, "layer_norm"},
      {VectorOperator::kL2Norm, "l2_norm"},
      {VectorOperator::kLstmCell, "lstm_cell"},
      {VectorOperator::kPeepholeCell, "peephole_cell"},
      {VectorOperator::kGruCell, "gru_cell"},
  };
  return all;
}

}  // namespace subvolt::config
