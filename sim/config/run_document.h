// The config.yaml of a run: its documents in one file, so that they can be read and run again.
//
//   schema: run/1
//   run:
//     command: subvolt run edge_npu --net kws_ds_cnn
//     names: {soc: edge_npu, ...}        # of the documents that these were
//     sha256: {soc: 92d8..., ...}        # and their hashes
//     contents: 4f1c...                  # hash of what follows this section
//   design: ...
//   soc: ...
//   power: ...
//   technology: ...
//
// That of a priced record begins with `power:`, for its structure is that of the record.
//
// As long as nothing in it was changed it stands for the documents it was made of, hashes included. Changed, it is a
// document of its own, under the old names.
#pragma once

#include <string>

#include "sim/config/node.h"

namespace subvolt::config {

inline constexpr const char* kRunSchema = "run/1";
inline constexpr const char* kRunSections[] = {"run", "design", "soc", "power", "technology"};

bool is_run_document(const Node& root);

// SHA-256 of the part of a run document's text that follows its `run:` section.
std::string contents_hash(const std::string& text);
// Whether nothing of it was changed since the run.
bool is_as_written(const Node& root, const std::string& text);

// What the document `schema` in it was; empty texts where it does not tell.
struct Recorded {
  bool of_run = false;      // false: it is no run document
  bool as_written = false;  // nothing was changed since
  std::string name;
  std::string sha256;
};
Recorded recorded(const Node& root, const std::string& text, const std::string& schema);

}  // namespace subvolt::config
