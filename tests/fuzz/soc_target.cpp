// Any bytes as a SoC document.
#include "tests/fuzz/documents.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  subvolt::fuzz::survive_document("soc", data, size);
  return 0;
}
