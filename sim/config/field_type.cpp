#include "sim/config/field_type.h"

#include <charconv>
#include <cmath>

#include "sim/config/diagnostics.h"
#include "sim/config/kinds.h"
#include "sim/config/schema.h"

namespace subvolt::config {
namespace {

bool refuse(const Node& node, const std::string& expected, Diagnostics& diagnostics) {
  diagnostics.error(node, "expected " + expected + ", got " + node.describe() + (node.quoted() ? " in quotes" : ""));
  return false;
}

// Digits of one base with single underscores between them ("0x8000_0000").
bool parse_digits(std::string_view digits, int base, std::int64_t& value) {
  std::string plain;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (digits[i] != '_') {
      plain += digits[i];
    } else if (i == 0 || i + 1 == digits.size() || digits[i - 1] == '_') {
      return false;
    }
  }
  const auto [end, code] = std::from_chars(plain.data(), plain.data() + plain.size(), value, base);
  return !plain.empty() && plain.front() != '-' && code == std::errc{} && end == plain.data() + plain.size();
}

}  // namespace

bool read_integer(const Node& node, std::int64_t& value, Diagnostics& diagnostics) {
  if (!node.is_scalar() || node.quoted()) return refuse(node, "an integer", diagnostics);
  std::string_view text = node.value();
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (text.size() > 1 && text.front() == '0' && text.find_first_not_of("01234567_", 1) == std::string_view::npos) {
    // YAML 1.1 reads 010 as eight, YAML 1.2 as ten.
    return refuse(node, "an integer without leading zeros", diagnostics);
  }
  const bool hexadecimal = text.substr(0, 2) == "0x";
  std::int64_t magnitude = 0;
  if (!parse_digits(hexadecimal ? text.substr(2) : text, hexadecimal ? 16 : 10, magnitude)) {
    return refuse(node, "an integer", diagnostics);
  }
  value = negative ? -magnitude : magnitude;
  return true;
}

bool read_number(const Node& node, double& value, Diagnostics& diagnostics) {
  if (!node.is_scalar() || node.quoted()) return refuse(node, "a number", diagnostics);
  const std::string& text = node.value();
  double parsed = 0.0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  // "inf" and "nan" are numbers to the parser, but never to a chip.
  if (code != std::errc{} || end != text.data() + text.size() || !std::isfinite(parsed)) {
    return refuse(node, "a number", diagnostics);
  }
  value = parsed;
  return true;
}

bool read_boolean(const Node& node, bool& value, Diagnostics& diagnostics) {
  const bool plain = node.is_scalar() && !node.quoted();
  if (!plain || (node.value() != "true" && node.value() != "false")) return refuse(node, "true or false", diagnostics);
  value = node.value() == "true";
  return true;
}

bool read_text(const Node& node, std::string& value, Diagnostics& diagnostics) {
  if (!node.is_scalar()) return refuse(node, "a text", diagnostics);
  value = node.value();
  return true;
}

std::optional<std::size_t> read_choice(const Node& node, const std::vector<std::string>& choices,
                                       Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (node.is_scalar() && node.value() == choices[i]) return i;
  }
  diagnostics.error(node, "expected one of " + listed(choices) + ", got " + node.describe() +
                              (node.is_scalar() ? did_you_mean(node.value(), choices) : ""));
  return std::nullopt;
}

bool refuse_type(const Node& node, const TypeDoc& expected, Diagnostics& diagnostics) {
  diagnostics.error(node, "expected a " + expected.text() + ", got " + node.describe());
  return false;
}

bool refuse_quantity(const Node& node, const UnitInfo& unit, Diagnostics& diagnostics) {
  diagnostics.error(node, "expected " + with_article(unit.dimension) + " such as \"" + std::string(unit.example) +
                              "\", got " + node.describe());
  return false;
}

bool refuse_wide_integer(const Node& node, Diagnostics& diagnostics) {
  diagnostics.error(node, "the integer " + excerpt(node.value()) + " is too large");
  return false;
}

bool refuse_limits(const Node& node, const UnitInfo& unit, const std::string& lowest, const std::string& highest,
                   Diagnostics& diagnostics) {
  diagnostics.error(node, "expected " + with_article(unit.dimension) + " from " + lowest + " to " + highest + ", got " +
                              node.describe());
  return false;
}

bool check_names(const Node& map, Diagnostics& diagnostics) {
  if (map.entries().size() <= kMaxNames) return true;
  diagnostics.error(
      map, "expected at most " + std::to_string(kMaxNames) + " names, got " + std::to_string(map.entries().size()));
  return false;
}

std::string TypeDoc::text() const {
  switch (form) {
    case Form::kInteger:
      return "integer";
    case Form::kNumber:
      return "number";
    case Form::kBoolean:
      return "true or false";
    case Form::kText:
      return "text";
    case Form::kQuantity:
      return std::string(unit.dimension);
    case Form::kChoice:
      return "one of " + listed(choices);
    case Form::kList:
      return "list of " + element.front().text();
    case Form::kMap:
      return "map from name to " + element.front().text();
    case Form::kObject:
      return object->name();
    case Form::kKind:
      return kinds->what();
    case Form::kEither: {
      std::string all;
      for (const TypeDoc& one : element) all += (all.empty() ? "" : " or ") + one.text();
      return all;
    }
    case Form::kAny:
      return "value";
  }
  return "value";
}

}  // namespace subvolt::config
