#include "sim/config/name.h"

#include <algorithm>

namespace subvolt::config {

bool check_name(const Node::Entry& named, Diagnostics& diagnostics) {
  const std::string& name = named.key;
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if (!name.empty() && name.front() != '-' && std::all_of(name.begin(), name.end(), good)) return true;
  diagnostics.error(named.key_location, named.node.path(),
                    "expected a name of letters, digits, _ and -, got \"" + name + "\"");
  return false;
}

}  // namespace subvolt::config
