#include "sim/network/tflite/tflite_reader.h"

#include <cstring>

#include "sim/config/digest.h"
#include "sim/config/error.h"
#include "sim/config/library.h"
#include "sim/config/read_file.h"
#include "sim/network/network_builder.h"
#include "sim/network/reader.h"
#include "sim/network/tflite/model_reader.h"

namespace subvolt::network {
namespace {

// Scalars of a FlatBuffer lie at multiples of their size.
constexpr std::size_t kAlignment = 8;

Network read(const std::string& file, const std::vector<config::Override>& overrides, const ReadOptions& options) {
  for (const config::Override& override : overrides) {
    if (config::document_of(override) == "network") {
      throw Error(ErrorKind::kConfiguration,
                  config::location_of(override).text() + ": a TFLite file has no keys to set; import it as YAML first");
    }
  }
  const std::string bytes = config::read_file(file, config::kMaxModelBytes);
  return read_tflite(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), file, options);
}

const bool tflite_reader_registered = register_reader({".tflite", "TensorFlow Lite model", read});

}  // namespace

Network read_tflite(const std::uint8_t* data, std::size_t size, const std::string& name, const ReadOptions& options) {
  std::vector<std::uint64_t> copy;
  if (reinterpret_cast<std::uintptr_t>(data) % kAlignment != 0) {
    copy.resize(size / kAlignment + 1);
    std::memcpy(copy.data(), data, size);
    data = reinterpret_cast<const std::uint8_t*>(copy.data());
  }
  const tflite::ModelFile file(data, size, name);
  tflite::ModelReader reader(file, options);
  NetworkSpec spec = reader.read();
  spec.name = config::display_name(name);
  spec.file = name;
  spec.sha256 = config::sha256({reinterpret_cast<const char*>(data), size});
  spec.origin = at_part_of(name, "");
  Network network = build_network(spec);
  reader.check(network);
  return network;
}

}  // namespace subvolt::network
