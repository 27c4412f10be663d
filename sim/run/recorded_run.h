// The `run:` section of a config.yaml: what made it, beside the documents that follow it (sim/config/run_document.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/config/schema.h"

namespace subvolt::run {

struct RecordedRun {
  std::string program;  // and its version
  std::string command;  // canonical, as in the result
  std::int64_t seed = 0;
  std::string options;  // those of the command line that are in none of the documents
  config::NamedList<std::string> names, sha256;
  std::string contents;
  bool as_written = false;
  bool priced = false;  // of `price`: power intent and technology of the record beside it
  static const config::Schema<RecordedRun>& schema();
};

// Whether DESIGN is the config.yaml of a run.
bool names_run(const std::string& design);
// Requires that it is. Throws Error(kConfiguration), located.
RecordedRun read_recorded_run(const std::string& design);

}  // namespace subvolt::run
