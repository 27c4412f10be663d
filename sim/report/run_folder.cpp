#include "sim/report/run_folder.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "sim/config/digest.h"
#include "sim/config/error.h"
#include "sim/report/files.h"

namespace subvolt::report {
namespace {

namespace fs = std::filesystem;

// What write() makes beside its target: NAME.part1234, 1234 being the process.
constexpr const char* kPart = ".part";

std::string part_of(const fs::path& path) { return path.string() + kPart + std::to_string(getpid()); }

// The process that wrote NAME.part1234; 0 when the name is none of `target`'s parts.
pid_t writer_of(const std::string& name, const std::string& target) {
  const std::string prefix = target + kPart;
  if (name.rfind(prefix, 0) != 0) return 0;
  const std::string digits = name.substr(prefix.size());
  if (digits.empty() || digits.size() > 9 || digits.find_first_not_of("0123456789") != std::string::npos) return 0;
  return static_cast<pid_t>(std::stol(digits));
}

bool lives(pid_t process) { return kill(process, 0) == 0 || errno != ESRCH; }

// Parts of runs that were killed.
void remove_leftovers(const fs::path& parent, const std::string& target) {
  std::error_code code;
  std::vector<fs::path> old;
  for (const auto& entry : fs::directory_iterator(parent, code)) {
    const pid_t writer = writer_of(entry.path().filename().string(), target);
    if (writer > 0 && !lives(writer)) old.push_back(entry.path());
  }
  for (const fs::path& path : old) {
    if (!fs::is_directory(path, code) || holds_only_run_files(path.string())) fs::remove_all(path, code);
  }
}

[[noreturn]] void fail(const std::string& what, int error) {
  throw Error(ErrorKind::kConfiguration, what + ": " + std::strerror(error));
}

// The name under which the folder is found, links resolved: what is exchanged is the folder, not the link to it.
fs::path real_path(const std::string& path) {
  std::error_code code;
  fs::path real = fs::weakly_canonical(fs::absolute(path, code), code);
  if (code) real = path;
  return real.has_filename() ? real : real.parent_path();
}

bool holds_working_folder(const fs::path& folder) {
  std::error_code code;
  const fs::path here = fs::current_path(code);
  const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), here.begin(), here.end());
  static_cast<void>(rest);
  return code || end == folder.end();
}

std::string hashes(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string text;
  for (const auto& [name, content] : files) {
    if (name != kLogFile) text += config::sha256(content) + "  " + name + "\n";
  }
  return text;
}

// Puts the complete folder `part` in the place of `target`. False when that cannot be done in one step.
bool take_place(const fs::path& part, const fs::path& target) {
  if (rename(part.c_str(), target.c_str()) == 0) return true;  // nothing, or an empty folder, was there
  if (errno != ENOTEMPTY && errno != EEXIST) return false;
  if (renameat2(AT_FDCWD, part.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) != 0) return false;
  std::error_code code;
  if (holds_only_run_files(part.string())) fs::remove_all(part, code);
  return true;
}

}  // namespace

RunFolder::RunFolder(std::string path) : path_(std::move(path)) {
  if (path_.empty()) throw Error(ErrorKind::kConfiguration, "-o: expected a folder, got an empty name");
  const std::string why = why_foreign(path_);
  if (!why.empty()) {
    throw Error(ErrorKind::kConfiguration,
                why + ": nothing was written. Choose another folder with -o, or move away what it holds");
  }
}

void RunFolder::write() {
  const std::string what = "cannot make the folder " + path_;
  const fs::path target = real_path(path_);
  std::error_code code;
  fs::create_directories(target.parent_path(), code);
  if (code) fail(what, code.value());
  files_.insert(files_.begin(), {kHashFile, hashes(files_)});

  struct stat is {};
  const bool there = stat(target.c_str(), &is) == 0;
  remove_leftovers(target.parent_path(), target.filename().string());
  if (!(there && holds_working_folder(target))) {
    const fs::path part = part_of(target);
    if (holds_only_run_files(part.string())) fs::remove_all(part, code);  // of a process that had our number before
    if (mkdir(part.c_str(), 0777) == 0) {
      try {
        for (const auto& [name, text] : files_) write_part((part / name).string(), text, (target / name).string());
      } catch (const Error&) {
        fs::remove_all(part, code);
        throw;
      }
      if (there) chmod(part.c_str(), is.st_mode & 07777);
      if (const std::string why = why_foreign(target.string()); !why.empty()) {
        fs::remove_all(part, code);
        throw Error(ErrorKind::kConfiguration, why + ": nothing was written");
      }
      if (take_place(part, target)) return;
      fs::remove_all(part, code);
    } else if (!there) {
      fail(what, errno);
    }
  }
  if (!there && mkdir(target.c_str(), 0777) != 0) fail(what, errno);
  // Inside, one by one: all are written before the first is renamed.
  for (const auto& [name, text] : files_) remove_leftovers(target, name);
  std::vector<fs::path> parts;
  try {
    for (const auto& [name, text] : files_) {
      parts.push_back(part_of(target / name));
      write_part(parts.back().string(), text, (target / name).string());
    }
    for (std::size_t f = 0; f < files_.size(); ++f) {
      const fs::path file = target / files_[f].first;
      if (rename(parts[f].c_str(), file.c_str()) != 0) fail("cannot write " + file.string(), errno);
    }
  } catch (const Error&) {
    for (const fs::path& part : parts) fs::remove(part, code);
    throw;
  }
}

}  // namespace subvolt::report
