// The result of one design point, and its canonical JSON (docs/guide/results.md, Reference).
//
// Only what belongs to the design point goes in: the same inputs give the same bytes in every folder, with
// every compiler and build type. What ran where and how long goes to the log.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sim/power/intent/power_intent.h"
#include "sim/power/ledger/energy_model.h"
#include "sim/power/record/json_count.h"

namespace subvolt::report {

using Json = nlohmann::ordered_json;

// 1.1: a peak is that of a run that repeats. 1.2: jobs. 1.3: transitions between operating points.
// 1.4: jobs that are like others; job_of() tells all of them as 1.3 did. 1.5: cycles of layers on their accelerators.
// 1.6: what these were lost to, and rooflines. 1.7: fitted prices, phases and modes of a chip's use.
inline constexpr const char* kResultSchemaVersion = "1.7";

// A member of a result's jobs, in full: one that is like another has all else from that one, later by as much as it was
// released later. `like` stays with it.
Json job_of(const Json& jobs, const Json& job);

struct Provenance {
  std::string command;  // canonical: without output options and folders
  std::uint64_t seed = 0;
  std::vector<std::pair<std::string, std::string>> sha256;  // structure, power, technology, network
};

// The parts a result is made of; all must outlive the call.
struct ResultInputs {
  const power::ActivityRecord* record = nullptr;
  const power::Ledger* ledger = nullptr;
  const power::PowerIntent* intent = nullptr;
  const power::Technology* technology = nullptr;
  const std::vector<power::OperatingPoint>* points = nullptr;  // by the record's
  Provenance provenance;
};

// Throws Error(kInvariant) for a result that cannot be (result_violations.h).
Json make_result(const ResultInputs& inputs);
// result.json text: two-space indentation, one trailing newline.
std::string to_text(const Json& result);

// Reads a result.json, or the one in a folder, of this version or of those before. Throws Error(kConfiguration) naming
// file and what is wrong: also for numbers that no run gives together and for a file of another run than its folder's.
Json read_result(const std::string& file_or_folder);

}  // namespace subvolt::report
