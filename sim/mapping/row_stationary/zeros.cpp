#include "sim/mapping/row_stationary/zeros.h"

#include <algorithm>

namespace subvolt::mapping {
namespace {

using network::Activation;
using network::Layer;

bool makes_zeros(Activation activation) { return activation == Activation::kRelu || activation == Activation::kRelu6; }

// Zeros go through: where all elements that it looks at are zero, so is what it makes of them.
bool keeps_zeros(const Layer& layer) {
  static const char* const all[] = {"max_pool", "average_pool", "max_pool1d", "average_pool1d", "lrn", "concat"};
  return layer.op->form == network::Form::kMove || layer.op->form == network::Form::kView ||
         std::any_of(std::begin(all), std::end(all), [&](const char* op) { return layer.op.is(op); });
}

const Layer* producer_of(const network::Network& network, network::TensorId tensor) {
  for (const Layer& layer : network.layers) {
    if (std::find(layer.outputs.begin(), layer.outputs.end(), tensor) != layer.outputs.end()) return &layer;
  }
  return nullptr;
}

std::string why_no_zeros_of(const Layer& layer) {
  const Activation activation = layer.activation();
  if (makes_zeros(activation) || layer.op.is("relu") || layer.op.is("relu6")) return "";
  return layer.name + (activation == Activation::kNone ? " has no relu" : " has a " + network::to_text(activation));
}

std::string why_no_zeros_before(const network::Network& network, network::TensorId tensor) {
  const Layer* layer = producer_of(network, tensor);
  if (!layer) return "";
  if (layer->activation() != Activation::kNone || !keeps_zeros(*layer)) return why_no_zeros_of(*layer);
  for (const network::TensorId input : layer->inputs) {
    const std::string why = why_no_zeros_before(network, input);
    if (!why.empty()) return why;
  }
  return "";
}

}  // namespace

const ZeroShares& declared_zeros(const ZerosByLayer& zeros, const std::string& layer) {
  static const ZeroShares none;
  const auto found = std::find_if(zeros.begin(), zeros.end(), [&](const auto& entry) { return entry.first == layer; });
  return found == zeros.end() ? none : found->second;
}

std::string why_no_zeros_in(const network::Network& network, std::size_t layer) {
  const Layer& reader = network.layers[layer];
  return reader.inputs.empty() ? "" : why_no_zeros_before(network, reader.inputs.front());
}

std::string why_no_zeros_out(const network::Network& network, std::size_t layer) {
  return why_no_zeros_of(network.layers[layer]);
}

ZeroShares zeros_that_hold(const ZerosByLayer& zeros, const network::Network& network, std::size_t layer) {
  ZeroShares shares = declared_zeros(zeros, network.layers[layer].name);
  if (shares.input && !why_no_zeros_in(network, layer).empty()) shares.input.reset();
  if (shares.output && !why_no_zeros_out(network, layer).empty()) shares.output.reset();
  return shares;
}

}  // namespace subvolt::mapping
