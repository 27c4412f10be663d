// Any bytes as a design document.
#include "tests/fuzz/documents.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  subvolt::fuzz::survive_document("design", data, size);
  return 0;
}
