#include "sim/config/sourced/fit.h"

namespace subvolt::config {
namespace {

// An error of ten times what was measured is no fit.
constexpr double kWorst = 10.0;

}  // namespace

const Schema<Fit>& Fit::schema() {
  static const auto s =
      Schema<Fit>("fit", "The rows to which a number was fitted, and their errors: |fitted / measured - 1|.")
          .required("rows", &Fit::rows, "Which measurements: source, quantity, conditions, how many.")
          .required("mean", &Fit::mean, "Mean error of the rows.", between(0.0, kWorst))
          .required("worst", &Fit::worst, "Largest error of a row.", between(0.0, kWorst))
          .required("leave_one_out_mean", &Fit::leave_one_out_mean,
                    "Mean error of the rows, each predicted by a fit to the others.", between(0.0, kWorst))
          .required("leave_one_out_worst", &Fit::leave_one_out_worst, "Largest error of a row predicted so.",
                    between(0.0, kWorst));
  return s;
}

void require_fit(Quality quality, const std::optional<Fit>& fit, const std::optional<double>& uncertainty,
                 const Node& node, Diagnostics& diagnostics) {
  if (quality != Quality::kFitted || (fit && uncertainty)) return;
  diagnostics.error(node_at(node, {"quality"}),
                    std::string("a fitted number says how: add ") +
                        (fit ? ""
                             : "`fit: {rows: ..., mean: ..., worst: ..., leave_one_out_mean: ..., "
                               "leave_one_out_worst: ...}`") +
                        (fit || uncertainty ? "" : " and ") + (uncertainty ? "" : "`uncertainty: ...`"));
}

void refuse_fitted(Quality quality, const Node& node, Diagnostics& diagnostics) {
  if (quality != Quality::kFitted) return;
  diagnostics.error(node_at(node, {"quality"}),
                    "expected measured, published or estimated: only prices and terms of `fitted` have a place to say "
                    "how they were fitted");
}

}  // namespace subvolt::config
