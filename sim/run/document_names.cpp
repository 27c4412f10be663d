#include "sim/run/document_names.h"

#include <filesystem>

#include "sim/config/library.h"

namespace subvolt::run {

namespace fs = std::filesystem;

namespace {

// Empty unless the file lies on the library's shelf of that kind, whatever links lead there.
std::string shipped_name(std::string_view kind, const std::string& file) {
  const std::string name = fs::path(file).stem().string();
  for (const config::Shelf& shelf : config::shelves()) {
    if (shelf.kind != kind) continue;
    std::error_code code;
    const fs::path folder = fs::path(config::data_root()) / shelf.folder;
    if (fs::equivalent(fs::absolute(file).parent_path(), folder, code) && !code) return name;
  }
  return "";
}

}  // namespace

std::string shared_name(std::string_view kind, const std::string& name_or_path) {
  const std::string file = config::find(kind, name_or_path);
  const std::string name = shipped_name(kind, file);
  return name.empty() ? fs::path(file).filename().string() : name;
}

std::string lasting_name(std::string_view kind, const std::string& name_or_path) {
  const std::string file = config::find(kind, name_or_path);
  const std::string name = shipped_name(kind, file);
  return name.empty() ? fs::absolute(file).lexically_normal().string() : name;
}

std::string seen_path(const std::string& file) {
  std::error_code code;
  const fs::path whole = fs::absolute(file, code).lexically_normal();
  const fs::path seen = whole.lexically_relative(fs::current_path(code));
  return seen.empty() || *seen.begin() == ".." ? whole.string() : seen.string();
}

std::string seen_name(std::string_view kind, const std::string& name_or_path) {
  const std::string file = config::find(kind, name_or_path);
  const std::string name = shipped_name(kind, file);
  return name.empty() ? seen_path(file) : name;
}

bool is_of_library(std::string_view kind, const std::string& name_or_path) {
  return !shipped_name(kind, config::find(kind, name_or_path)).empty();
}

}  // namespace subvolt::run
