#include "sim/network/yaml/yaml_reader.h"

#include "sim/network/network_builder.h"
#include "sim/network/reader.h"

namespace subvolt::network {
namespace {

const bool yaml_reader_registered = register_reader(
    {".yaml", "layer list",
     [](const std::string& file, const std::vector<config::Override>& overrides, const ReadOptions& options) {
       refuse_shapes(file, options);
       return read_document(config::load(file, "network", overrides));
     }});

}  // namespace

const config::Schema<NetworkFile>& NetworkFile::schema() {
  static const auto s =
      config::Schema<NetworkFile>("network", "A neural network: its input and its layers in execution order.")
          .required("name", &NetworkFile::name, "Name for reports.")
          .optional("source", &NetworkFile::source, "Paper or repository that the network comes from.")
          .optional("layout", &NetworkFile::layout, "Order of the dimensions of feature maps.")
          .optional("batch", &NetworkFile::batch,
                    "Inferences in one run. Default: the leading dimension of inputs and outputs where it is a batch.")
          .optional("input", &NetworkFile::input, "The input of a network that has one.")
          .optional("inputs", &NetworkFile::inputs, "The inputs of a network that has several.")
          .required("layers", &NetworkFile::layers, "Layers, producers before consumers.")
          .optional("outputs", &NetworkFile::outputs,
                    "Tensors that the network delivers. Default: those that no layer reads.");
  return s;
}

Network read_document(const config::Document& document) {
  const config::Node& section = document.section;
  NetworkFile file = NetworkFile::schema().read(section);
  // The tree has what a struct cannot hold: where things were written, and that a list was empty.
  if (file.input && !file.inputs.empty()) {
    config::Diagnostics diagnostics;
    diagnostics.error(*section.find("inputs"), "expected input or inputs, got both");
    diagnostics.throw_if_any();
  }
  if (file.input) {
    file.input->origin = *section.find("input");
    file.inputs.push_back(*file.input);
  } else {
    for (std::size_t i = 0; i < file.inputs.size(); ++i) file.inputs[i].origin = section.find("inputs")->items()[i];
  }
  const std::vector<config::Node>& items = section.find("layers")->items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    file.layers[i].origin = items[i];
    const config::Node* inputs = items[i].find("inputs");
    file.layers[i].no_inputs = inputs && inputs->items().empty();
  }
  NetworkSpec spec;
  spec.name = file.name;
  spec.source = file.source;
  spec.file = document.file;
  spec.sha256 = document.sha256;
  spec.layout = file.layout;
  spec.batch = file.batch;
  spec.inputs = std::move(file.inputs);
  spec.layers = std::move(file.layers);
  spec.outputs = std::move(file.outputs);
  spec.origin = section;
  return build_network(spec);
}

}  // namespace subvolt::network
