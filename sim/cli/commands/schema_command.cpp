// subvolt schema: what the configuration files may say, for editors and people.
#include <filesystem>
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/config/library.h"
#include "sim/config/read_file.h"
#include "sim/mapping/processor/processor.h"
#include "sim/network/yaml/yaml_reader.h"
#include "sim/power/thermal/package.h"
#include "sim/report/files.h"
#include "sim/report/json_schema.h"
#include "sim/run/chip.h"
#include "sim/run/comparison.h"
#include "sim/run/design_point.h"

namespace subvolt::cli {
namespace {

const std::vector<const config::SchemaBase*>& documents() {
  static const std::vector<const config::SchemaBase*> all{
      &run::DesignFile::schema(),          &power::PowerIntent::schema(),   &power::Technology::schema(),
      &power::MemoryDescription::schema(), &mapping::Processor::schema(),   &power::Regulator::schema(),
      &power::Package::schema(),           &network::NetworkFile::schema(), &scenario::Scenario::schema(),
      &scenario::Cell::schema(),           &scenario::Harvester::schema(),  &scenario::Part::radio_schema(),
      &scenario::Part::sensor_schema(),    &run::Comparison::schema(),      &run::Chip::schema()};
  return all;
}

// Sweeps are run by scripts/sweep.py; their schema is a file, which it reads, too.
constexpr const char* kSweep = "configs/schemas/sweep.json";

// By document.
std::vector<std::pair<std::string, report::Json>> schemas() {
  std::vector<std::pair<std::string, report::Json>> all{{"soc", report::soc_schema()}};
  for (const auto* schema : documents()) {
    const bool memory = schema == &power::MemoryDescription::schema();
    all.emplace_back(schema->name(), memory ? report::memory_schema() : report::document_schema(*schema));
  }
  const std::string sweep = config::read_file((std::filesystem::path(config::data_root()) / kSweep).string());
  all.emplace_back("sweep", report::Json::parse(sweep));
  return all;
}

struct Options {
  std::string document;
  std::string folder;
  bool markdown = false;
};

void write(const std::string& folder) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code) throw Error(ErrorKind::kConfiguration, "cannot make the folder " + folder + ": " + code.message());
  for (const auto& [name, schema] : schemas()) {
    report::write_file((std::filesystem::path(folder) / (name + ".json")).string(), report::to_text(schema));
  }
}

void print(const Options& options) {
  if (!options.document.empty() + !options.folder.empty() + options.markdown > 1) {
    throw Error(ErrorKind::kConfiguration, "expected one of DOCUMENT, --write and --markdown");
  }
  if (options.markdown) {
    std::cout << report::reference(documents());
    return;
  }
  if (!options.folder.empty()) return write(options.folder);
  std::vector<report::Json> all;
  for (const auto& [name, schema] : schemas()) {
    if (options.document.empty() || name == options.document) all.push_back(schema);
  }
  std::cout << report::to_text(options.document.empty() ? report::any_document(all) : all.front());
}

void declare(Arguments& arguments, const GlobalOptions&) {
  auto options = std::make_shared<Options>();
  std::vector<std::string> names{"soc", "sweep"};
  for (const auto* schema : documents()) names.push_back(schema->name());
  arguments.optional_choice("DOCUMENT", options->document, names, "One kind of document; all when absent");
  arguments.optional("--write", options->folder, "A folder: a file for each kind of document");
  arguments.flag("--markdown", options->markdown, "The reference for people instead");
  arguments.run([options] { print(*options); });
}

const bool schema_command_registered =
    register_command({"schema", "JSON Schema (draft-07) of the configuration files", 70, declare});

}  // namespace
}  // namespace subvolt::cli
