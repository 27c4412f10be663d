// SystemC's library has a main of its own that wants sc_main; a program's main comes first.
#include <gtest/gtest.h>

#include "sim/config/library.h"
#include "tests/support/source_tree.h"

extern "C" int sc_main(int, char*[]) { return 0; }

int main(int argc, char** argv) {
  // Before the suites: their parameters are read from the shipped files.
  subvolt::config::set_data_root(subvolt::test::source_tree());
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
