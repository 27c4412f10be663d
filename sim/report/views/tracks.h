// A run as tracks over time, built once: what VCD, Perfetto and tables only write out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/report/views/traced_run.h"
#include "sim/report/views/windows.h"

namespace subvolt::report {

// In what somebody is for a time. Those of a track do not overlap, in order of time; between them is nothing.
struct Stay {
  Picoseconds begin{};
  Picoseconds end{};
  std::int32_t what = 0;  // index into the track's names
  std::int32_t task = power::kNobody;
  std::int64_t number = power::kNoNumber;
};

struct StateTrack {
  std::string name;        // "npu.sequencer.load"
  std::string number;      // what the numbers of its stays are: "command", "row"; empty: they have none
  std::string idle;        // what to call the time between
  bool transfers = false;  // of a port: so many that waves show its curves alone
  std::vector<std::string> names;
  std::vector<Stay> stays;
};

struct Curve {
  std::string name;
  std::string unit;    // "W", "V", "Hz", "B/s", "%", "C"
  CurvePoints points;  // to the end
};

// Tracks that belong together, for people to fold.
struct TrackGroup {
  std::string name;
  std::vector<StateTrack> states;
  std::vector<Curve> curves;
};

struct Tracks {
  std::string title;
  Picoseconds end{};
  std::vector<TrackGroup> groups;
};

// Names of groups whose curves are sums of others.
inline constexpr const char* kPowerGroup = "power";                  // "total"
inline constexpr const char* kDomainPowerGroup = "power by domain";  // power domains, then what is in none
inline constexpr const char* kComponentPowerGroup = "power by component";
inline constexpr const char* kRailPowerGroup = "power by rail";  // drawn from rails; losses of their regulators

// Power, occupancy and bandwidth are means over windows of `step`; states, voltages and clocks change when they do.
// The end is rounded up to `tick`, of which `step` is a multiple; the last window is longer by that.
// Groups: jobs and layers, power states, engines, memory banks, ports; then curves. Groups without a track are absent.
Tracks tracks_of(const TracedRun& run, Picoseconds step, Picoseconds tick);

// Power of the columns that `wanted` picks, from `run`. Internal: for those and the supply's table.
template <class Wanted>
CurvePoints power_curve(const power::CauseTrace& trace, Picoseconds step, Picoseconds end, const Wanted& wanted) {
  std::vector<std::size_t> columns;
  for (std::size_t c = 0; c < trace.columns.size(); ++c) {
    if (wanted(trace.columns[c])) columns.push_back(c);
  }
  Windows windows(step, end);
  for (std::size_t r = 0; r < trace.rows.size(); ++r) {
    Energy sum;
    for (const std::size_t c : columns) sum += trace.columns[c].energies[r];
    windows.add(trace.rows[r].begin, trace.rows[r].end, sum.si());
  }
  return windows.take();
}

// The voltage of a rail as the operating point in force says.
CurvePoints voltage_curve(const TracedRun& run, const std::string& rail);

}  // namespace subvolt::report
