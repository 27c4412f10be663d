#include "sim/config/schema.h"

#include <algorithm>
#include <ostream>

namespace subvolt::config {
namespace {

std::string origin(const Node& node) { return "# " + node.location().text(); }

std::string padding(int indent) { return std::string(static_cast<std::size_t>(indent), ' '); }

// A scalar as YAML: in quotes where a reader would otherwise not see a plain text.
std::string scalar_text(const Node& node) {
  const std::string& value = node.value();
  const bool plain = !node.quoted() && !value.empty() &&
                     value.find_first_of("\n#\"'{}[]&*!|>%@`") == std::string::npos &&
                     value.find(": ") == std::string::npos && value.back() != ':' && value.front() != ' ' &&
                     value.front() != '-' && value.back() != ' ';
  if (plain ||
      (value.size() > 1 && value.front() == '-' && value.find_first_not_of("-0123456789.e") == std::string::npos)) {
    return value;
  }
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + "\"";
}

void print_value(const TypeDoc* type, const Node& node, std::ostream& out, int indent);

void print_entries(const TypeDoc* element, const Node& node, std::ostream& out, int indent) {
  for (const Node::Entry& entry : node.entries()) {
    out << padding(indent) << entry.key << ":";
    print_value(element, entry.node, out, indent);
  }
}

// Behind "key:" or "-": the value on this line, or a block on the next ones.
void print_value(const TypeDoc* type, const Node& node, std::ostream& out, int indent) {
  const TypeDoc* element = type && !type->element.empty() ? &type->element.front() : nullptr;
  if (node.is_scalar()) {
    out << " " << scalar_text(node) << "  " << origin(node) << "\n";
  } else if (node.is_null()) {
    out << "  " << origin(node) << "\n";
  } else if (node.is_sequence()) {
    out << (node.items().empty() ? " []" : "") << "  " << origin(node) << "\n";
    for (const Node& item : node.items()) {
      out << padding(indent + 2) << "-";
      print_value(element, item, out, indent + 2);
    }
  } else {
    out << (node.entries().empty() ? " {}" : "") << "  " << origin(node) << "\n";
    if (type && type->object) {
      type->object->print_resolved(node, out, indent + 2);
    } else {
      print_entries(element, node, out, indent + 2);
    }
  }
}

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
  for (const Node::Entry& entry : node.entries()) {
    if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) continue;
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

void SchemaBase::print_resolved(const Node& node, std::ostream& out, int indent) const {
  for (const FieldDoc& doc : docs_) {
    if (const Node* value = node.find(doc.key)) {
      out << padding(indent) << doc.key << ":";
      print_value(&doc.type, *value, out, indent);
    } else if (doc.type.object && !doc.required) {
      out << padding(indent) << doc.key << ":\n";
      doc.type.object->print_resolved(Node::map({}, ""), out, indent + 2);
    } else if (!doc.default_text.empty() && doc.default_text != "none") {
      out << padding(indent) << doc.key << ": " << doc.default_text << "  # default\n";
    }
  }
}

}  // namespace subvolt::config
