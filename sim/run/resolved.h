// Every value of a design point's documents, with where it came from.
#pragma once

#include <string>

#include "sim/run/design_point.h"

namespace subvolt::run {

// YAML with one section per document: design, soc, power, technology. Networks are data and stay out.
std::string resolved(const Request& request, const DesignPoint& point);

}  // namespace subvolt::run
