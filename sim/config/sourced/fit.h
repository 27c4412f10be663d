// How a number was fitted: to which measured rows, and how well these are met.
//
//   in a file:    energy: 1.08 nJ
//                 quality: fitted
//                 uncertainty: 0.03
//                 fit: {rows: "AN7664, ...", mean: 0.011, worst: 0.03, leave_one_out_mean: 0.018, leave_one_out_worst:
//                 0.04}
//
// Errors are relative, of the rows: |fitted / measured - 1|. Left out in turn, each row is predicted by a fit to the
// others, which is what may be expected of a row that nobody has seen.
#pragma once

#include <optional>
#include <string>

#include "sim/config/schema.h"
#include "sim/config/sourced/quality.h"

namespace subvolt::config {

struct Fit {
  std::string rows;
  double mean = 0.0, worst = 0.0;
  double leave_one_out_mean = 0.0, leave_one_out_worst = 0.0;
  static const Schema<Fit>& schema();
};

// Of one fitted number: the fit, which others may share, and its own standard error, relative.
struct FittedNumber {
  double uncertainty = 0.0;
  Fit fit;
};

// A number of quality `fitted` says how; one of another quality does not need to, as it may have been restated since.
void require_fit(Quality quality, const std::optional<Fit>& fit, const std::optional<double>& uncertainty,
                 const Node& node, Diagnostics& diagnostics);
// Where there is no place to say how: `fitted` is for prices and for the terms of a chip's own energies.
void refuse_fitted(Quality quality, const Node& node, Diagnostics& diagnostics);

}  // namespace subvolt::config
