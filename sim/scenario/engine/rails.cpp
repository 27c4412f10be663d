#include "sim/scenario/engine/rails.h"

namespace subvolt::scenario {

RailTree::RailTree(const Model& model) : model_(model) {
  for (const Rail& rail : model.rails) linear_ = linear_ && (!rail.converter || rail.converter->is_linear());
}

double RailTree::input_V(std::size_t rail) const {
  return model_.rails[static_cast<std::size_t>(model_.rails[rail].feeder)].voltage_V;
}

double RailTree::quiescent_W(std::size_t rail) const {
  return rail == 0 ? 0.0 : model_.rails[rail].converter->quiescent.si() * input_V(rail);
}

Load RailTree::at_source(const std::vector<double>& rail_W, double current_A) const {
  std::vector<double> inputs, delivered;
  return at_source(rail_W, current_A, inputs, delivered);
}

Load RailTree::at_source(const std::vector<double>& rail_W, double current_A, std::vector<double>& inputs,
                         std::vector<double>& delivered) const {
  delivered = rail_W;
  inputs.assign(model_.rails.size(), 0.0);
  Load source{{}, Current::from_si(current_A)};
  for (std::size_t r = model_.rails.size(); r-- > 1;) {  // those that are fed come behind their feeders
    const Rail& rail = model_.rails[r];
    const Load in = rail.converter->input(Power::from_si(delivered[r]));
    inputs[r] = in.power.si() + in.current.si() * input_V(r);
    if (rail.feeder == 0) {
      source.power += in.power;
      source.current += in.current + rail.converter->quiescent;
    } else {
      delivered[static_cast<std::size_t>(rail.feeder)] += inputs[r] + quiescent_W(r);
    }
  }
  source.power += Power::from_si(rail_W[0]);
  return source;
}

}  // namespace subvolt::scenario
