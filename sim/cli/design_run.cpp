#include "sim/cli/design_run.h"

namespace subvolt::cli {

DesignRun::DesignRun(run::DesignPoint& point, const std::string& command, std::uint64_t seed,
                     const std::function<void(double)>& on_progress, run::Timeline timeline)
    : simulated_(run::simulate(point, on_progress, kernel::Pace::kFastest, timeline)),
      ledger_(run::price_record(simulated_.record, point.intent, point.technology, point.operating_points,
                                simulated_.metered)) {
  inputs_.record = &simulated_.record;
  inputs_.ledger = &ledger_;
  inputs_.intent = &point.intent;
  inputs_.technology = &point.technology;
  inputs_.points = &point.operating_points;
  inputs_.provenance = {command, seed, run::document_hashes(simulated_.record, point.intent, point.technology)};
  result_ = report::make_result(inputs_);
}

}  // namespace subvolt::cli
