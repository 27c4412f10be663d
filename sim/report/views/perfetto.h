// Tracks as a trace of Perfetto (ui.perfetto.dev): slices and counters of TrackEvent.
#pragma once

#include <string>

#include "sim/report/views/tracks.h"

namespace subvolt::report {

// Its clock counts nanoseconds, and so do times here, rounded down. What a slice has of a number and of whose behalf it
// is on are its annotations.
inline constexpr Picoseconds kPerfettoTick{1000};

std::string perfetto_trace(const Tracks& tracks, const power::ActivityRecord& record);

}  // namespace subvolt::report
