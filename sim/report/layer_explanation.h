// Where the time of one layer goes, in words: its ceilings, what it lost to which cause, and what would lessen that.
#pragma once

#include <string>

#include "sim/report/result.h"

namespace subvolt::report {

// At most 80 columns. `layer`: a name or an index from 0. Throws Error(kConfiguration) naming the nearest layer when
// there is none.
std::string explain_layer(const Json& result, const std::string& layer);

// The layer as in the result, with its `index` and `largest_loss`: `cause`, `cycles`, `share`, `meaning`, and `advice`
// where that is worth it.
Json explain_layer_json(const Json& result, const std::string& layer);

}  // namespace subvolt::report
