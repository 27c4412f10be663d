// Drives a DRAM engine as a SoC or a trace replay would, and notes all that can be seen from outside.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/mem/dram/engine.h"
#include "sim/units/hertz.h"
#include "sim/units/picoseconds.h"
#include "tests/support/dram_checker.h"

namespace subvolt::test {

struct DramRequest {
  Picoseconds at{};  // offered then, or as soon as there is room
  bool write = false;
  std::int64_t address = 0, bytes = 0;
};

// Something that the power manager asks for.
struct DramAsk {
  Picoseconds at{};
  bool set_point = false;
  int value = 0;  // index of the set-point, or power::PowerState
};

struct DramTraffic {
  std::vector<DramRequest> requests;  // in order of time
  std::vector<DramAsk> asks;          // in order of time
  Picoseconds tail{};                 // simulated after the last data
  Hertz one_per_clock{};              // > 0: at most one request in a clock of this frequency
};

// How the engine is carried forward. kSteps: from step to step, as next_time() tells; takes completions as soon as they
// are known and notes changes of clock. kLeaps: straight to the next arrival, or to visible_time() where an access
// waits for room; takes completions when they fall due. kCrumbs: as kLeaps, with stops and questions at arbitrary
// times.
enum class DramDrive { kSteps, kLeaps, kCrumbs };
// What the engine is asked for: each command, for which it plays them one by one, or how many there are.
enum class DramEar { kEach, kCount };

struct DramOutcome {
  struct Switch {
    Picoseconds at;
    int point;
    std::size_t before;  // commands before it
  };
  std::vector<DramEvent> commands;              // none where they are only counted
  std::map<std::string, std::int64_t> counted;  // commands by name
  std::vector<Switch> switches;                 // kSteps only
  std::vector<Picoseconds> taken;               // by request
  std::vector<Picoseconds> done;                // by request
  std::map<std::string, std::int64_t> events;
  Picoseconds end{};
  std::string error;  // "request 7 completed twice"; empty: none
};

// What is wrong in dealings with the engine is an error: a completion twice, out of order, or before the bound that
// visible_time() had given; room before that bound; no end within `most_steps` steps.
DramOutcome drive_dram(mem::dram::Engine& engine, const DramTraffic& traffic, DramDrive drive,
                       std::int64_t most_steps = 2'000'000, DramEar ear = DramEar::kEach);

}  // namespace subvolt::test
