#include "sim/run/recorded_run.h"

#include <algorithm>

#include "sim/config/library.h"
#include "sim/config/loader.h"
#include "sim/run/design_point.h"

namespace subvolt::run {

const config::Schema<RecordedRun>& RecordedRun::schema() {
  static const auto s =
      config::Schema<RecordedRun>("run", "What made a result, beside the documents that were read.")
          .optional("program", &RecordedRun::program, "Program and version.")
          .required("command", &RecordedRun::command, "The command line, as in the result.")
          .optional("seed", &RecordedRun::seed, "Seed of everything random.", config::at_least(std::int64_t{0}))
          .optional("options", &RecordedRun::options, "Options of the command line that are in none of the documents.")
          .optional("names", &RecordedRun::names, "Of the documents that the sections below repeat.")
          .optional("sha256", &RecordedRun::sha256, "Their hashes, overrides included.")
          .optional("contents", &RecordedRun::contents, "Hash of the sections below, by which changes are noticed.");
  return s;
}

bool names_run(const std::string& design) {
  const auto names = config::shipped("design");
  const bool shipped = std::find(names.begin(), names.end(), design) != names.end();
  return !shipped && schema_of(design) == "run";
}

RecordedRun read_recorded_run(const std::string& design) {
  const config::Document document = config::load(design, "run");
  RecordedRun run = RecordedRun::schema().read(document.section);
  run.as_written = document.as_written;
  run.priced = run.command.rfind("subvolt price ", 0) == 0;
  return run;
}

}  // namespace subvolt::run
