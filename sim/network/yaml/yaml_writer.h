// Networks as YAML: the other direction of yaml_reader.h.
//
//   schema: network/1
//   network:
//     name: tiny
//     input: {shape: 32x32x3}
//     layers:
//       - {name: conv0, op: conv2d, kernel: 3x3, channels: 16}
//
// One layer per line, keys in the order of the schema, and only what differs from its default, so that people can
// read and edit it: no attribute that the operator does not take, no shape of a constant that it derives. Reading the
// text gives the same network again, writing that the same bytes. File and SHA-256 are not part of it: those of the
// text will be its own.
#pragma once

#include <string>
#include <string_view>

#include "sim/network/network_spec.h"

namespace subvolt::network {

// Throws Error(kInternal) when a schema has a key that nobody taught the writer.
std::string yaml_of(const NetworkSpec& spec);

// A text as a YAML scalar in a flow list or map: plain where that is unmistakable, else in double quotes. Bytes that
// are no UTF-8, which YAML cannot hold, become U+FFFD.
std::string yaml_scalar(std::string_view text);

}  // namespace subvolt::network
