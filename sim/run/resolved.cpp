#include "sim/run/resolved.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "sim/config/library.h"
#include "sim/config/resolved_text.h"
#include "sim/config/run_document.h"
#include "sim/config/sourced/quality.h"
#include "sim/config/sourced/sourcing.h"
#include "sim/kernel/component_registry.h"
#include "sim/run/document_names.h"

namespace subvolt::run {
namespace {

using config::yaml_scalar;

void print_design(const DesignPoint& point, std::ostream& out) {
  out << "design:\n";
  const auto name_of = [&](const char* kind, const std::string& file) {
    if (!file.empty()) out << "  " << kind << ": " << yaml_scalar(lasting_name(kind, file)) << "\n";
  };
  name_of("network", point.documents.network);
  name_of("scenario", point.documents.scenario);
  if (point.documents.scenario.empty() && point.jobs.size() > 1) out << "  inferences: " << point.jobs.size() << "\n";
  if (!point.named_operating_point.empty()) {
    out << "  operating_point: " << yaml_scalar(point.named_operating_point) << "\n";
  }
  for (const auto& [name, voltage] : point.operating_point().voltages) {
    out << "  #   " << name << ": " << brief(voltage) << "\n";
  }
  for (const auto& [name, frequency] : point.operating_point().frequencies) {
    out << "  #   " << name << ": " << brief(frequency) << "\n";
  }
  if (!point.named_map_at.empty()) out << "  map_at: " << yaml_scalar(point.named_map_at) << "\n";
  out << "  objective: " << config::FieldType<mapping::Objective>::text(point.objective) << "\n";
  // The documents follow; the rest is as the design says it.
  constexpr std::string_view kSaid[] = {"soc",        "power",           "technology", "network",  "scenario",
                                        "inferences", "operating_point", "map_at",     "objective"};
  for (const config::Node::Entry& entry : point.design.entries()) {
    if (std::find(std::begin(kSaid), std::end(kSaid), entry.key) != std::end(kSaid)) continue;
    out << "  " << entry.key << ":";
    config::print_node(entry.node, out, 2);
  }
}

void print_structure(const soc::Structure& structure, std::ostream& out) {
  out << "soc:\n";
  if (!structure.title.empty()) out << "  title: " << yaml_scalar(structure.title) << "\n";
  for (const soc::Instance& instance : structure.instances) {
    out << "  " << yaml_scalar(instance.name) << ":\n    kind: " << instance.kind << "\n";
    kernel::find_component_kind(instance.kind)->schema->print_resolved(instance.node, out, 4);
  }
  out << "  connections:" << (structure.connections.empty() ? " []" : "") << "\n";
  for (const soc::Connection& c : structure.connections) {
    out << "    - {from: " << yaml_scalar(c.from) << ", to: " << yaml_scalar(c.to);
    if (c.base) out << ", base: " << *c.base;
    if (c.size) out << ", size: " << c.size->value() << " B";
    config::Node node = config::Node::null(c.location, "");
    out << "}  " << config::origin_comment(node) << "\n";
  }
}

// Sources as they count: where a later file or an override gave numbers, their readers name those instead of a source
// that tells of others (sim/config/sourced/sourcing.h). In one file nothing is later than anything else, so it has to
// say so.
void settle_sources(config::Node& node) {
  for (config::Node& item : node.items()) settle_sources(item);
  for (config::Node::Entry& entry : node.entries()) settle_sources(entry.node);
  const config::Node* source = node.is_map() ? node.find("source") : nullptr;
  if (!source || !source->is_scalar()) return;
  const config::Node* stated = node.find("quality");
  std::string text = source->value();
  config::Quality quality = config::Quality::kEstimated;
  if (stated) {
    config::Diagnostics diagnostics;
    config::FieldType<config::Quality>::read(*stated, quality, diagnostics);
  }
  const config::Quality before = quality;
  config::settle_source(text, quality, node);
  const config::SourceLocation at = source->location();
  const config::SourceLocation quality_at = stated ? stated->location() : at;
  if (text != source->value()) node.set("source", at, config::Node::scalar(text, at, source->path()));
  if (stated && quality != before) {
    node.set("quality", quality_at, config::Node::scalar(config::to_text(quality), quality_at, stated->path()));
  }
}

void print_electrical(const PricedDocuments& documents, std::ostream& out) {
  out << "power:\n";
  config::Node power = config::load(documents.power, "power", documents.overrides).section;
  settle_sources(power);
  power::PowerIntent::schema().print_resolved(power, out, 2);
  out << "technology:\n";
  config::Node technology = config::load(documents.technology, "technology", documents.overrides).section;
  settle_sources(technology);
  power::Technology::schema().print_resolved(technology, out, 2);
}

// `about`: comment lines. `names`: of the documents, with their hashes.
std::string with_header(const std::string& about, const RunIdentity& identity,
                        const std::vector<std::array<std::string, 3>>& names, const std::string& below) {
  std::ostringstream out;
  out << about << "schema: " << config::kRunSchema << "\nrun:\n"
      << "  program: " << yaml_scalar(identity.program) << "\n  command: " << yaml_scalar(identity.command)
      << "\n  seed: " << identity.seed << "\n";
  if (!identity.options.empty()) out << "  options: " << yaml_scalar(identity.options) << "\n";
  const char* separator = "  names: {";
  for (const auto& [kind, name, sha256] : names) {
    out << separator << kind << ": " << yaml_scalar(name);
    separator = ", ";
  }
  out << "}\n  sha256:\n";
  for (const auto& [kind, name, sha256] : names) out << "    " << kind << ": " << sha256 << "\n";
  out << "  contents: " << config::contents_hash("\n" + below) << "\n";
  return out.str() + below;
}

}  // namespace

std::string resolved(const Request& request, const DesignPoint& point, const RunIdentity& identity) {
  std::ostringstream below;
  print_design(point, below);
  print_structure(point.structure, below);
  print_electrical({point.documents.power, point.documents.technology, request.overrides}, below);
  return with_header(
      "# The values of this design point and their origins; what is not here is its default "
      "(docs/configuration.md).\n"
      "# `subvolt run` runs this file again; changed, it is a design point of its own. Its network and its memory\n"
      "# devices are read where they are.\n",
      identity,
      {{"soc", point.structure.name, point.structure.sha256},
       {"power", point.intent.name, point.intent.sha256},
       {"technology", point.technology.name, point.technology.sha256}},
      below.str());
}

std::string resolved(const PricedDocuments& documents, const power::PowerIntent& intent,
                     const power::Technology& technology, const RunIdentity& identity) {
  std::ostringstream below;
  print_electrical(documents, below);
  return with_header(
      "# What the activity.json beside this file was priced with, and where it is from; what is not here is its "
      "default\n"
      "# (docs/configuration.md). `subvolt price` prices it again; changed, it stands for itself. Memory devices are\n"
      "# read where they are.\n",
      identity, {{"power", intent.name, intent.sha256}, {"technology", technology.name, technology.sha256}},
      below.str());
}

}  // namespace subvolt::run
