#include "sim/mapping/layer/recurrent_state.h"

#include <algorithm>

namespace subvolt::mapping {

RecurrentState recurrent_state(const network::Network& network, const network::Layer& layer) {
  RecurrentState state;
  if (layer.op->form != network::Form::kRecurrent || layer.inputs.size() != 1) return state;
  const network::Attributes& a = layer.attributes;
  const network::Tensor& x = network.input_of(layer);
  const std::int64_t element = std::max<std::int64_t>(1, bits(x.type) / 8);
  const std::int64_t units = a.units.value_or(0);
  if (layer.op.is("svdf")) {
    state.history = x.shape.elements() / x.shape.channels() * units * a.memory * element;
    return state;
  }
  const std::int64_t sequences = layer.in.images * (a.bidirectional ? 2 : 1);
  state.hidden = sequences * a.projection.value_or(units) * element;
  if (!layer.op.is("lstm")) return state;
  state.cells = sequences * units * std::max<std::int64_t>(2, element);
  if (a.projection) state.inner = sequences * units * element;
  return state;
}

}  // namespace subvolt::mapping
