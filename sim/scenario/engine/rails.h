// From what devices draw at their rails to what leaves the source.
#pragma once

#include <vector>

#include "sim/scenario/engine/model.h"

namespace subvolt::scenario {

class RailTree {
 public:
  explicit RailTree(const Model& model);
  // By rail: watts that devices draw there; beside it amperes straight from the source. What all of it takes from the
  // source, quiescent currents included.
  Load at_source(const std::vector<double>& rail_W, double current_A) const;
  // The same, and what each rail takes in from the one that feeds it, less its quiescent draw (W, and A times V).
  Load at_source(const std::vector<double>& rail_W, double current_A, std::vector<double>& inputs_W,
                 std::vector<double>& delivered_W) const;
  bool is_linear() const { return linear_; }
  // Quiescent draw of a rail at its input, in watts at nominal voltages.
  double quiescent_W(std::size_t rail) const;
  double input_V(std::size_t rail) const;

 private:
  const Model& model_;
  bool linear_ = true;
};

}  // namespace subvolt::scenario
