// A tree as YAML that reads back to the same tree, with the origin of each value in a comment.
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "sim/config/node.h"

namespace subvolt::config {

// A key or scalar: plain where YAML takes it for the same text, in double quotes elsewhere or when `quoted`.
std::string yaml_scalar(std::string_view text, bool quoted = false);

// "# configs/socs/edge_npu.yaml:14:12", on one line whatever the file is called.
std::string origin_comment(const Node& node);

// A value behind "key:" or "-", with what is below it; ends the line.
void print_node(const Node& node, std::ostream& out, int indent);

}  // namespace subvolt::config
