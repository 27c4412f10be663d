#include "sim/network/onnx/onnx_reader.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>

#include <filesystem>
#include <limits>

#include "sim/config/digest.h"
#include "sim/config/override.h"
#include "sim/config/read_file.h"
#include "sim/network/network_builder.h"
#include "sim/network/onnx/importer.h"

namespace subvolt::network {
namespace {

[[noreturn]] void fail(const std::string& name, const std::string& message) {
  throw Error(ErrorKind::kConfiguration, name + ": " + message);
}

Network read(const std::string& file, const std::vector<config::Override>& overrides, const ReadOptions& options) {
  for (const config::Override& override : overrides) {
    if (config::document_of(override) == "network") {
      fail(config::location_of(override).text(), "an ONNX file has no keys to set; import it as YAML first");
    }
  }
  const std::string bytes = config::read_file(file, config::kMaxModelBytes);
  const std::string folder = std::filesystem::absolute(file).parent_path().string();
  return build_network(
      onnx_spec(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), file, folder, options));
}

const bool onnx_reader_registered = register_reader({".onnx", "ONNX model", read});

}  // namespace

NetworkSpec onnx_spec(const std::uint8_t* data, std::size_t size, const std::string& name, const std::string& folder,
                      const ReadOptions& options) {
  if (size > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    fail(name, "expected an ONNX model below 2 GiB");
  }
  const google::protobuf::LogSilencer silent;  // what is wrong is in our error
  google::protobuf::io::CodedInputStream stream(data, static_cast<int>(size));
  onnx::ModelProto model;
  if (!model.ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage()) {
    fail(name, "expected an ONNX model, got bytes that are none, or not all of them");
  }
  if (!model.has_graph()) fail(name, "expected an ONNX model with a graph, got none");
  NetworkSpec spec = from_onnx::import_model(model, name, folder, options);
  spec.sha256 = config::sha256({reinterpret_cast<const char*>(data), size});
  return spec;
}

Network read_onnx(const std::uint8_t* data, std::size_t size, const std::string& name, const ReadOptions& options) {
  return build_network(onnx_spec(data, size, name, "", options));
}

}  // namespace subvolt::network
