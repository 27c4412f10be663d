#include "sim/power/record/json_text.h"

#include "sim/config/error.h"

namespace subvolt::power {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 64;  // of YAML documents, too; ours end at six

[[noreturn]] void refuse(const std::string& text, std::size_t byte, const std::string& file, const std::string& why) {
  int line = 1;
  int column = 1;
  for (std::size_t i = 0; i < byte && i < text.size(); ++i) {
    ++column;
    if (text[i] != '\n') continue;
    ++line;
    column = 1;
  }
  throw Error(ErrorKind::kConfiguration, file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + why);
}

// Whoever walks through a tree recursively afterwards must come back.
void require_shallow(const std::string& text, const std::string& file, const std::string& expected) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDeepest) refuse(text, i, file, "lists and objects nested deeper than 64: expected " + expected);
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
}

}  // namespace

Json parse_json(const std::string& text, const std::string& file, const std::string& expected) {
  require_shallow(text, file, expected);
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& e) {
    refuse(text, e.byte > 0 ? e.byte - 1 : 0, file, "no valid JSON: expected " + expected);
  } catch (const Json::exception& e) {  // out_of_range: 1e999
    throw Error(ErrorKind::kConfiguration, file + ": a number that is too large: expected " + expected);
  }
}

}  // namespace subvolt::power
