#include "sim/report/upf/tcl.h"

namespace subvolt::report {
namespace {

constexpr std::size_t kWidth = 100;
constexpr const char* kSpecial = " \t\n\r\v\f;\"$[]{}\\";

// In braces nothing is replaced but a backslash before the end of a line, and braces must pair.
bool fits_braces(const std::string& text) {
  int depth = 0;
  for (const char c : text) {
    if (c == '\\') return false;
    if (c == '{') ++depth;
    if (c == '}' && --depth < 0) return false;
  }
  return depth == 0;
}

}  // namespace

std::string tcl_word(const std::string& text) {
  if (!text.empty() && text.front() != '#' && text.find_first_of(kSpecial) == std::string::npos) return text;
  if (fits_braces(text)) return "{" + text + "}";
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\v':
        out += "\\v";
        break;
      case '\f':
        out += "\\f";
        break;
      default:
        if (std::string(kSpecial).find(c) != std::string::npos || c == '#') out += '\\';
        out += c;
    }
  }
  return out;
}

std::string tcl_list(const std::vector<std::string>& elements) {
  std::string inside;
  for (const std::string& element : elements) inside += (inside.empty() ? "" : " ") + tcl_word(element);
  return fits_braces(inside) ? "{" + inside + "}" : tcl_word(inside);
}

std::string tcl_comment(const std::string& text) {
  std::string out, line = "#";
  std::string word;
  const auto take = [&] {
    if (word.empty()) return;
    if (line.size() + 1 + word.size() > kWidth && line != "#") {
      out += line + "\n";
      line = "#";
    }
    line += " " + word;
    word.clear();
  };
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      take();
    } else {
      word += c == '\\' ? '/' : c;  // a backslash at its end would take the next line into the comment
    }
  }
  take();
  return out + line + "\n";
}

}  // namespace subvolt::report
