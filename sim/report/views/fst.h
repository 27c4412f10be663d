// A value change dump in the format of GTKWave, a tenth as large and fast to open.
#pragma once

#include <string>

namespace subvolt::report {

// By `vcd2fst` of GTKWave's package, which writes the only implementation of the format there is: no library of it is
// packaged by itself. Throws Error(kConfiguration), with the remedy, where that is not installed or fails; then `file`
// stays as it was.
void write_fst(const std::string& file, const std::string& vcd);

}  // namespace subvolt::report
