// Any bytes as a SCALE-Sim topology.
#include <string_view>

#include "sim/network/scalesim/scalesim_reader.h"
#include "tests/fuzz/survive.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  subvolt::fuzz::survive([&] { return subvolt::network::read_scalesim(text, "fuzz.csv"); });
  return 0;
}
