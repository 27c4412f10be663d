#include "tests/support/source_tree.h"

namespace subvolt::test {

// The one source that is told the folder (tests/CMakeLists.txt): the others compile to the same object in every
// checkout, so the compiler cache knows them.
std::string source_tree() { return SUBVOLT_SOURCE_DIR; }

std::string source_file(const std::string& path) { return source_tree() + "/" + path; }

}  // namespace subvolt::test
