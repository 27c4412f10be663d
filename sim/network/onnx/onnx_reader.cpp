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
#include "sim/network/onnx/open_sizes.h"

namespace subvolt::network {
namespace {

[[noreturn]] void fail(const std::string& name, const std::string& message) {
  throw Error(ErrorKind::kConfiguration, name + ": " + message);
}

// All but the elements of larger tensors.
bool parse_model(const config::ByteSource& file, onnx::ModelProto& model) {
  const auto skeleton = from_onnx::skeleton_of(file);
  if (!skeleton) return false;
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(skeleton->data()),
                                                static_cast<int>(skeleton->size()));
  return model.ParseFromCodedStream(&stream) && stream.ConsumedEntireMessage();
}

onnx::ModelProto parsed(const from_onnx::Files& files, const std::string& name) {
  if (files.model->size() > static_cast<std::uintmax_t>(std::numeric_limits<int>::max())) {
    fail(name, "expected an ONNX model below 2 GiB");
  }
  const google::protobuf::LogSilencer silent;  // what is wrong is in our error
  onnx::ModelProto model;
  if (!parse_model(*files.model, model))
    fail(name, "expected an ONNX model, got bytes that are none, or not all of them");
  if (!model.has_graph()) fail(name, "expected an ONNX model with a graph, got none");
  return model;
}

// Sizes are tried only with models that are read in no time.
constexpr std::uintmax_t kMostTried_B = 64u << 20;

Network network_of(const from_onnx::Files& files, const std::string& name, const ReadOptions& options) {
  const onnx::ModelProto model = parsed(files, name);
  const auto read = [&](const ReadOptions& said, const from_onnx::Shapes& example) {
    NetworkSpec spec = from_onnx::import_model(model, name, files, said, example);
    spec.sha256 = config::sha256(*files.model);
    return build_network(spec);
  };
  const auto reads = [&](const from_onnx::Shapes& shapes) {
    if (files.model->size() > kMostTried_B) return false;
    try {
      build_network(from_onnx::import_model(model, name, files, {shapes}));
      return true;
    } catch (const Error&) {
      return false;
    }
  };
  const from_onnx::OpenSizes open(model.graph(), options.shapes);
  if (const std::string why = open.contradiction(); !why.empty()) {
    throw ShapeError(name + ": " + why + ": expected one size, such as " + from_onnx::as_options(open.example(reads)));
  }
  if (!open.all_given()) return read(options, open.example(reads));
  if (options.shapes.empty()) return read(options, {});
  try {
    return read(options, {});
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::kConfiguration) throw;
    const from_onnx::Shapes others = open.another(reads);
    throw ShapeError(std::string(e.what()) + "\n" + name + ": sizes are those of " +
                     from_onnx::as_options(options.shapes) +
                     (others.empty() ? "" : ": others are taken, such as " + from_onnx::as_options(others)));
  }
}

Network read(const std::string& file, const std::vector<config::Override>& overrides, const ReadOptions& options) {
  for (const config::Override& override : overrides) {
    if (config::document_of(override) == "network") {
      fail(config::location_of(override).text(), "an ONNX file has no keys to set; import it as YAML first");
    }
  }
  const auto bytes = std::make_shared<const config::ByteSource>(file, config::kMaxModelBytes);
  return network_of({bytes, std::filesystem::absolute(file).parent_path().string()}, file, options);
}

const bool onnx_reader_registered = register_reader({".onnx", "ONNX model", read});

}  // namespace

Network read_onnx(const std::uint8_t* data, std::size_t size, const std::string& name, const ReadOptions& options) {
  return network_of({std::make_shared<const config::ByteSource>(data, size), ""}, name, options);
}

}  // namespace subvolt::network
