// Any bytes as a .onnx file.
#include "sim/network/onnx/onnx_reader.h"
#include "tests/fuzz/survive.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  subvolt::fuzz::survive([&] { return subvolt::network::read_onnx(data, size, "fuzz.onnx"); });
  return 0;
}
