#include "sim/cli/output_folder.h"

#include <cctype>
#include <filesystem>

#include "sim/config/digest.h"
#include "sim/power/activity_record.h"
#include "sim/report/files.h"
#include "sim/report/layers_csv.h"
#include "sim/report/version.h"

namespace subvolt::cli {

namespace fs = std::filesystem;

OutputFolder::OutputFolder(std::string path) : path_(std::move(path)) {
  std::error_code code;
  fs::create_directories(path_, code);
  if (code || !fs::is_directory(path_, code)) {
    throw Error(ErrorKind::kConfiguration, "cannot make the folder " + path_ + (code ? ": " + code.message() : ""));
  }
}

void OutputFolder::write(const std::string& name, const std::string& text) const {
  report::write_file((fs::path(path_) / name).string(), text);
}

void OutputFolder::write_result(const report::ResultInputs& inputs, const report::Json& result) const {
  write("activity.json", power::to_json(*inputs.record));
  write("layers.csv", report::layers_csv(result));
  write("trace.csv", report::trace_csv(inputs.ledger->trace));
  write("result.json", report::to_text(result));
}

std::string default_folder(const report::Json& result, const run::Request& request) {
  const report::Json& point = result.at("design_point");
  std::string name;
  for (const char* part : {"soc", "network", "technology", "operating_point"}) {
    name += (name.empty() ? "" : "_") + point.at(part).get<std::string>();
  }
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '-') c = '_';
  }
  std::string special = request.objective + (request.cycle_fidelity ? " cycle" : "");
  if (point.at("quantize") != "none") special += " quantize " + point.at("quantize").get<std::string>();
  for (const config::Override& o : request.overrides) special += " " + o.path + "=" + o.value;
  if (!special.empty()) name += "_" + config::sha256(special).substr(0, 8);
  return "results/" + name;
}

std::string log_header() {
  return "subvolt " + report::program_version() + " (" + report::git_revision() + ")\nbuilt with " +
         report::build_compiler() + ", SystemC " + report::systemc_version() + "\n";
}

}  // namespace subvolt::cli
