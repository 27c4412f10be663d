// A design point simulated, priced and told, as `run` and `compare` do it.
#pragma once

#include <functional>
#include <string>

#include "sim/report/result.h"
#include "sim/run/design_point.h"
#include "sim/run/simulation.h"

namespace subvolt::cli {

// Simulates in this process, which can do so once.
class DesignRun {
 public:
  // `command` and `seed` are the result's. Throws what run::simulate(), run::price_record() and report::make_result()
  // throw.
  DesignRun(run::DesignPoint& point, const std::string& command, std::uint64_t seed,
            const std::function<void(double)>& on_progress, run::Timeline timeline = run::Timeline::kOfShortRuns);
  DesignRun(const DesignRun&) = delete;
  DesignRun& operator=(const DesignRun&) = delete;

  const run::Simulated& simulated() const { return simulated_; }
  const report::ResultInputs& inputs() const { return inputs_; }
  const report::Json& result() const { return result_; }

 private:
  run::Simulated simulated_;
  power::Ledger ledger_;
  report::ResultInputs inputs_;
  report::Json result_;
};

}  // namespace subvolt::cli
