#include "sim/mapping/program/pipeline.h"

#include <algorithm>

namespace subvolt::mapping {

PipelineEstimate::Stages PipelineEstimate::stages(const TileFlow& t, bool kept_input, bool kept_weights) const {
  Stages s;
  std::int64_t load_bursts = 0;
  const auto shared = [&](const Lane& lane, const Transfer& moved) { return lane.memory().cycles(moved); };
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
    load_bursts += (input.bursts + weights.bursts) * step.count;
    s.compute += step.compute * step.count;
    s.overlapped += std::max(step.compute, load) * step.count;
    (i == 0 ? s.first_load : s.later_loads) += load * step.count;
    const auto count = static_cast<double>(step.count);
    if (input_shared_) s.shared += shared(*lanes_.input, input) * count;
    if (weights_shared_) s.shared += shared(*lanes_.weights, weights) * count;
  }
  s.vector = t.vector;
  s.store = lanes_.output->cycles(t.store);
  s.shared += shared(*lanes_.output, t.store);
  s.turns = turns(load_bursts, s.first_load + s.later_loads, t.store.bursts, s.store);
  s.store_latency = static_cast<std::int64_t>(lanes_.output->latency());
  s.latency = static_cast<std::int64_t>(std::max(lanes_.input->latency(), lanes_.weights->latency()));
  return s;
}

// As long as both have bursts, each goes as slowly as the slower one's.
std::int64_t PipelineEstimate::turns(std::int64_t loads, std::int64_t load_cycles, std::int64_t stores,
                                     std::int64_t store_cycles) {
  if (loads == 0 || stores == 0) return 0;
  const double load = static_cast<double>(load_cycles) / static_cast<double>(loads);
  const double store = static_cast<double>(store_cycles) / static_cast<double>(stores);
  const auto together = static_cast<double>(std::min(loads, stores));
  return static_cast<std::int64_t>(together * std::max(load, store) + static_cast<double>(loads - std::min(loads, stores)) * load +
                                   static_cast<double>(stores - std::min(loads, stores)) * store);
}

std::int64_t PipelineEstimate::interval(const Stages& s) const {
  const auto shared = static_cast<std::int64_t>(s.shared);
  if (double_buffered_) {
    const std::int64_t slot = (s.compute + s.vector + s.store + s.store_latency) / output_slots_;
    return std::max({s.overlapped, s.vector, s.store, shared, s.turns, slot});
  }
  return std::max(shared, s.latency + s.compute + s.later_loads + std::max(s.first_load, s.vector + s.store));
}

void PipelineEstimate::add(const TileFlow& tile, bool kept_input, bool kept_weights, std::int64_t count) {
  if (count > 0) cycles_ += interval(stages(tile, kept_input, kept_weights)) * count;
}

void PipelineEstimate::add_first(const TileFlow& tile) {
  const Stages s = stages(tile, true, true);
  cycles_ += s.latency + s.first_load + s.vector + s.store + static_cast<std::int64_t>(lanes_.output->latency()) +
             (double_buffered_ ? std::max(s.compute, s.later_loads) : s.compute + s.later_loads);
}

}  // namespace subvolt::mapping
