#include "sim/report/json_schema.h"

#include "sim/kernel/component_registry.h"
#include "sim/kernel/memory_kinds.h"
#include "sim/power/price_book.h"
#include "sim/soc/structure.h"

namespace subvolt::report {
namespace {

using config::TypeDoc;

Json object_schema(const config::SchemaBase& schema);

Json type_schema(const TypeDoc& type) {
  switch (type.form) {
    case TypeDoc::Form::kInteger:
      return {{"type", {"integer", "string"}}};  // 0x2000_0000 is text to JSON
    case TypeDoc::Form::kNumber:
      return {{"type", "number"}};
    case TypeDoc::Form::kBoolean:
      return {{"type", "boolean"}};
    case TypeDoc::Form::kText:
      return {{"type", {"string", "number", "boolean"}}};  // unquoted words of YAML
    case TypeDoc::Form::kQuantity:
      return {{"type", "string"}, {"pattern", "^-?[0-9]"}, {"examples", {std::string(type.unit.example)}}};
    case TypeDoc::Form::kChoice:
      return {{"enum", type.choices}};
    case TypeDoc::Form::kList:
      return {{"type", "array"}, {"items", type_schema(type.element.front())}};
    case TypeDoc::Form::kMap:
      return {{"type", "object"}, {"additionalProperties", type_schema(type.element.front())}};
    case TypeDoc::Form::kObject:
      return object_schema(*type.object);
    case TypeDoc::Form::kAny:
      return Json::object();
  }
  return Json::object();
}

Json object_schema(const config::SchemaBase& schema) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const config::FieldDoc& field : schema.fields()) {
    Json property = type_schema(field.type);
    std::string text = field.meaning;
    if (!field.range_text.empty()) text += " Range: " + field.range_text + ".";
    if (!field.default_text.empty()) text += " Default: " + field.default_text + ".";
    property["description"] = text;
    properties[field.key] = std::move(property);
    if (field.required) required.push_back(field.key);
  }
  Json object{{"type", "object"},
              {"description", schema.summary()},
              {"properties", std::move(properties)},
              {"additionalProperties", false}};
  if (!required.empty()) object["required"] = std::move(required);
  return object;
}

Json document(const std::string& name, Json section) {
  return {{"$schema", "http://json-schema.org/draft-07/schema#"},
          {"title", name + " document"},
          {"type", "object"},
          {"properties",
           {{"schema", {{"const", name + "/1"}}}, {"include", {{"type", "string"}}}, {name, std::move(section)}}},
          {"required", {"schema", name}},
          {"additionalProperties", false}};
}

// A component's configuration with the kind that selects it.
Json component_schema(const kernel::ComponentKind& kind) {
  Json object = object_schema(*kind.schema);
  object["properties"]["kind"] = {{"const", kind.kind}};
  return object;
}

// Depth first, each struct once.
void describe(const config::SchemaBase& schema, std::vector<const config::SchemaBase*>& seen, std::string& out);

void describe_types(const TypeDoc& type, std::vector<const config::SchemaBase*>& seen, std::string& out) {
  if (type.object) describe(*type.object, seen, out);
  for (const TypeDoc& element : type.element) describe_types(element, seen, out);
}

void describe(const config::SchemaBase& schema, std::vector<const config::SchemaBase*>& seen, std::string& out) {
  for (const auto* s : seen) {
    if (s == &schema) return;
  }
  seen.push_back(&schema);
  out += "### " + schema.name() + "\n\n" + schema.summary() +
         "\n\n| key | type | default | range | meaning |\n| --- | --- | --- | --- | --- |\n";
  for (const config::FieldDoc& field : schema.fields()) {
    out += "| `" + field.key + "` | " + field.type.text() + " | " +
           (field.required               ? "required"
            : field.default_text.empty() ? ""
                                         : "`" + field.default_text + "`") +
           " | " + field.range_text + " | " + field.meaning + " |\n";
  }
  out += "\n";
  for (const config::FieldDoc& field : schema.fields()) describe_types(field.type, seen, out);
}

std::string events_table(const kernel::ComponentKind& kind) {
  if (kind.events.empty()) return "";
  std::string out = "| event | price | one count is |\n| --- | --- | --- |\n";
  for (const auto& e : kind.events) {
    out += "| `" + e.name + "` | " + (e.price.empty() ? "statistic" : "`" + e.price + "`") + " | " + e.meaning + " |\n";
  }
  return out + "\n";
}

}  // namespace

Json document_schema(const config::SchemaBase& section) { return document(section.name(), object_schema(section)); }

Json soc_schema() {
  Json kinds = Json::array();
  for (const kernel::ComponentKind& kind : kernel::component_kinds()) kinds.push_back(component_schema(kind));
  Json section{{"type", "object"},
               {"description", "Component instances by name, and the connections between them."},
               {"properties",
                {{"title", {{"type", "string"}}},
                 {"source", {{"type", "string"}}},
                 {"connections", {{"type", "array"}, {"items", object_schema(soc::Connection::schema())}}}}},
               {"additionalProperties", {{"anyOf", std::move(kinds)}}},
               {"required", {"connections"}}};
  return document("soc", std::move(section));
}

Json memory_schema() {
  Json kinds = Json::array();
  for (const kernel::MemoryKind& kind : kernel::memory_kinds()) {
    Json section = object_schema(power::MemoryDescription::schema());
    section["properties"]["kind"] = {{"const", kind.kind}};
    section["properties"]["device"] = object_schema(*kind.device);
    kinds.push_back(std::move(section));
  }
  return document("memory", {{"anyOf", std::move(kinds)}});
}

std::string reference(const std::vector<const config::SchemaBase*>& documents) {
  std::string out =
      "# Configuration reference\n\nGenerated by `subvolt schema --markdown`; do not edit. A document begins with "
      "`schema: NAME/1` and has one section\n`NAME:`. Quantities carry their unit (`0.46 V`, `128 KiB`).\n\n";
  std::vector<const config::SchemaBase*> seen;
  for (const config::SchemaBase* schema : documents) {
    out += "## Document `" + schema->name() + "`\n\n";
    describe(*schema, seen, out);
  }
  out +=
      "## Document `soc`\n\nComponent instances by name, each with `kind:` unless the name is the kind, and "
      "`connections:`.\n\n";
  describe(soc::Connection::schema(), seen, out);
  for (const kernel::ComponentKind& kind : kernel::component_kinds()) {
    out += "## Component `" + kind.kind + "`\n\n" + kind.summary + "\n\n";
    describe(*kind.schema, seen, out);
    out += "| port | role | meaning |\n| --- | --- | --- |\n";
    static constexpr const char* kRoles[] = {"initiator", "target", "interrupt out", "interrupt in"};
    for (const auto& port : kind.ports) {
      out += "| `" + (port.name.empty() ? kind.kind : kind.kind + "." + port.name) + "` | " +
             kRoles[static_cast<int>(port.role)] + (port.many ? ", any number" : "") + " | " + port.meaning + " |\n";
    }
    out += "\n" + events_table(kind);
  }
  for (const kernel::MemoryKind& kind : kernel::memory_kinds()) {
    out +=
        "## Memory kind `" + kind.kind + "`\n\n" + kind.summary +
        " What a memory document of this kind says in `device:`, and with which settings a SoC (or `subvolt memtrace "
        "--set`) uses it:\n\n";
    describe(*kind.device, seen, out);
    describe(*kind.settings, seen, out);
  }
  return out;
}

}  // namespace subvolt::report
