#include "sim/config/resolved_text.h"

#include <algorithm>
#include <sstream>

#include "sim/config/kinds.h"

namespace subvolt::config {
namespace {

std::string padding(int indent) { return std::string(static_cast<std::size_t>(indent), ' '); }

// Words that stand for something else in YAML 1.1 or 1.2.
bool means_something(std::string_view text) {
  constexpr std::string_view kWords[] = {"~", "null", "Null", "NULL", "<<", "="};
  return std::find(std::begin(kWords), std::end(kWords), text) != std::end(kWords);
}

bool is_plain(std::string_view text) {
  const auto odd = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F ||
           std::string_view("#\"'{}[],&*!|>%@`\\").find(c) != std::string_view::npos;
  };
  if (text.empty() || means_something(text) || std::any_of(text.begin(), text.end(), odd)) return false;
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':' || text.find(": ") != text.npos) return false;
  if (text.front() == '?' || text.front() == ':') return false;
  // A dash begins a list, but also numbers.
  return text.front() != '-' || (text.size() > 1 && text[1] >= '0' && text[1] <= '9');
}

void print_fields(const SchemaBase& schema, const Node& node, std::ostream& out, int indent, bool defaults);

// Schema and node go down together as far as the schema knows; below it the node tells everything by itself.
// `defaults`: of an object, fields that are not there are those of its schema. They are in lists, maps and documents;
// an object that is a field of another one may begin with values of that one's own.
void print_value(const TypeDoc* type, const Node& node, std::ostream& out, int indent, bool defaults) {
  const bool one = type && !type->element.empty() && type->form != TypeDoc::Form::kEither;
  const TypeDoc* element = one ? &type->element.front() : nullptr;
  const std::string origin = "  " + origin_comment(node) + "\n";
  if (node.is_scalar()) {
    out << " " << yaml_scalar(node.value(), node.quoted()) << origin;
  } else if (node.is_null()) {
    out << origin;
  } else if (node.is_sequence()) {
    out << (node.items().empty() ? " []" : "") << origin;
    for (const Node& item : node.items()) {
      out << padding(indent + 2) << "-";
      print_value(element, item, out, indent + 2, true);
    }
  } else {
    std::ostringstream below;
    const SchemaBase* const object = type && type->form == TypeDoc::Form::kEither ? nullptr
                                     : type && type->kinds                        ? type->kinds->schema_of(node)
                                     : type                                       ? type->object
                                                                                  : nullptr;
    if (object) {
      print_fields(*object, node, below, indent + 2, defaults);
    } else {
      for (const Node::Entry& entry : node.entries()) {
        below << padding(indent + 2) << yaml_scalar(entry.key) << ":";
        print_value(element, entry.node, below, indent + 2, true);
      }
    }
    out << (below.str().empty() ? " {}" : "") << origin << below.str();
  }
}

// What a field that is not there counts as. One that has no value then stays away: being there would mean something.
void print_default(const FieldDoc& doc, std::ostream& out, int indent) {
  const std::string& value = doc.default_text;
  const bool nothing = value.empty() || value == "none" || value == "[]" || value == "{}";
  if (doc.required || nothing || doc.type.object || doc.type.kinds) return;
  const bool text = doc.type.form == TypeDoc::Form::kText;
  out << padding(indent) << doc.key << ": " << (text ? yaml_scalar(value) : value) << "  # default\n";
}

void print_fields(const SchemaBase& schema, const Node& node, std::ostream& out, int indent, bool defaults) {
  for (const FieldDoc& doc : schema.fields()) {
    const Node* value = node.find(doc.key);
    if (value) {
      out << padding(indent) << doc.key << ":";
      print_value(&doc.type, *value, out, indent, false);
    } else if (defaults) {
      print_default(doc, out, indent);
    }
  }
}

}  // namespace

std::string yaml_scalar(std::string_view text, bool quoted) {
  if (!quoted && is_plain(text)) return std::string(text);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string origin_comment(const Node& node) {
  std::string text = "# " + node.location().text();
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return text;
}

void print_node(const Node& node, std::ostream& out, int indent) { print_value(nullptr, node, out, indent, true); }

void SchemaBase::print_resolved(const Node& node, std::ostream& out, int indent) const {
  print_fields(*this, node, out, indent, true);
}

}  // namespace subvolt::config
