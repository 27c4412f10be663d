// One `--set path=value`: replaces or adds one place in a document's tree.
#pragma once

#include <string>
#include <string_view>

#include "sim/config/diagnostics.h"
#include "sim/config/node.h"

namespace subvolt::config {

// Path: keys joined by dots, list items as [i], beginning with the document's name; a key may itself contain
// dots ("technology.prices.mac.int8.energy"). Value: YAML, a scalar or a flow list or map; null removes the key, as in
// a file that includes another.
struct Override {
  std::string path;
  std::string value;
  static Override parse(std::string_view text);  // throws Error(kConfiguration) without "=", or for what is no UTF-8
};

SourceLocation location_of(const Override& o);  // "--set path=value"
std::string document_of(const Override& o);     // "soc"

// Whether `o` says what `earlier` said, or all of what that is a part of, however their paths are spelt.
bool replaces(const Override& o, const Override& earlier);

// `root` is the tree whose top-level key the path begins with. Maps on the way are made; a path through a
// scalar, beyond the end of a list or of more than 64 parts is an error, null where there is nothing to remove is one,
// and so is a place that an override before gave another value or removed: none of the two is meant more than the
// other.
void apply(const Override& o, Node& root, Diagnostics& diagnostics);

}  // namespace subvolt::config
