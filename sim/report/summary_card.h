// A result on one screen, for people: at most 80 columns.
#pragma once

#include <string>

#include "sim/report/result.h"

namespace subvolt::report {

std::string summary_card(const Json& result);

}  // namespace subvolt::report
