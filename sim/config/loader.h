// Reads YAML files into located trees. The only part of Subvolt that sees yaml-cpp.
//
// A document has `schema: NAME/VERSION` and one top-level section of that name:
//
//   schema: soc/1
//   include: base.yaml        # optional; a file of that schema, refined key by key; `key: null` removes
//   soc:
//     ...
//
// The config.yaml of a run has several sections (run_document.h); the one that was asked for is read.
// Overrides address the same tree: --set soc.npu.array.rows=32, --set network.layers[0].stride=2.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/config/diagnostics.h"
#include "sim/config/node.h"
#include "sim/config/override.h"

namespace subvolt::config {

struct Document {
  std::string file;         // as given
  std::string name;         // for reports: the file's, or that of the document which a run's config.yaml repeats
  bool of_run = false;      // a section of a run's config.yaml,
  bool as_written = false;  // which nobody changed since, nor any override now
  std::string schema;       // "soc"
  int version = 1;
  Node section;        // the tree below the top-level key
  std::string sha256;  // of the file contents, includes in order, and applied overrides
};

// Reads `file`, which must be a `schema` document of a known version, and applies the overrides whose first
// path element is `schema`. Throws Error(kConfiguration) with located messages: unreadable file, YAML
// syntax, duplicate key, include cycle, more than 32 files that include one another, wrong schema, override through a
// scalar. Each value keeps which of the files it comes from (Node::layer).
Document load(const std::string& file, std::string_view schema, const std::vector<Override>& overrides = {});

// The same from text, for tests and for documents that are made, not read. `name` stands for the file.
Document load_text(const std::string& text, const std::string& name, std::string_view schema,
                   const std::vector<Override>& overrides = {});

}  // namespace subvolt::config
