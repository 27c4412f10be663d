// The tree that the tests were built from: its documents, tables and recordings.
#pragma once

#include <string>

namespace subvolt::test {

// The folder of the tree.
std::string source_tree();
// A file of the tree, by its path in it: "docs/models.md".
std::string source_file(const std::string& path);

}  // namespace subvolt::test
