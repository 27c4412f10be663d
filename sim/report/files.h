// Files whole or not at all.
#pragma once

#include <string>

namespace subvolt::report {

// Writes into a temporary beside the target, then renames. Throws Error(kConfiguration) when it cannot.
void write_file(const std::string& path, const std::string& text);
std::string read_file(const std::string& path);  // throws Error(kConfiguration)

}  // namespace subvolt::report
