#include <filesystem>

#include "sim/report/files.h"
#include "sim/report/result.h"

namespace subvolt::report {
namespace {

// 1-based line and column of a byte in a text.
std::string place(const std::string& text, std::size_t byte) {
  int line = 1;
  int column = 1;
  for (std::size_t i = 0; i + 1 < byte && i < text.size(); ++i) {
    ++column;
    if (text[i] != '\n') continue;
    ++line;
    column = 1;
  }
  return std::to_string(line) + ":" + std::to_string(column);
}

void require_numbers(const Json& part, const std::string& path, std::initializer_list<const char*> keys,
                     const std::string& file) {
  for (const char* key : keys) {
    if (part.is_object() && part.contains(key) && part.at(key).is_number()) continue;
    throw Error(ErrorKind::kConfiguration, file + ": " + path + "/" + key + ": expected a number");
  }
}

void require_texts(const Json& part, const std::string& path, std::initializer_list<const char*> keys,
                   const std::string& file) {
  for (const char* key : keys) {
    if (part.is_object() && part.contains(key) && part.at(key).is_string()) continue;
    throw Error(ErrorKind::kConfiguration, file + ": " + path + "/" + key + ": expected a text");
  }
}

void check(const Json& result, const std::string& file) {
  const auto refuse = [&](const std::string& what) { throw Error(ErrorKind::kConfiguration, file + ": " + what); };
  if (!result.is_object() || !result.contains("schema_version")) refuse("no result: expected \"schema_version\"");
  if (result.at("schema_version") != kResultSchemaVersion) {
    refuse("/schema_version: expected \"" + std::string(kResultSchemaVersion) + "\", got " +
           result.at("schema_version").dump());
  }
  for (const char* part : {"provenance", "design_point", "totals"}) {
    if (!result.contains(part) || !result.at(part).is_object()) refuse("/" + std::string(part) + ": expected a map");
  }
  for (const char* part : {"layers", "components", "accounts"}) {
    if (!result.contains(part) || !result.at(part).is_array()) refuse("/" + std::string(part) + ": expected a list");
  }
  require_numbers(result.at("totals"), "/totals",
                  {"latency_s", "cycles", "macs", "energy_J", "average_power_W", "peak_power_W", "tops_per_W",
                   "dram_read_B", "dram_write_B"},
                  file);
  require_texts(result.at("design_point"), "/design_point", {"soc", "technology", "network", "operating_point"}, file);
  for (std::size_t i = 0; i < result.at("accounts").size(); ++i) {
    const Json& account = result.at("accounts")[i];
    const std::string path = "/accounts/" + std::to_string(i);
    require_texts(
        account, path,
        {"account", "component", "domain", "cause", "count_unit", "formula", "scale_formula", "source", "quality"},
        file);
    require_numbers(account, path, {"count", "unit_energy_J", "scale", "energy_J"}, file);
  }
  for (std::size_t i = 0; i < result.at("layers").size(); ++i) {
    const Json& layer = result.at("layers")[i];
    const std::string path = "/layers/" + std::to_string(i);
    require_texts(layer, path, {"name", "op", "bound"}, file);
    require_numbers(layer, path, {"macs", "cycles", "latency_s", "utilization"}, file);
  }
}

}  // namespace

Json read_result(const std::string& file_or_folder) {
  std::error_code code;
  const bool folder = std::filesystem::is_directory(file_or_folder, code);
  const std::string file = folder ? (std::filesystem::path(file_or_folder) / "result.json").string() : file_or_folder;
  const std::string text = read_file(file);
  Json result;
  try {
    result = Json::parse(text);
  } catch (const Json::parse_error& e) {
    throw Error(ErrorKind::kConfiguration,
                file + ":" + place(text, e.byte) + ": no valid JSON: expected a result.json");
  }
  check(result, file);
  return result;
}

}  // namespace subvolt::report
