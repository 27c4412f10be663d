#include "sim/mapping/layer/recurrent_state.h"

#include "sim/mapping/tile/format.h"

namespace subvolt::mapping {

RecurrentState recurrent_state(const network::Network& network, const network::Layer& layer) {
  RecurrentState state;
  if (layer.op->form != network::Form::kRecurrent || layer.inputs.size() != 1) return state;
  const network::Attributes& a = layer.attributes;
  const network::Tensor& x = network.input_of(layer);
  const Format element = x.format();
  const std::int64_t units = a.units.value_or(0);
  if (layer.op.is("svdf")) {
    state.history = element.bytes(x.shape.elements() / x.shape.channels() * units * a.memory);
    return state;
  }
  const std::int64_t sequences = layer.in.images * (a.bidirectional ? 2 : 1);
  state.hidden = element.bytes(sequences * a.projection.value_or(units));
  if (!layer.op.is("lstm")) return state;
  state.cells = (element.bits() > kInt16.bits() ? element : kInt16).bytes(sequences * units);
  if (a.projection) state.inner = element.bytes(sequences * units);
  return state;
}

}  // namespace subvolt::mapping
