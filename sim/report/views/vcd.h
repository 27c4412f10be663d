// Tracks as a value change dump (IEEE 1364-2005, 18.2) with string variables, as GTKWave and others read them, and the
// save file with which GTKWave shows them in groups.
#pragma once

#include <string>

#include "sim/report/views/tracks.h"

namespace subvolt::report {

// In picoseconds. A scope for each group, below it one for each part of a name before its last dot. In names all but
// letters, digits, "_" and "-" is written as %HH, so that they stay apart; in texts blanks, backslashes and what is not
// printable ASCII as \xHH, which GTKWave shows as what it was.
std::string vcd_text(const Tracks& tracks);

// `file`: the dump's name, as GTKWave is to open it.
std::string gtkw_text(const Tracks& tracks, const std::string& file);
// Whether a save file is as gtkw_text() made it: one that somebody saved from GTKWave is not.
bool is_own_gtkw(const std::string& text);

}  // namespace subvolt::report
