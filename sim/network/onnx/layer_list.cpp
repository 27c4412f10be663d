#include "sim/network/onnx/layer_list.h"

#include "sim/network/layer_builder.h"
#include "sim/network/onnx/fault.h"

namespace subvolt::network::from_onnx {
namespace {

// Output `j` of the layer, built as `tensor`, is what the file calls an output of `type`.
void adopt(LayerSpec& layer, std::size_t j, Tensor& tensor, const TypeInfo& type) {
  // Whether a last window may begin in the padding is where versions of ONNX differ; tools do as we do.
  if (type.shape && *type.shape != tensor.shape && !layer.ceil) {
    throw Fault("expected an output of " + type.shape->text() + " as ONNX defines it, got " + tensor.shape.text() +
                " from " + to_text(layer.op));
  }
  if (type.data_type == 0) return;
  const auto element = element_type_of(type.data_type);
  if (!element) throw Fault("elements of " + data_type_name(type.data_type) + " are not known to any hardware here");
  if (*element == tensor.type) return;
  tensor.type = *element;
  if (j < layer.outputs.size()) {
    layer.outputs[j].type = element;
  } else if (j == 0) {
    layer.type = element;
  }
}

}  // namespace

void LayerList::add(std::vector<LayerSpec> layers, const std::vector<std::string>& bound,
                    const std::vector<TypeInfo>& types) {
  for (LayerSpec& layer : layers) {
    std::vector<Tensor> built = outputs_of(layer);
    for (std::size_t i = 0; i < bound.size() && i < types.size(); ++i) {
      for (std::size_t j = 0; j < built.size(); ++j) {
        if (built[j].name == bound[i]) adopt(layer, j, built[j], types[i]);
      }
    }
    for (const Tensor& tensor : built) tensors_[tensor.name] = tensor;
    layers_.push_back(std::move(layer));
  }
}

// As our definition of the operator works them out.
std::vector<Tensor> LayerList::outputs_of(const LayerSpec& layer) const {
  std::vector<std::string> names = layer.inputs;
  if (!layer.input.empty()) names.push_back(layer.input);
  std::vector<const Tensor*> inputs;
  for (const std::string& name : names) inputs.push_back(&tensors_.at(name));
  config::Diagnostics diagnostics;
  const auto built = build_layer(layer, layout_, inputs, diagnostics);
  diagnostics.throw_if_any();
  if (!built) throw Error(ErrorKind::kInternal, "operator " + to_text(layer.op) + " failed without saying why");
  return built->outputs;
}

}  // namespace subvolt::network::from_onnx
