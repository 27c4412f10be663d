// The folder that a run leaves behind. Its files belong together: they appear together, and each reader can tell.
//
// files.sha256 holds the SHA-256 of every other file but the log, as sha256sum prints and checks them. The files are
// written into a folder beside, which then takes the place of the old one in one step (rename, or its exchange with
// the old folder), so a run that is killed leaves the old results or the new ones. Where a folder cannot be exchanged
// (the working folder, a mount point, a parent that may not be written) files are renamed one by one, files.sha256
// first: whoever reads a file that is not of the same run finds that it does not match.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace subvolt::report {

inline constexpr const char* kResultFile = "result.json";
inline constexpr const char* kActivityFile = "activity.json";
inline constexpr const char* kSpansFile = "spans.json.gz";
inline constexpr const char* kCausesFile = "power_by_cause.csv.gz";
inline constexpr const char* kConfigFile = "config.yaml";
inline constexpr const char* kLogFile = "run.log";
inline constexpr const char* kHashFile = "files.sha256";
inline constexpr const char* kComparisonFile = "compare.json";
inline constexpr const char* kComparisonTable = "compare.csv";
// Of a voltage and frequency study, with the pictures that scripts/sweep_dvfs.py draws beside them.
inline constexpr const char* kDvfsFile = "dvfs.json";
inline constexpr const char* kDvfsFiles[] = {kDvfsFile,    "sweep.csv",  "fps.csv",   "ways.csv",
                                             "curves.csv", "minima.csv", "sweep.png", "fps.png"};
inline constexpr const char* kYieldFile = "yield.json";
inline constexpr const char* kChipsTable = "chips.csv";

class RunFolder {
 public:
  // Throws Error(kConfiguration) when the folder cannot be one of a run, or holds what no run wrote. Nothing is made
  // before write(), and nothing of somebody else's is ever replaced.
  explicit RunFolder(std::string path);
  const std::string& path() const { return path_; }
  void add(std::string name, std::string text) { files_.emplace_back(std::move(name), std::move(text)); }
  // Throws Error(kConfiguration), naming the file and the reason, when it cannot; what was there before stays.
  void write();

 private:
  std::string path_;
  std::vector<std::pair<std::string, std::string>> files_;
};

// Why a run must not write into the folder, a sentence; empty: it may. Its remedy is not in it.
std::string why_foreign(const std::string& folder);

// Whether it is a folder without anything else in it than files of a run, by name.
bool holds_only_run_files(const std::string& folder);

struct RunFile {
  std::string path;
  std::string text;
};
// A file of a run by its own path or by that of its folder. Throws Error(kConfiguration): unreadable, or another one
// than files.sha256 beside it says.
RunFile read_run_file(const std::string& file_or_folder, const std::string& name);

}  // namespace subvolt::report
