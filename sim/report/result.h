// The result of one design point, and its canonical JSON (docs/user-guide.md, The result).
//
// Only what belongs to the design point goes in: the same inputs give the same bytes in every folder, with
// every compiler and build type. What ran where and how long goes to the log.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "sim/power/energy_model.h"
#include "sim/power/power_intent.h"

namespace subvolt::report {

struct Provenance {
  std::string command;  // as typed, without output options
  std::uint64_t seed = 0;
  std::vector<std::pair<std::string, std::string>> sha256;  // structure, power, technology, network
};

// The parts a result is made of; all must outlive the call.
struct ResultInputs {
  const power::ActivityRecord* record = nullptr;
  const power::Ledger* ledger = nullptr;
  const power::PowerIntent* intent = nullptr;
  const power::Technology* technology = nullptr;
  const power::OperatingPoint* point = nullptr;
  Provenance provenance;
};

nlohmann::ordered_json make_result(const ResultInputs& inputs);
// result.json text: two-space indentation, one trailing newline.
std::string to_text(const nlohmann::ordered_json& result);

// One row per layer: name, op, macs, cycles, latency, utilisation, bound, energy by component, traffic.
std::string layers_csv(const nlohmann::ordered_json& result);

// The summary card for people, at most 80 columns.
std::string summary_card(const nlohmann::ordered_json& result);

// Writes files whole or not at all: into a temporary beside the target, then renamed.
void write_file(const std::string& path, const std::string& text);

// Reads a result.json. Throws Error(kConfiguration) naming file and what is missing.
nlohmann::ordered_json read_result(const std::string& file_or_folder);

}  // namespace subvolt::report
