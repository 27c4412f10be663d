#include "sim/cli/traced_folder.h"

#include <filesystem>

#include "sim/cli/shell_words.h"
#include "sim/config/error.h"
#include "sim/report/run_folder.h"
#include "sim/run/recorded_run.h"

namespace subvolt::cli {

std::string traced_folder(const std::string& result) {
  namespace fs = std::filesystem;
  std::error_code code;
  fs::path folder(result);
  if (fs::is_regular_file(folder, code)) folder = folder.has_parent_path() ? folder.parent_path() : fs::path(".");
  if (!fs::exists(folder / report::kActivityFile, code) || fs::exists(folder / report::kSpansFile, code)) {
    return folder.string();
  }
  // A run without a trace is no damaged one.
  std::string remedy = "run the design point again with --trace";
  const std::string config = (folder / report::kConfigFile).string();
  if (fs::exists(config, code) && !run::read_recorded_run(config).priced) {
    remedy += ": subvolt run " + quoted(config) + " --trace -o " + quoted(folder.string());
  }
  throw_configuration(folder.string() + " holds a run whose trace was not kept: " + remedy);
}

}  // namespace subvolt::cli
