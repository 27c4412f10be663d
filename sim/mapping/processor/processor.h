// Processors: what the kernels of their libraries take, operator by operator and type by type.
//
// A document configs/processors/*.yaml, which several SoCs may name: a host that runs layers, or a cluster of such
// cores as an accelerator. Its kernels come before the built-in table of a Cortex-M4F (operator_table.h), which gives
// the others, times `others`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/config/sourced/sourced.h"
#include "sim/mapping/processor/kernel_cost.h"

namespace subvolt::mapping {

struct KernelDescription {
  double operation = 0.0, result = 0.0, row = 0.0, call = 0.0;
  std::string source;
  config::Quality quality = config::Quality::kEstimated;
  static const config::Schema<KernelDescription>& schema();
};

struct Processor {
  std::string title;
  config::Sourced<double> others{1.0, "", config::Quality::kEstimated, false};
  config::NamedList<config::Sourced<double>> others_of;  // by type
  config::Sourced<double> call{0.0, "", config::Quality::kEstimated, false};
  config::NamedList<KernelDescription> kernels;
  static const config::Schema<Processor>& schema();

  KernelCosts costs() const;
};

// Of a section of such a document. Throws Error(kConfiguration).
KernelCosts read_costs(const config::Node& section);

// An operator, or one of its types, that `name` may mean, for errors that begin with a name that is not known.
std::string near_operator(const std::string& name);

}  // namespace subvolt::mapping
