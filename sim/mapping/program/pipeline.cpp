#include "sim/mapping/program/pipeline.h"

#include <algorithm>

namespace subvolt::mapping {

PipelineEstimate::Stages PipelineEstimate::stages(const TileFlow& t, bool kept_input, bool kept_weights) const {
  Stages s;
  for (std::size_t i = 0; i < t.step_count; ++i) {
    const TileFlow::Step& step = t.steps[i];
    std::int64_t input = transfer_cycles(step.input, bandwidth_.input);
    std::int64_t weights = transfer_cycles(step.weights, bandwidth_.weights);
    if (kept_weights) weights += transfer_cycles(step.kept_weights, bandwidth_.weights);
    if (i == 0) {
      weights += transfer_cycles(t.biases, bandwidth_.weights);
      if (kept_weights) weights += transfer_cycles(t.kept_biases, bandwidth_.weights);
      if (kept_input) input += transfer_cycles(t.kept_input, bandwidth_.input);
    }
    s.compute += step.compute * step.count;
    s.overlapped += std::max(step.compute, input + weights) * step.count;
    (i == 0 ? s.first_load : s.later_loads) += (input + weights) * step.count;
    s.shared_load += ((input_shared_ ? input : 0) + (weights_shared_ ? weights : 0)) * step.count;
  }
  s.vector = t.vector;
  s.store = transfer_cycles(t.store, bandwidth_.output);
  return s;
}

std::int64_t PipelineEstimate::interval(const Stages& s) const {
  if (double_buffered_) return std::max({s.overlapped, s.vector, s.store, s.shared_load + s.store});
  return s.compute + s.later_loads + std::max(s.first_load, s.vector + s.store);
}

void PipelineEstimate::add(const TileFlow& tile, bool kept_input, bool kept_weights, std::int64_t count) {
  if (count > 0) cycles_ += interval(stages(tile, kept_input, kept_weights)) * count;
}

void PipelineEstimate::add_first(const TileFlow& tile) {
  const Stages s = stages(tile, true, true);
  cycles_ += s.first_load + s.vector + s.store +
             (double_buffered_ ? std::max(s.compute, s.later_loads) : s.compute + s.later_loads);
}

}  // namespace subvolt::mapping
