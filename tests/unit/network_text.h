// Networks from a few lines of text, and the mistakes that reading them reports.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "sim/config/error.h"
#include "sim/network/network_builder.h"
#include "sim/network/yaml/yaml_reader.h"

namespace subvolt::test {

// Line 6 of the file "net" holds the input, layers start at line 8, their `{` at column 7.
inline std::string network_text(const std::string& input, const std::vector<std::string>& layers) {
  std::string text =
      "schema: network/1\nnetwork:\n  # a comment\n  name: test\n  source: none\n  input: " + input + "\n  layers:\n";
  for (const std::string& layer : layers) text += "    - {" + layer + "}\n";
  return text;
}

inline network::Network network_from(const std::string& text, const std::vector<config::Override>& overrides = {}) {
  return network::read_document(config::load_text(text, "net", "network", overrides));
}

inline network::Network network_of(const std::string& input, const std::vector<std::string>& layers) {
  return network_from(network_text(input, layers));
}

// One line per mistake; empty when there is none.
inline std::vector<std::string> mistakes_in(const std::string& text) {
  try {
    network_from(text);
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::kConfiguration) return {std::string("another kind of error: ") + e.what()};
    std::vector<std::string> lines;
    std::istringstream stream(e.what());
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
  }
  return {};
}

inline std::vector<std::string> mistakes_of(const std::string& input, const std::vector<std::string>& layers) {
  return mistakes_in(network_text(input, layers));
}

}  // namespace subvolt::test
