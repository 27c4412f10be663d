// Which Subvolt this is.
#pragma once

#include <string>

namespace subvolt::report {

std::string program_version();  // "0.1.0"
std::string git_revision();     // `git describe --always --dirty`, or "unknown"
std::string systemc_version();  // "2.3.4-Accellera"
// The language and arithmetic that results depend on. Results are the same from every compiler and build
// type, so they do not name one; build_compiler() is for logs.
std::string language_rules();  // "ISO C++17, -ffp-contract=off"
std::string build_compiler();  // "gcc 12.2.0, debug checks on"

}  // namespace subvolt::report
