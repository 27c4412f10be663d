// Fully connected layers: over all elements of their input, or over its last dimension alone.
#include "sim/network/operators/operands.h"
#include "sim/network/operators/weights.h"
#include "sim/network/operators/window.h"

namespace subvolt::network {
namespace {

bool infer(LayerDraft& draft) {
  const LayerSpec& spec = draft.spec();
  if (!need_input(draft)) return false;
  if (!spec.channels) return draft.fail("channels", "fully_connected needs channels, its number of outputs");
  const std::int64_t channels = *spec.channels;
  if (!size_in_range(channels)) return draft.fail("channels", out_of_range(std::to_string(channels)));
  const Shape& in = draft.in();
  Shape out{channels};
  std::int64_t inputs = in.elements(), positions = 1;
  if (spec.keep_dims) {
    inputs = in.channels();
    positions = in.elements() / inputs;
    out = in.rank() == 0 ? out : in;
    out[out.rank() - 1] = channels;
  }
  if (!draft.output(out)) return false;
  Layer& layer = draft.layer();
  // To the array it is a 1x1 convolution over a line of positions.
  layer.in = {1, 1, positions, inputs};
  layer.out = {1, 1, positions, channels};
  return draft.macs({positions, inputs, channels}) && add_weights_and_bias(draft, {channels, inputs}, channels);
}

const bool fully_connected_registered = register_operators({
    {"fully_connected",
     "every output from every input",
     Form::kArray,
     1,
     3,
     {"channels", "keep_dims", "activation", "bias", "weight_type", "bias_type"},
     infer},
});

}  // namespace
}  // namespace subvolt::network
