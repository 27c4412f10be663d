#include "sim/soc/structure.h"

#include <algorithm>
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

// `key: null` where no file below has the key.
void complain_of_null(const config::Node::Entry& entry, const config::Node& map, const std::string& expected,
                      config::Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const config::Node::Entry& other : map.entries()) {
    if (!other.node.is_null() && !is_reserved(other.key)) names.push_back(other.key);
  }
  diagnostics.error(entry.key_location, entry.node.path(),
                    "expected " + expected + ", got nothing, and there is no \"" + entry.key + "\" to remove" +
                        config::did_you_mean(entry.key, names));
}

// Whoever says the kind later than other keys of the component has to say what becomes of those that it does not have:
// the file that they stand in is right by itself. True: it was complained of.
bool complain_of_kind(const config::Node& kind, const std::string& name, const config::Node& instance,
                      const config::SchemaBase& schema, config::Diagnostics& diagnostics) {
  const std::vector<config::FieldDoc> fields = schema.fields();
  const bool by_option = kind.layer() == config::Node::kOverride;
  std::string keys, place, removals, missing;
  for (const config::Node::Entry& entry : instance.entries()) {
    const bool known = std::any_of(fields.begin(), fields.end(), [&](const auto& f) { return f.key == entry.key; });
    if (known || entry.key == "kind" || entry.node.layer() >= kind.layer()) continue;
    if (place.empty()) place = entry.key_location.text();
    keys += (keys.empty() ? "" : ", ") + entry.key;
    removals += by_option ? " --set soc." + name + "." + entry.key + "=null"
                          : (removals.empty() ? " `" : ", ") + entry.key + ": null";
  }
  if (keys.empty()) return false;
  for (const config::FieldDoc& field : fields) {
    if (field.required && !instance.find(field.key)) missing += (missing.empty() ? "" : ", ") + field.key;
  }
  diagnostics.error(kind, "kind " + kind.value() + " has no " + keys + ", which the document has of another kind (" +
                              place + "): remove them with" + removals + (by_option ? "" : "` beside `kind`") +
                              (missing.empty() ? "" : ", and give " + missing));
  return true;
}

void read_instance(const config::Node::Entry& entry, const config::Node& soc, Structure& structure,
                   config::Diagnostics& diagnostics) {
  if (!config::check_name(entry, diagnostics)) return;
  if (entry.node.is_null()) return complain_of_null(entry, soc, "a component as a map with a kind", diagnostics);
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
  if (kind && complain_of_kind(*kind, entry.key, entry.node, *known->schema, diagnostics)) return;
  // What a kind lacks is asked for where the kind is chosen.
  if (kind && kind->layer() > entry.node.layer()) instance.node.set_location(kind->location());
  instance.node.remove("kind");
  structure.instances.push_back(std::move(instance));
}

// Wires by name, which refining files add to, change and remove one by one; or a list, which they replace as a whole.
class Wires {
 public:
  explicit Wires(config::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  std::vector<Connection> read(const config::Node& node) {
    for (const config::Node& item : node.items()) add("", item);
    for (const config::Node::Entry& entry : node.entries()) {
      if (!config::check_name(entry, diagnostics_)) continue;
      if (entry.node.is_null()) {
        complain_of_null(entry, node, "a map that describes a connection", diagnostics_);
      } else {
        add(entry.key, entry.node);
      }
    }
    for (const Connection& wire : std::vector<Connection>(wires_)) {
      if (!wire.before.empty()) move(wire);
    }
    for (const Connection& wire : wires_) {
      if (!wire.before.empty() && diagnostics_.empty() && find(wire.before) < find(wire.name)) {
        diagnostics_.error(wire.location, wire.path + ".before", "the order of wires goes round in a circle");
      }
    }
    return std::move(wires_);
  }

 private:
  void add(const std::string& name, const config::Node& node) {
    Connection wire;
    if (!Connection::schema().read(node, wire, diagnostics_)) return;
    wire.name = name;
    wire.location = node.location();
    wire.path = node.path();
    wire.origin = node;
    const auto same = std::find_if(wires_.begin(), wires_.end(), [&](const Connection& other) {
      return other.from == wire.from && other.to == wire.to && other.base == wire.base;
    });
    if (same != wires_.end()) {
      diagnostics_.error(node, "a wire from " + wire.from + " to " + wire.to + " is there already, " +
                                   (same->name.empty() ? "" : same->name + " ") + "at " + same->location.text());
    }
    wires_.push_back(std::move(wire));
  }

  std::vector<Connection>::iterator find(const std::string& name) {
    return std::find_if(wires_.begin(), wires_.end(), [&](const Connection& wire) { return wire.name == name; });
  }

  void move(const Connection& wire) {
    std::vector<std::string> others;
    for (const Connection& other : wires_) {
      if (!other.name.empty() && other.name != wire.name) others.push_back(other.name);
    }
    if (wire.name.empty() || std::find(others.begin(), others.end(), wire.before) == others.end()) {
      diagnostics_.error(
          wire.location, wire.path + ".before",
          "expected the name of another wire, got \"" + wire.before + "\"" + config::did_you_mean(wire.before, others));
      return;
    }
    wires_.erase(find(wire.name));
    wires_.insert(find(wire.before), wire);
  }

  config::Diagnostics& diagnostics_;
  std::vector<Connection> wires_;
};

}  // namespace

const config::Schema<Connection>& Connection::schema() {
  static const auto s =
      config::Schema<Connection>("connection", "A wire from an initiator or interrupt source to its target.")
          .required("from", &Connection::from, "Initiating end: a component, or component.port.")
          .required("to", &Connection::to, "Receiving end: a component, or component.port.")
          .optional("base", &Connection::base, "First bus address of a memory-mapped target.",
                    config::between<std::int64_t>(0, std::numeric_limits<std::int64_t>::max()))
          .optional("size", &Connection::size, "Bytes of its address range; a memory's own size when absent.")
          .optional("before", &Connection::before,
                    "Name of a wire that it stands before where their order counts: buses with fixed priorities.");
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
    if (!is_reserved(entry.key)) read_instance(entry, document.section, structure, diagnostics);
  }
  const config::Node* connections = document.section.find("connections");
  if (!connections || !(connections->is_sequence() || connections->is_map())) {
    diagnostics.error(connections ? connections->location() : structure.location, "soc.connections",
                      "expected wires by name, such as npu_dma: {from: npu.dma, to: bus}, or a list of them");
  } else {
    structure.connections = Wires(diagnostics).read(*connections);
  }
  diagnostics.throw_if_any();
  structure.origin = document.section;
  return structure;
}

}  // namespace subvolt::soc
