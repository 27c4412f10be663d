#include "sim/network/tflite/tflite_reader.h"

#include "sim/config/byte_source.h"
#include "sim/config/digest.h"
#include "sim/config/error.h"
#include "sim/config/library.h"
#include "sim/network/network_builder.h"
#include "sim/network/reader.h"
#include "sim/network/tflite/model_reader.h"

namespace subvolt::network {
namespace {

Network read_bytes(const config::ByteSource& bytes, const std::string& name, const ReadOptions& options) {
  const tflite::ModelFile file(bytes, name);
  tflite::ModelReader reader(file, options);
  NetworkSpec spec = reader.read();
  spec.name = config::display_name(name);
  spec.file = name;
  spec.sha256 = config::sha256(bytes);
  spec.origin = at_part_of(name, "");
  Network network = build_network(spec);
  reader.check(network);
  return network;
}

Network read(const std::string& file, const std::vector<config::Override>& overrides, const ReadOptions& options) {
  for (const config::Override& override : overrides) {
    if (config::document_of(override) == "network") {
      throw Error(ErrorKind::kConfiguration,
                  config::location_of(override).text() + ": a TFLite file has no keys to set; import it as YAML first");
    }
  }
  return read_bytes(config::ByteSource(file, config::kMaxModelBytes), file, options);
}

const bool tflite_reader_registered = register_reader({".tflite", "TensorFlow Lite model", read});

}  // namespace

Network read_tflite(const std::uint8_t* data, std::size_t size, const std::string& name, const ReadOptions& options) {
  return read_bytes(config::ByteSource(data, size), name, options);
}

}  // namespace subvolt::network
