// Small helpers for the rules of this room's schemas. Internal.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "sim/config/diagnostics.h"
#include "sim/config/node.h"

namespace subvolt::power {

// The node at the end of the path, or the deepest one on the way that was written.
inline const config::Node& node_at(const config::Node& node, std::initializer_list<std::string_view> path) {
  const config::Node* at = &node;
  for (const std::string_view key : path) {
    const config::Node* next = at->find(key);
    if (!next) break;
    at = next;
  }
  return *at;
}

// A number nobody can trace back is no number.
inline void require_source(const std::string& source, const config::Node& node, config::Diagnostics& diagnostics) {
  if (source.find_first_not_of(" \t\n") != std::string::npos) return;
  diagnostics.error(node_at(node, {"source"}), "expected a source: paper, data sheet or how it was estimated");
}

}  // namespace subvolt::power
