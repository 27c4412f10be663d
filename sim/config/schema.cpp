#include "sim/config/schema.h"

#include <algorithm>

namespace subvolt::config {
namespace {
constexpr std::size_t kMostExplained = 50;  // unknown keys of one map; more are not shown anyway
}  // namespace

std::string range_text(const std::string& min, const std::string& max) {
  if (!min.empty() && !max.empty()) return min + " to " + max;
  if (!min.empty()) return ">= " + min;
  return max.empty() ? "" : "<= " + max;
}

void report_out_of_range(const Node& node, const std::string& range, Diagnostics& diagnostics) {
  const bool one_sided = range[0] == '>' || range[0] == '<';
  diagnostics.error(node, "expected a value " + (one_sided ? range : "from " + range) + ", got " + node.describe());
}

std::vector<FieldDoc> SchemaBase::fields() const {
  if (!beside_) return docs_;
  std::vector<FieldDoc> all;
  std::vector<std::size_t> requiring;  // by field: schemas that do
  const std::vector<const SchemaBase*> schemas = beside_();
  for (const SchemaBase* schema : schemas) {
    for (FieldDoc& doc : schema->fields()) {
      const auto known = std::find_if(all.begin(), all.end(), [&](const FieldDoc& d) { return d.key == doc.key; });
      const auto i = static_cast<std::size_t>(known - all.begin());
      if (known == all.end()) requiring.push_back(0);
      if (doc.required) ++requiring[i];
      if (known == all.end()) all.push_back(std::move(doc));
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].required = requiring[i] >= (alternatives_ ? schemas.size() : 1);
    if (!all[i].required && all[i].default_text.empty()) all[i].default_text = "none";
  }
  all.insert(all.end(), docs_.begin(), docs_.end());
  return all;
}

void SchemaBase::add_field(std::string_view key, std::string_view meaning, bool required, std::size_t offset,
                           const void* standard, std::unique_ptr<const FieldReader> reader) {
  FieldDoc doc;
  doc.key = key;
  doc.type = reader->doc();
  doc.required = required;
  if (!required) doc.default_text = reader->text(standard);
  doc.range_text = reader->range_text();
  doc.meaning = meaning;
  docs_.push_back(std::move(doc));
  fields_.push_back({std::string(key), offset, std::move(reader)});
}

bool SchemaBase::read_fields(const Node& node, void* value, Diagnostics& diagnostics) const {
  const std::size_t before = diagnostics.errors().size();
  if (!check_keys(node, diagnostics)) return false;
  for (const Field& field : fields_) {
    const Node* child = node.find(field.key);
    if (child) field.reader->read(*child, static_cast<char*>(value) + field.offset, diagnostics);
  }
  return diagnostics.errors().size() == before;
}

bool SchemaBase::check_keys(const Node& node, Diagnostics& diagnostics) const {
  if (!node.is_map()) {
    diagnostics.error(node, "expected a map that describes " + with_article(name_) + ", got " + node.describe());
    return false;
  }
  std::vector<std::string> keys;
  for (const FieldDoc& doc : docs_) keys.push_back(doc.key);
  if (beside_) {
    keys.clear();
    for (const FieldDoc& doc : fields()) keys.push_back(doc.key);
  }
  std::size_t unknown = 0;
  for (const Node::Entry& entry : node.entries()) {
    if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) continue;
    const auto moved = std::find_if(moved_.begin(), moved_.end(), [&](const auto& m) { return m.first == entry.key; });
    if (moved != moved_.end()) {
      diagnostics.error(entry.key_location, entry.node.path(), "\"" + entry.key + "\" is now " + moved->second);
      continue;
    }
    if (++unknown > kMostExplained) {
      diagnostics.error(entry.key_location, entry.node.path(), "unknown key \"" + entry.key + "\"");
      continue;
    }
    std::string expected = did_you_mean(entry.key, keys);
    if (expected.empty()) {
      for (const std::string& key : keys) expected += (expected.empty() ? ": expected one of " : ", ") + key;
    }
    diagnostics.error(entry.key_location, entry.node.path(), "unknown key \"" + entry.key + "\"" + expected);
  }
  for (const FieldDoc& doc : docs_) {
    if (!doc.required || node.find(doc.key)) continue;
    std::string example =
        doc.type.form == TypeDoc::Form::kQuantity ? " such as \"" + std::string(doc.type.unit.example) + "\"" : "";
    diagnostics.error(node.location(), node.path(),
                      "missing key \"" + doc.key + "\": " + doc.type.text() + example + ". " + doc.meaning);
  }
  return true;
}

}  // namespace subvolt::config
