// Any bytes as a .tflite file.
#include "sim/network/tflite/tflite_reader.h"
#include "tests/fuzz/survive.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  subvolt::fuzz::survive([&] { return subvolt::network::read_tflite(data, size, "fuzz.tflite"); });
  return 0;
}
