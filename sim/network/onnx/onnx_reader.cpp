#include "sim/network/onnx/onnx_reader.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>

#include <filesystem>
#include <limits>
#include <memory>

#include "sim/config/byte_source.h"
#include "sim/config/digest.h"
#include "sim/config/override.h"
#include "sim/network/network_builder.h"
#include "sim/network/onnx/bytes/skeleton.h"
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
  const auto bytes = std::make_shared<const config::ByteSource>(file, config::kMaxModelBytes);
  return build_network(onnx_spec({bytes, std::filesystem::absolute(file).parent_path().string()}, file, options));
}

// All but the elements of larger tensors.
bool parse_model(const config::ByteSource& file, onnx::ModelProto& model) {
  const auto skeleton = from_onnx::skeleton_of(file);
  if (!skeleton) return false;
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(skeleton->data()),
                                                static_cast<int>(skeleton->size()));
  return model.ParseFromCodedStream(&stream) && stream.ConsumedEntireMessage();
}

const bool onnx_reader_registered = register_reader({".onnx", "ONNX model", read});

}  // namespace

NetworkSpec onnx_spec(const from_onnx::Files& files, const std::string& name, const ReadOptions& options) {
  if (files.model->size() > static_cast<std::uintmax_t>(std::numeric_limits<int>::max())) {
    fail(name, "expected an ONNX model below 2 GiB");
  }
  const google::protobuf::LogSilencer silent;  // what is wrong is in our error
  onnx::ModelProto model;
  if (!parse_model(*files.model, model))
    fail(name, "expected an ONNX model, got bytes that are none, or not all of them");
  if (!model.has_graph()) fail(name, "expected an ONNX model with a graph, got none");
  NetworkSpec spec = from_onnx::import_model(model, name, files, options);
  spec.sha256 = config::sha256(*files.model);
  return spec;
}

Network read_onnx(const std::uint8_t* data, std::size_t size, const std::string& name, const ReadOptions& options) {
  return build_network(onnx_spec({std::make_shared<const config::ByteSource>(data, size), ""}, name, options));
}

}  // namespace subvolt::network
