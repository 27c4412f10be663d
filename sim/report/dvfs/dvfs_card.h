// A voltage and frequency study on a terminal of 80 columns, from its JSON (dvfs_json.h).
#pragma once

#include <string>

#include "sim/report/result.h"

namespace subvolt::report {

std::string dvfs_card(const Json& study);

}  // namespace subvolt::report
