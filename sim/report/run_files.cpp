// Whose are the files of a folder, and are they of one run?
#include <algorithm>
#include <filesystem>
#include <map>

#include "sim/config/digest.h"
#include "sim/config/error.h"
#include "sim/config/read_file.h"
#include "sim/power/record/json_text.h"
#include "sim/report/files.h"
#include "sim/report/result_violations.h"
#include "sim/report/run_folder.h"

namespace subvolt::report {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOurs[] = {kResultFile,      kActivityFile, "layers.csv", "trace.csv", kConfigFile,
                                 kSpansFile,       kCausesFile,   kLogFile,     kHashFile,   kComparisonFile,
                                 kComparisonTable, kYieldFile,    kChipsTable};

bool is_ours(const std::string& name) {
  const auto is = [&](const std::string& ours) { return name == ours || name.rfind(ours + ".part", 0) == 0; };
  return std::any_of(std::begin(kOurs), std::end(kOurs), is) ||
         std::any_of(std::begin(kDvfsFiles), std::end(kDvfsFiles), is);
}

// files.sha256 of a folder as hash by name; empty when it is not there or says something else.
std::map<std::string, std::string> recorded_hashes(const fs::path& folder) {
  constexpr std::size_t kHexDigits = 64;
  std::map<std::string, std::string> all;
  std::error_code code;
  const fs::path file = folder / kHashFile;
  if (!fs::is_regular_file(file, code)) return all;
  const std::string text = read_file(file.string());
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    if (line.size() > kHexDigits + 2) all.emplace(line.substr(kHexDigits + 2), line.substr(0, kHexDigits));
    begin = end + 1;
  }
  return all;
}

// Folders of before there were hashes: a result says that a run was here.
bool has_old_result(const fs::path& folder) {
  try {
    const std::string file = (folder / kResultFile).string();
    return structural_fault(power::parse_json(read_file(file), file, "a result")).empty();
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

std::string why_foreign(const std::string& folder) {
  std::error_code code;
  const fs::file_status status = fs::status(folder, code);
  if (status.type() == fs::file_type::not_found) return "";
  if (code) return "cannot look into " + folder + ": " + config::why_unreadable(folder);
  if (!fs::is_directory(status)) return folder + " is no folder";
  std::vector<std::string> ours;
  std::vector<std::string> others;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    const std::string name = entry.path().filename().string();
    (is_ours(name) && entry.is_regular_file() ? ours : others).push_back(name);
  }
  if (code) return "cannot look into " + folder + ": " + code.message();
  if (!others.empty()) {
    const std::string& first = *std::min_element(others.begin(), others.end());
    return folder + " holds " + first + (others.size() > 1 ? " and others" : "") + ", which no run wrote";
  }
  if (ours.empty()) return "";
  const auto hashes = recorded_hashes(folder);
  if (hashes.empty() && !has_old_result(folder)) {
    return folder + " holds " + *std::min_element(ours.begin(), ours.end()) + ", but no result of a run";
  }
  // People write configurations: one that is not as a run left it is theirs.
  const fs::path config = fs::path(folder) / kConfigFile;
  const auto recorded = hashes.find(kConfigFile);
  if (!hashes.empty() && fs::exists(config, code) &&
      (recorded == hashes.end() || config::sha256(read_file(config.string())) != recorded->second)) {
    return config.string() + " is not as a run left it";
  }
  return "";
}

bool holds_only_run_files(const std::string& folder) {
  std::error_code code;
  if (!fs::is_directory(fs::symlink_status(folder, code))) return false;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    if (!is_ours(entry.path().filename().string()) || !entry.is_regular_file()) return false;
  }
  return !code;
}

RunFile read_run_file(const std::string& file_or_folder, const std::string& name) {
  std::error_code code;
  const bool folder = fs::is_directory(file_or_folder, code);
  RunFile file;
  file.path = folder ? (fs::path(file_or_folder) / name).string() : file_or_folder;
  file.text = read_file(file.path);
  const fs::path path(file.path);
  const auto hashes = recorded_hashes(path.parent_path());
  const auto recorded = hashes.find(path.filename().string());
  if (recorded != hashes.end() && recorded->second != config::sha256(file.text)) {
    throw Error(ErrorKind::kConfiguration,
                file.path + ": not the file that the run wrote which left " + kHashFile +
                    " beside it: changed, damaged, or of a run that was interrupted. Remove the folder and run the "
                    "design point again");
  }
  return file;
}

}  // namespace subvolt::report
