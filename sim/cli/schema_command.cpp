// subvolt schema: what the configuration files may say, for editors and people.
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/network/yaml_reader.h"
#include "sim/report/json_schema.h"
#include "sim/run/design_point.h"

namespace subvolt::cli {
namespace {

const std::vector<const config::SchemaBase*>& documents() {
  static const std::vector<const config::SchemaBase*> all{
      &run::DesignFile::schema(), &power::PowerIntent::schema(), &power::Technology::schema(),
      &power::MemoryDescription::schema(), &network::NetworkFile::schema()};
  return all;
}

struct Options {
  std::string document;
  bool markdown = false;
};

void print(const Options& options) {
  if (options.markdown) {
    std::cout << report::reference(documents());
    return;
  }
  report::Json all = report::Json::object();
  all["soc"] = report::soc_schema();
  for (const auto* schema : documents()) all[schema->name()] = report::document_schema(*schema);
  all["memory"] = report::memory_schema();
  if (!options.document.empty()) {
    std::cout << report::to_text(all.at(options.document));
    return;
  }
  report::Json any{{"$schema", "http://json-schema.org/draft-07/schema#"},
                   {"title", "Subvolt document"},
                   {"anyOf", report::Json::array()}};
  for (auto& [name, schema] : all.items()) any["anyOf"].push_back(schema);
  std::cout << report::to_text(any);
}

void declare(Arguments& arguments, const GlobalOptions&) {
  auto options = std::make_shared<Options>();
  std::vector<std::string> names{"soc"};
  for (const auto* schema : documents()) names.push_back(schema->name());
  arguments.optional_choice("DOCUMENT", options->document, names, "One kind of document; all when absent");
  arguments.flag("--markdown", options->markdown, "The reference for people instead");
  arguments.run([options] { print(*options); });
}

const bool registered = register_command({"schema", "JSON Schema (draft-07) of the configuration files", 70, declare});

}  // namespace
}  // namespace subvolt::cli
