// From YAML text to a located tree. Internal: the one place that includes yaml-cpp.
#pragma once

#include <string>

#include "sim/config/diagnostics.h"
#include "sim/config/node.h"

namespace subvolt::config {

// `name` stands for the text in locations; `located` false leaves out line and column (overrides). Throws
// Error(kConfiguration), located: what is no UTF-8, syntax, duplicate keys, keys of more than 256 bytes, several
// documents, explicit tags, a tree that is deeper than 64 levels or, its aliases resolved, larger than a million values
// or 64 MiB. Takes time in proportion to the text.
Node parse_yaml(const std::string& text, const SharedText& name, const Path& path, bool located = true);

}  // namespace subvolt::config
