// Any bytes as a memory document.
#include "tests/fuzz/documents.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  subvolt::fuzz::survive_document("memory", data, size);
  return 0;
}
