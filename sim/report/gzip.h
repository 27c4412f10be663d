// Compressed files (RFC 1952), as gzip and zcat read and write them.
#pragma once

#include <string>

namespace subvolt::report {

// The same bytes for the same text: no time and no name within.
std::string gzip(const std::string& text);

// Throws Error(kConfiguration), "FILE: ...": no such file of that kind, damaged, or more than config::kMaxTableBytes
// when unpacked.
std::string gunzip(const std::string& packed, const std::string& file);

}  // namespace subvolt::report
