// JSON that comes from a file: parsed, or refused with its place.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace subvolt::power {

// Throws Error(kConfiguration), "FILE:LINE:COLUMN: ...": no JSON, text that is no UTF-8, a number that no double holds,
// lists and objects within each other deeper than 64. `expected` says what the file should be: "a result.json".
nlohmann::ordered_json parse_json(const std::string& text, const std::string& file, const std::string& expected);

}  // namespace subvolt::power
