#include "sim/network/yaml_reader.h"

#include "sim/network/network_builder.h"
#include "sim/network/reader.h"

namespace subvolt::network {
namespace {

const bool registered = register_reader(
    {".yaml", "layer list", [](const std::string& file, const std::vector<config::Override>& overrides) {
       return read_document(config::load(file, "network", overrides));
     }});

}  // namespace

const config::Schema<NetworkFile>& NetworkFile::schema() {
  static const auto s =
      config::Schema<NetworkFile>("network", "A neural network: its input and its layers in execution order.")
          .required("name", &NetworkFile::name, "Name for reports.")
          .optional("source", &NetworkFile::source, "Paper or repository that the network comes from.")
          .required("input", &NetworkFile::input, "The input of the network.")
          .required("layers", &NetworkFile::layers, "Layers, producers before consumers.");
  return s;
}

Network read_document(const config::Document& document) {
  const config::Node& section = document.section;
  NetworkFile file = NetworkFile::schema().read(section);
  // The tree has what a struct cannot hold: where each layer was written.
  file.input.origin = *section.find("input");
  const std::vector<config::Node>& items = section.find("layers")->items();
  for (std::size_t i = 0; i < items.size(); ++i) file.layers[i].origin = items[i];
  return build_network({file.name, file.source, document.sha256, {file.input}, std::move(file.layers), section});
}

}  // namespace subvolt::network
