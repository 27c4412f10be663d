#include "sim/soc/structure.h"

#include <limits>

#include "sim/config/library.h"
#include "sim/config/name.h"
#include "sim/kernel/component_registry.h"

namespace subvolt::soc {
namespace {

// Ports of a bus are 64 each way, and every component hangs on one.
constexpr std::size_t kMostComponents = 256;

[[noreturn]] void fail_at(const config::Node& node, const std::string& message) {
  config::Diagnostics diagnostics;
  diagnostics.error(node, message);
  diagnostics.throw_if_any();
  throw Error(ErrorKind::kInternal, message);  // not reached: there was one
}

// Keys of the `soc` section that are no component instances.
bool is_reserved(const std::string& key) { return key == "title" || key == "source" || key == "connections"; }

std::vector<std::string> known_kinds() {
  std::vector<std::string> names;
  for (const auto* kind : kernel::component_kinds()) names.push_back(kind->kind);
  return names;
}

void read_instance(const config::Node::Entry& entry, Structure& structure, config::Diagnostics& diagnostics) {
  if (!config::check_name(entry, diagnostics)) return;
  if (!entry.node.is_map()) {
    diagnostics.error(entry.node, "expected a component as a map with a kind, got " + entry.node.describe());
    return;
  }
  Instance instance{entry.key, entry.key, entry.node};
  const config::Node* kind = entry.node.find("kind");
  if (kind && !config::read_text(*kind, instance.kind, diagnostics)) return;
  const kernel::ComponentKind* known = kernel::find_component_kind(instance.kind);
  if (!known) {
    const std::string hint = config::did_you_mean(instance.kind, known_kinds());
    if (kind) {
      diagnostics.error(*kind, "unknown component kind \"" + instance.kind + "\"" +
                                   (hint.empty() ? "; `subvolt list components` shows them all" : hint));
    } else {
      diagnostics.error(entry.key_location, entry.node.path(),
                        "\"" + entry.key + "\" is no component kind: add `kind:`" + hint);
    }
    return;
  }
  instance.node.remove("kind");
  structure.instances.push_back(std::move(instance));
}

}  // namespace

const config::Schema<Connection>& Connection::schema() {
  static const auto s =
      config::Schema<Connection>("connection", "A wire from an initiator or interrupt source to its target.")
          .required("from", &Connection::from, "Initiating end: a component, or component.port.")
          .required("to", &Connection::to, "Receiving end: a component, or component.port.")
          .optional("base", &Connection::base, "First bus address of a memory-mapped target.",
                    config::between<std::int64_t>(0, std::numeric_limits<std::int64_t>::max()))
          .optional("size", &Connection::size, "Bytes of its address range; a memory's own size when absent.");
  return s;
}

Structure read_structure(const std::string& name_or_path, const std::vector<config::Override>& overrides) {
  const std::string file = config::find("soc", name_or_path);
  const config::Document document = config::load(file, "soc", overrides);
  config::Diagnostics diagnostics;
  Structure structure;
  structure.name = document.name;
  structure.sha256 = document.sha256;
  structure.location = document.section.location();
  if (!document.section.is_map()) {
    diagnostics.error(document.section, "expected a map of components, got " + document.section.describe());
  }
  if (document.section.entries().size() > kMostComponents) {
    fail_at(document.section, "expected at most " + std::to_string(kMostComponents) + " components, got " +
                                  std::to_string(document.section.entries().size()));
  }
  for (const config::Node::Entry& entry : document.section.entries()) {
    if (entry.key == "title") config::read_text(entry.node, structure.title, diagnostics);
    if (!is_reserved(entry.key)) read_instance(entry, structure, diagnostics);
  }
  const config::Node* connections = document.section.find("connections");
  if (!connections || !connections->is_sequence()) {
    diagnostics.error(connections ? connections->location() : structure.location, "soc.connections",
                      "expected a list of connections such as {from: npu.dma, to: bus}");
  } else {
    for (const config::Node& node : connections->items()) {
      Connection connection;
      if (!Connection::schema().read(node, connection, diagnostics)) continue;
      connection.location = node.location();
      connection.path = node.path();
      structure.connections.push_back(std::move(connection));
    }
  }
  diagnostics.throw_if_any();
  return structure;
}

}  // namespace subvolt::soc
