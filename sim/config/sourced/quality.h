// How far a number is to be trusted.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/config/field_type.h"

namespace subvolt::config {

// From the most to the least trusted.
enum class Quality { kMeasured, kPublished, kEstimated };
const char* to_text(Quality quality);  // "measured"
inline Quality worse(Quality a, Quality b) { return a < b ? b : a; }

template <>
struct EnumNames<Quality> {
  static const std::vector<std::pair<Quality, std::string>>& names();
};

}  // namespace subvolt::config
