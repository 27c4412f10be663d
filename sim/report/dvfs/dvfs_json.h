// A voltage and frequency study as JSON, SI units in the names; tables and card are made from it.
//
//   points      one per studied operating point: energy of an inference by part, latency of the run; or why it does not
//               work
//   minimum     of `points`, where a scaled rail has at least one that works
//   curves      by corner, temperature and share of idle time: points, and the least energy of the SoC and of each rail
//   frames      by what the SoC does between inferences: energy of a period at each point and in each way; null without
//               a period
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/report/result.h"
#include "sim/run/dvfs/curves.h"
#include "sim/run/dvfs/ways.h"

namespace subvolt::report {

struct DvfsStudy {
  const run::DesignPoint* design = nullptr;
  const std::vector<power::ComponentDeclaration>* components = nullptr;
  std::vector<run::StudiedPoint> points;
  std::vector<run::Curve> curves;
  std::optional<Time> period;
  std::vector<run::Frames> frames;
  std::string command;
};

Json dvfs_json(const DvfsStudy& study);

}  // namespace subvolt::report
