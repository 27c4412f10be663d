// Any bytes as a network in YAML.
#include <string>

#include "sim/network/yaml/yaml_reader.h"
#include "tests/fuzz/survive.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  subvolt::fuzz::survive(
      [&] { return subvolt::network::read_document(subvolt::config::load_text(text, "fuzz.yaml", "network")); });
  return 0;
}
