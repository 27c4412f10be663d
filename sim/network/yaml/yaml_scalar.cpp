// Quoting after YAML 1.2, 5.7 (escapes) and 7.3.3 (plain scalars), stricter than needed: what looks like anything
// but a name is quoted.
#include <algorithm>
#include <array>
#include <cstdio>

#include "sim/network/yaml/yaml_writer.h"

namespace subvolt::network {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Words that YAML 1.1 or 1.2 takes for something else than text.
bool is_reserved(std::string_view text) {
  static constexpr std::array<std::string_view, 11> kWords = {"null", "true", "false", "yes", "no", "on",
                                                              "off",  "y",    "n",     "inf", "nan"};
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::find(kWords.begin(), kWords.end(), lower) != kWords.end();
}

bool is_plain(std::string_view text) {
  if (text.empty() || !(is_letter(text.front()) || text.front() == '/')) return false;
  const auto allowed = [](char c) {
    return is_letter(c) || is_digit(c) || std::string_view("./;+-").find(c) != std::string_view::npos;
  };
  return std::all_of(text.begin(), text.end(), allowed) && !is_reserved(text);
}

struct Character {
  char32_t code = 0xFFFD;
  std::size_t bytes = 1;
};

// The character at the beginning of `text`; a byte that begins none is U+FFFD. RFC 3629, section 4.
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  char32_t code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    code = (code << 6U) | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
  return {code, length};
}

// Controls, and the line breaks and byte order marks among the others.
bool wants_escape(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 || code == 0xFEFF ||
         code == 0xFFFE || code == 0xFFFF;
}

std::string escaped(char32_t code) {
  if (code == '\n') return "\\n";
  if (code == '\t') return "\\t";
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), code < 0x100 ? "\\x%02X" : "\\u%04X", static_cast<unsigned>(code));
  return text.data();
}

}  // namespace

std::string yaml_scalar(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string out = "\"";
  while (!text.empty()) {
    const Character next = first_character(text);
    if (next.code == '"' || next.code == '\\') {
      out.append("\\").append(1, text.front());
    } else if (wants_escape(next.code)) {
      out += escaped(next.code);
    } else if (next.code == 0xFFFD) {
      out += "\xEF\xBF\xBD";
    } else {
      out += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes);
  }
  return out + "\"";
}

}  // namespace subvolt::network
