#include "sim/report/json_schema.h"

#include <algorithm>
#include <map>

#include "sim/config/kinds.h"
#include "sim/kernel/component_registry.h"
#include "sim/kernel/memory_kinds.h"
#include "sim/power/price/price_book.h"
#include "sim/soc/structure.h"

namespace subvolt::report {
namespace {

using config::TypeDoc;

// A file that includes another one says only what differs, and removes by null what the other one has.
enum class Extent { kWhole, kRefinement };

// The definitions of one document, each struct once.
class Definitions {
 public:
  explicit Definitions(std::string document) : document_(std::move(document)) {}

  Json type(const TypeDoc& type, Extent extent) {
    switch (type.form) {
      case TypeDoc::Form::kInteger:  // 0x2000_0000 is text to JSON
        return {{"type", {"integer", "string"}}, {"pattern", "^-?(0x[0-9a-fA-F_]+|[0-9][0-9_]*)$"}};
      case TypeDoc::Form::kNumber:  // and so is 1e-3 to YAML 1.1
        return {{"type", {"number", "string"}}, {"pattern", "^[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?$"}};
      case TypeDoc::Form::kBoolean:
        return {{"type", "boolean"}};
      case TypeDoc::Form::kText:
        return {{"type", {"string", "number", "boolean"}}};  // unquoted words of YAML
      case TypeDoc::Form::kQuantity:
        return {{"type", "string"},
                {"pattern", quantity_pattern(type.unit)},
                {"examples", {std::string(type.unit.example)}}};
      case TypeDoc::Form::kChoice:
        return {{"enum", type.choices}};
      case TypeDoc::Form::kList:  // a list is replaced as a whole
        return {{"type", "array"}, {"items", this->type(type.element.front(), Extent::kWhole)}};
      case TypeDoc::Form::kMap:
        return {{"type", "object"}, {"additionalProperties", entry(this->type(type.element.front(), extent), extent)}};
      case TypeDoc::Form::kObject:
        return object(*type.object, extent);
      case TypeDoc::Form::kKind:
        return kinds(*type.kinds, extent);
      case TypeDoc::Form::kEither: {
        Json choices = Json::array();
        for (const TypeDoc& one : type.element) choices.push_back(this->type(one, extent));
        return {{"anyOf", std::move(choices)}};
      }
      case TypeDoc::Form::kAny:
        return Json::object();
    }
    return Json::object();
  }

  // A reference to the struct's definition.
  Json object(const config::SchemaBase& schema, Extent extent) {
    const std::string name = name_of(schema) + (extent == Extent::kRefinement ? ".refined" : "");
    if (!all_.contains(name)) {
      all_[name] = nullptr;  // a struct may contain itself
      all_[name] = body(schema, extent);
    }
    return {{"$ref", "#/definitions/" + name}};
  }

  // A reference to the definition of a map that is one of them.
  Json kinds(const config::Kinds& kinds, Extent extent) {
    std::string what = kinds.what();
    std::replace(what.begin(), what.end(), ' ', '_');
    const std::string name = document_ + "." + what + (extent == Extent::kRefinement ? ".refined" : "");
    if (!all_.contains(name)) {
      Json choices = Json::array();
      for (const config::SchemaBase* schema : kinds.schemas()) choices.push_back(body(*schema, extent));
      all_[name] = {{"anyOf", std::move(choices)}};
    }
    return {{"$ref", "#/definitions/" + name}};
  }

  // The same spelled out, for structs that get more keys.
  Json body(const config::SchemaBase& schema, Extent extent) {
    Json properties = Json::object();
    Json required = Json::array();
    for (const config::FieldDoc& field : schema.fields()) {
      std::string text = field.meaning;
      if (!field.range_text.empty()) text += " Range: " + field.range_text + ".";
      if (!field.default_text.empty()) text += " Default: " + field.default_text + ".";
      // Beside $ref nothing else counts.
      properties[field.key] = {{"description", text}, {"allOf", {entry(type(field.type, extent), extent)}}};
      if (field.required && extent == Extent::kWhole) required.push_back(field.key);
    }
    Json object{{"type", "object"},
                {"description", schema.summary()},
                {"properties", std::move(properties)},
                {"additionalProperties", false}};
    if (!required.empty()) object["required"] = std::move(required);
    return object;
  }

  static Json entry(Json value, Extent extent) {
    if (extent == Extent::kWhole) return value;
    return {{"anyOf", {{{"type", "null"}}, std::move(value)}}};
  }

  const Json& all() const { return all_; }

 private:
  std::string name_of(const config::SchemaBase& schema) {
    const auto known = names_.find(&schema);
    if (known != names_.end()) return known->second;
    std::string name = document_ + "." + schema.name();
    for (const auto& [other, taken] : names_) {
      if (taken == name) name += "_";
    }
    return names_[&schema] = name;
  }

  std::string document_;
  std::map<const config::SchemaBase*, std::string> names_;
  Json all_ = Json::object();
};

// A document whose section is `section(extent)`.
template <class Section>
Json document(const std::string& name, Definitions& definitions, Section section) {
  Json out{
      {"$schema", "http://json-schema.org/draft-07/schema#"},
      {"title", name + " document"},
      {"type", "object"},
      {"properties", {{"schema", {{"const", name + "/1"}}}, {"include", {{"type", "string"}}}, {name, Json::object()}}},
      {"required", {"schema", name}},
      {"additionalProperties", false},
      {"if", {{"required", {"include"}}}},
      {"then", {{"properties", {{name, section(Extent::kRefinement)}}}}},
      {"else", {{"properties", {{name, section(Extent::kWhole)}}}}}};
  out["definitions"] = definitions.all();
  return out;
}

// A component's configuration with the kind that selects it; without one, its name is the kind.
Json component_schema(const kernel::ComponentKind& kind, Definitions& definitions, Extent extent) {
  Json object = definitions.body(*kind.schema, extent);
  object["properties"]["kind"] = {{"const", kind.kind}};
  return object;
}

}  // namespace

Json document_schema(const config::SchemaBase& section) {
  Definitions definitions(section.name());
  return document(section.name(), definitions, [&](Extent extent) { return definitions.object(section, extent); });
}

Json soc_schema() {
  Definitions definitions("soc");
  return document("soc", definitions, [&](Extent extent) {
    Json kinds = Json::array();
    for (const kernel::ComponentKind* kind : kernel::component_kinds()) {
      kinds.push_back(component_schema(*kind, definitions, extent));
    }
    const Json wires{
        {"type", "object"},
        {"additionalProperties", Definitions::entry(definitions.object(soc::Connection::schema(), extent), extent)}};
    const Json list{{"type", "array"}, {"items", definitions.object(soc::Connection::schema(), Extent::kWhole)}};
    const Json connections{{"anyOf", {wires, list}}};
    Json section{{"type", "object"},
                 {"description", "Component instances by name, and the connections between them."},
                 {"properties",
                  {{"title", {{"type", "string"}}}, {"source", {{"type", "string"}}}, {"connections", connections}}},
                 {"additionalProperties", Definitions::entry({{"anyOf", std::move(kinds)}}, extent)}};
    if (extent == Extent::kWhole) section["required"] = {"connections"};
    return section;
  });
}

Json memory_schema() {
  Definitions definitions("memory");
  return document("memory", definitions, [&](Extent extent) {
    Json kinds = Json::array();
    for (const kernel::MemoryKind* kind : kernel::memory_kinds()) {
      Json section = definitions.body(power::MemoryDescription::schema(), extent);
      section["properties"]["kind"] = {{"const", kind->kind}};
      section["properties"]["device"] = definitions.object(*kind->device, extent);
      kinds.push_back(std::move(section));
    }
    return Json{{"anyOf", std::move(kinds)}};
  });
}

Json any_document(const std::vector<Json>& documents) {
  Json any{{"$schema", "http://json-schema.org/draft-07/schema#"},
           {"title", "Subvolt document"},
           {"anyOf", Json::array()},
           {"definitions", Json::object()}};
  for (Json one : documents) {
    if (one.contains("definitions")) any["definitions"].update(one.at("definitions"));
    one.erase("definitions");
    one.erase("$schema");
    any["anyOf"].push_back(std::move(one));
  }
  return any;
}

}  // namespace subvolt::report
