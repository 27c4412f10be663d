// Which shipped SoCs have a memory of at least some size, for whoever's network does not fit.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace subvolt::run {

// Names, the smallest such memory first. Reads the shipped structures and memory devices; costs some milliseconds.
std::vector<std::string> larger_socs(std::int64_t bytes);

}  // namespace subvolt::run
