// SystemC's library has a main of its own that wants sc_main; a program's main comes first.
#include <gtest/gtest.h>

#include "sim/config/library.h"

extern "C" int sc_main(int, char*[]) { return 0; }

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  subvolt::config::set_data_root(SUBVOLT_SOURCE_DIR);
  return RUN_ALL_TESTS();
}
