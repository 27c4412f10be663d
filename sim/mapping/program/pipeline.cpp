#include "sim/mapping/program/pipeline.h"

#include <algorithm>

namespace subvolt::mapping {

namespace {

std::int64_t latency(const Lane& lane, const Transfer& moved) {
  return moved.bursts == 0 ? 0 : static_cast<std::int64_t>(lane.latency(moved));
}

}  // namespace

PipelineEstimate::Stages PipelineEstimate::stages(const TileFlow& t, bool kept_input, bool kept_weights) const {
  Stages s;
  Transfer all_input, all_weights;
  for (std::size_t i = 0; i < t.step_count; ++i) {
    const TileFlow::Step& step = t.steps[i];
    Transfer input = step.input, weights = step.weights;
    if (kept_weights) weights.add(step.kept_weights);
    if (i == 0) {
      weights.add(t.biases);
      if (kept_weights) weights.add(t.kept_biases);
      if (kept_input) input.add(t.kept_input);
    }
    const std::int64_t load = lanes_.input->cycles(input) + lanes_.weights->cycles(weights);
    all_input.add(input, step.count);
    all_weights.add(weights, step.count);
    s.compute += step.compute * step.count;
    s.overlapped += std::max(step.compute, load) * step.count;
    (i == 0 ? s.first_load : s.later_loads) += load * step.count;
  }
  s.vector = t.vector;
  s.store = lanes_.output->cycles(t.store);
  const Movement loads[] = {{lanes_.input, all_input}, {lanes_.weights, all_weights}};
  s.turns = static_cast<std::int64_t>(cycles_in_turns(loads, 2, {lanes_.output, t.store}));
  s.store_latency = latency(*lanes_.output, t.store);
  s.latency = std::max(latency(*lanes_.input, all_input), latency(*lanes_.weights, all_weights));
  return s;
}

std::int64_t PipelineEstimate::interval(const Stages& s) const {
  if (double_buffered_) {
    const std::int64_t slot = (s.compute + s.vector + s.store + s.store_latency) / output_slots_;
    return std::max({s.overlapped, s.vector, s.turns, slot});
  }
  return s.latency + s.compute + s.later_loads + std::max({s.first_load, s.vector + s.store, s.turns - s.later_loads});
}

void PipelineEstimate::add(const TileFlow& tile, bool kept_input, bool kept_weights, std::int64_t count) {
  if (count > 0) cycles_ += interval(stages(tile, kept_input, kept_weights)) * count;
}

void PipelineEstimate::add_first(const TileFlow& tile) {
  const Stages s = stages(tile, true, true);
  cycles_ += s.latency + s.first_load + s.vector + s.store + s.store_latency +
             (double_buffered_ ? std::max(s.compute, s.later_loads) : s.compute + s.later_loads);
}

}  // namespace subvolt::mapping
