// Reading and writing of whole files.
#pragma once

#include <string>

namespace subvolt::report {

// Writes into a temporary beside the file, then renames: whole or not at all. Throws Error(kConfiguration), "cannot
// write FILE: No space left on device", when it cannot.
void write_file(const std::string& path, const std::string& text);
// Writes a file that nobody knows of yet; `shown` is what errors call it. Throws as write_file and leaves nothing then.
void write_part(const std::string& path, const std::string& text, const std::string& shown);
std::string read_file(const std::string& path);  // throws Error(kConfiguration)

}  // namespace subvolt::report
