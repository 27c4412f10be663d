// Any bytes as a power document.
#include "tests/fuzz/documents.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  subvolt::fuzz::survive_document("power", data, size);
  return 0;
}
