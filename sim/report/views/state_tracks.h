// The tracks of a run that are named stays: jobs, layers, power states, commands, rows, transfers.
#pragma once

#include "sim/report/views/tracks.h"

namespace subvolt::report {

std::vector<TrackGroup> state_tracks(const power::ActivityRecord& record, const power::SpanRecord& spans);

}  // namespace subvolt::report
