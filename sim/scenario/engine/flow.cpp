#include "sim/scenario/engine/flow.h"

namespace subvolt::scenario {

std::vector<Reach> reach_of(const Model& model) {
  std::vector<Reach> reach(model.stages.size());
  std::vector<double> activations(model.stages.size()), passes(model.stages.size());
  for (const ModelSource& source : model.sources) {
    const std::size_t combinations = std::size_t{1} << source.labels.size();
    for (std::size_t truth = 0; truth < combinations; ++truth) {
      double weight = 1.0;
      std::uint64_t bits = 0;
      for (std::size_t l = 0; l < source.labels.size(); ++l) {
        const bool is = (truth >> l & 1) != 0;
        weight *= is ? source.labels[l].second : 1.0 - source.labels[l].second;
        if (is) bits |= std::uint64_t{1} << source.labels[l].first;
      }
      if (weight <= 0.0) continue;
      for (const int s : source.stages) {
        const auto i = static_cast<std::size_t>(s);
        const ModelStage& stage = model.stages[i];
        const double in = stage.parent < 0 ? 1.0 : passes[static_cast<std::size_t>(stage.parent)];
        activations[i] = in / static_cast<double>(stage.batch);
        const bool is = stage.label >= 0 && (bits >> stage.label & 1) != 0;
        const double pass = stage.label < 0 || is ? stage.pass_if : stage.pass_if_not;
        passes[i] = activations[i] * pass * (stage.pass_per_run ? static_cast<double>(stage.runs) : 1.0);
        Reach& r = reach[i];
        r.activations += weight * activations[i];
        r.passes += weight * passes[i];
        if (stage.label < 0) continue;
        if (is) r.positives += weight;
        (is ? r.true_passes : r.false_passes) += weight * passes[i];
        (is ? r.activations_true : r.activations_false) += weight * activations[i];
        if (is) r.positives_here += weight * activations[i];
      }
    }
  }
  return reach;
}

}  // namespace subvolt::scenario
