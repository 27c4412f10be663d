#include "sim/mapping/program/pipeline.h"

#include <algorithm>

namespace subvolt::mapping {

namespace {

std::int64_t latency(const Lane& lane, const Transfer& moved) {
  return moved.bursts == 0 ? 0 : static_cast<std::int64_t>(lane.latency(moved));
}

}  // namespace

TileMoves moves_of(const PipelineLanes& lanes, const TileFlow& t, bool kept_input, bool kept_weights) {
  TileMoves m;
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
    m.loads[i] = lanes.input->cycles(input) + lanes.weights->cycles(weights);
    all_input.add(input, step.count);
    all_weights.add(weights, step.count);
    (i == 0 ? m.first_load : m.later_loads) += m.loads[i] * step.count;
  }
  m.store = lanes.output->cycles(t.store);
  const Movement loads[] = {{lanes.input, all_input}, {lanes.weights, all_weights}};
  m.turns = static_cast<std::int64_t>(cycles_in_turns(loads, 2, {lanes.output, t.store}));
  m.store_latency = latency(*lanes.output, t.store);
  m.latency = std::max(latency(*lanes.input, all_input), latency(*lanes.weights, all_weights));
  return m;
}

PipelineEstimate::Computing PipelineEstimate::computing(const TileFlow& t, const TileMoves& m) {
  Computing c;
  for (std::size_t i = 0; i < t.step_count; ++i) {
    c.all += t.steps[i].compute * t.steps[i].count;
    c.overlapped += std::max(t.steps[i].compute, m.loads[i]) * t.steps[i].count;
  }
  return c;
}

void PipelineEstimate::add(const TileFlow& t, const TileMoves& m, std::int64_t count) {
  if (count == 0) return;
  const Computing c = computing(t, m);
  const std::int64_t slot = (c.all + t.vector + m.store + m.store_latency) / output_slots_;
  const std::int64_t interval =
      double_buffered_
          ? std::max({c.overlapped, t.vector, m.turns, slot})
          : m.latency + c.all + m.later_loads + std::max({m.first_load, t.vector + m.store, m.turns - m.later_loads});
  cycles_ += interval * count;
}

void PipelineEstimate::add_first(const TileFlow& t, const TileMoves& m) {
  const std::int64_t compute = computing(t, m).all;
  cycles_ += m.latency + m.first_load + t.vector + m.store + m.store_latency +
             (double_buffered_ ? std::max(compute, m.later_loads) : compute + m.later_loads);
}

}  // namespace subvolt::mapping
