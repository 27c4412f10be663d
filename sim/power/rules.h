// Small helpers for the rules of this room's schemas. Internal.
#pragma once

#include <string>

#include "sim/config/diagnostics.h"
#include "sim/config/node.h"

namespace subvolt::power {

using config::node_at;

// A number nobody can trace back is no number.
inline void require_source(const std::string& source, const config::Node& node, config::Diagnostics& diagnostics) {
  if (source.find_first_not_of(" \t\n") != std::string::npos) return;
  diagnostics.error(node_at(node, {"source"}), "expected a source: paper, data sheet or how it was estimated");
}

}  // namespace subvolt::power
