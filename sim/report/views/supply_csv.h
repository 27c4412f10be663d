// What a supply on the bench would measure, and how a trace that one did measure lies over it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/report/views/traced_run.h"
#include "sim/report/views/windows.h"

namespace subvolt::report {

// Means over windows of `step`, the last one up to the end: current x voltage x length is the energy.
struct SupplyTrace {
  Picoseconds step{};
  Picoseconds end{};
  std::string supply;  // "VDD_NPU", or "input" of all regulators
  struct Sample {
    double current = 0.0;  // A
    double voltage = 0.0;  // V
  };
  std::vector<Sample> samples;  // by window
};

// `rail`: what hangs on that rail, without its regulator's loss; empty: all, at `input`, or else at the regulators'
// common input. Throws Error(kConfiguration): no such rail; regulators with different inputs, or none that says its
// input; more windows than kMostSamples.
inline constexpr std::int64_t kMostSamples = 5'000'000;
SupplyTrace supply_trace(const TracedRun& run, const std::string& rail, std::optional<Voltage> input, Picoseconds step);

// time_s,current_A,voltage_V: a line where each window begins, and the last one again where it ends.
std::string supply_csv(const SupplyTrace& trace);

// A measured current, linear between its samples.
struct MeasuredTrace {
  std::vector<double> seconds, amperes;  // of each sample; seconds rise
};
// A CSV with columns time_s and current_A among others. Throws Error(kConfiguration), located.
MeasuredTrace read_measured(const std::string& file);

// The measured trace, shifted so that it fits best.
struct Alignment {
  double offset = 0.0;                               // s: time in the measured trace at which the run begins
  std::size_t first = 0;                             // windows from `first` on are measured,
  std::vector<double> measured;                      // A, the mean over each
  double rms = 0.0;                                  // A: of simulated less measured, over these windows
  double mean_simulated = 0.0, mean_measured = 0.0;  // A
};

// Least squares over all offsets at which at least half of the shorter one overlaps: on a coarse grid first, then
// finer around the best one. Throws Error(kConfiguration), "FILE: ...", where there is too little of either.
Alignment align(const SupplyTrace& trace, const MeasuredTrace& measured, const std::string& file);

// The same table with columns measured_A and residual_A (simulated less measured), empty where nothing was measured.
std::string supply_csv(const SupplyTrace& trace, const Alignment& alignment);
// Where it lies and what is left, as lines for people.
std::string alignment_text(const SupplyTrace& trace, const Alignment& alignment);

}  // namespace subvolt::report
