// How far a number is to be trusted.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/config/field_type.h"

namespace subvolt::config {

// From the most to the least trusted: read in a measurement of silicon; published otherwise (a tool's table, a
// simulation, a figure quoted second hand); fitted to measurements (fit.h); reasoned.
enum class Quality { kMeasured, kPublished, kFitted, kEstimated };
const char* to_text(Quality quality);  // "measured"
inline Quality worse(Quality a, Quality b) { return a < b ? b : a; }

template <>
struct EnumNames<Quality> {
  static const std::vector<std::pair<Quality, std::string>>& names();
};

}  // namespace subvolt::config
