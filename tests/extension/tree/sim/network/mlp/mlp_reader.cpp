// Multi-layer perceptrons as a line of widths: "640 128 128 8 128 128 640".
#include <sstream>

#include "sim/config/digest.h"
#include "sim/config/library.h"
#include "sim/config/read_file.h"
#include "sim/network/network_builder.h"
#include "sim/network/reader.h"

namespace subvolt::network {
namespace {

Network read_mlp(const std::string& file, const std::vector<config::Override>&, const ReadOptions& options) {
  refuse_shapes(file, options);
  const std::string text = config::read_file(file);
  NetworkSpec spec;
  spec.name = config::display_name(file);
  spec.source = "widths in " + config::display_path(file);
  spec.file = file;
  spec.sha256 = config::sha256(text);
  spec.origin = at_part_of(file, "network");
  std::istringstream words(text);
  for (std::int64_t width = 0; words >> width;) {
    const std::string number = std::to_string(spec.layers.size());
    if (spec.inputs.empty()) {
      spec.inputs.push_back({"input", Shape{1, width}, ElementType::kInt8, std::nullopt, spec.origin});
      continue;
    }
    LayerSpec layer;
    layer.name = "fc" + number;
    layer.op = Operator("fully_connected");
    layer.channels = width;
    layer.activation = Activation::kRelu;
    layer.origin = at_part_of(file, "width " + number);  // where errors say that they are
    spec.layers.push_back(std::move(layer));
  }
  return build_network(spec);
}

const bool mlp_reader_registered = register_reader({".mlp", "widths of a multi-layer perceptron", read_mlp});

}  // namespace
}  // namespace subvolt::network
