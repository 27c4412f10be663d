#include "sim/config/library.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>

#include "sim/config/diagnostics.h"
#include "sim/config/read_file.h"
#include "sim/config/text.h"

namespace subvolt::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxBeside = 1000;  // files of a folder that are compared with a misspelt one

std::string& root() {
  static std::string folder;
  return folder;
}

bool holds_data(const fs::path& folder) {
  std::error_code code;
  return fs::is_directory(folder / "configs", code) && fs::is_directory(folder / "workloads", code);
}

std::string find_root() {
  if (const char* given = std::getenv("SUBVOLT_DATA")) {
    if (holds_data(given)) return given;
    throw Error(ErrorKind::kConfiguration,
                "SUBVOLT_DATA=" + std::string(given) + ": expected a folder that holds configs/ and workloads/");
  }
  std::error_code code;
  const fs::path program = fs::read_symlink("/proc/self/exe", code);
  // Where an installed program has them; the build says where that is, seen from the program.
  const fs::path installed = (program.parent_path() / SUBVOLT_INSTALLED_DATA).lexically_normal();
  if (holds_data(installed)) return installed.string();
  for (fs::path folder = program.parent_path(); !folder.empty(); folder = folder.parent_path()) {
    if (holds_data(folder)) return folder.string();
    if (folder == folder.root_path()) break;
  }
  throw Error(ErrorKind::kConfiguration, "neither " + installed.string() +
                                             " nor a folder above the program holds configs/ and workloads/: set "
                                             "SUBVOLT_DATA to the one that does");
}

const Shelf& shelf(std::string_view kind) {
  for (const Shelf& s : shelves()) {
    if (s.kind == kind) return s;
  }
  throw Error(ErrorKind::kInternal, "no shelf for " + std::string(kind));
}

// Hidden files belong to editors, notes to people.
bool is_document(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.front() != '.' && name.back() != '~' && path.extension() != ".md" && path.has_extension();
}

// Perhaps as a link that leads nowhere, or where nobody may look.
bool is_there(const fs::path& path) {
  std::error_code code;
  const fs::file_status status = fs::symlink_status(path, code);
  return status.type() != fs::file_type::not_found && status.type() != fs::file_type::none;
}

// Who writes a folder or an extension means a file.
bool looks_like_path(const fs::path& given) {
  static const std::vector<std::string> extensions{".yaml", ".yml", ".json", ".onnx", ".tflite", ".csv"};
  return given.has_parent_path() ||
         std::find(extensions.begin(), extensions.end(), given.extension().string()) != extensions.end();
}

// Files and shipped names that are nearly called so.
std::string why_no_file(const fs::path& path, std::string_view kind) {
  const std::string why = why_unreadable(path.string());
  if (is_there(path)) return why;
  std::error_code code;
  std::vector<std::string> beside;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  for (fs::directory_iterator at(folder, code), end; !code && at != end && beside.size() < kMaxBeside;
       at.increment(code)) {
    beside.push_back((path.parent_path() / at->path().filename()).string());
  }
  std::sort(beside.begin(), beside.end());
  std::string hint = did_you_mean(path.string(), beside);
  if (hint.empty()) hint = did_you_mean(path.stem().string(), shipped(kind));
  return why + hint;
}

std::string why_no_name(const std::string& name, std::string_view kind) {
  const auto names = shipped(kind);
  const std::string why = "neither a file nor one of " + std::string(shelf(kind).folder);
  const std::string hint = did_you_mean(name, names);
  if (!hint.empty()) return why + hint;
  return names.empty() ? why : why + "; shipped: " + listed(names);
}

bool is_file(const fs::path& path) {
  std::error_code code;
  return fs::is_regular_file(path, code);
}

}  // namespace

const std::vector<Shelf>& shelves() {
  static const std::vector<Shelf> all{
      {"design", "configs/designs"},       {"soc", "configs/socs"},
      {"power", "configs/power"},          {"technology", "configs/technologies"},
      {"memory", "configs/memories"},      {"processor", "configs/processors"},
      {"regulator", "configs/regulators"}, {"package", "configs/packages"},
      {"network", "workloads/networks"},   {"battery", "configs/batteries"},
      {"harvester", "configs/harvesters"}, {"radio", "configs/radios"},
      {"sensor", "configs/sensors"},       {"scenario", "workloads/scenarios"},
      {"sweep", "configs/sweeps"},         {"comparison", "configs/comparisons"},
      {"chip", "configs/chips"},
  };
  return all;
}

const std::string& data_root() {
  if (root().empty()) root() = find_root();
  return root();
}

void set_data_root(std::string folder) { root() = std::move(folder); }

std::vector<std::string> shipped(std::string_view kind) {
  std::vector<std::string> names;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(fs::path(data_root()) / shelf(kind).folder, code)) {
    if (entry.is_regular_file() && is_document(entry.path())) names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string find(std::string_view kind, const std::string& name_or_path, const std::string& from,
                 const std::string& beside) {
  const fs::path given(name_or_path);
  const fs::path path = beside.empty() || given.is_absolute() ? given : fs::path(beside).parent_path() / given;
  if (is_file(path)) return path.lexically_normal().string();
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(fs::path(data_root()) / shelf(kind).folder, code)) {
    if (entry.is_regular_file() && is_document(entry.path()) && entry.path().stem() == name_or_path)
      return entry.path().string();
  }
  const std::string message =
      "no " + std::string(kind) + " \"" + legible(excerpt(name_or_path)) +
      "\": " + (looks_like_path(given) || is_there(path) ? why_no_file(path, kind) : why_no_name(name_or_path, kind));
  throw Error(ErrorKind::kConfiguration, from.empty() ? message : from + ": " + message);
}

std::string display_name(const std::string& file) {
  const fs::path path(file);
  const std::string extension = path.extension().string();
  // The dot of "mobilenet_v1_1.0_224" begins no extension.
  const bool letters = std::all_of(extension.begin() + (extension.empty() ? 0 : 1), extension.end(),
                                   [](unsigned char c) { return std::isalpha(c) != 0; });
  return letters ? path.stem().string() : path.filename().string();
}

std::string display_path(const std::string& file) {
  const fs::path relative =
      fs::path(file).lexically_normal().lexically_relative(fs::path(data_root()).lexically_normal());
  if (relative.empty() || *relative.begin() == "..") return file;
  return relative.string();
}

}  // namespace subvolt::config
