#include "sim/network/operators/weights.h"

#include "sim/network/bounded.h"
#include "sim/network/layer_builder.h"
#include "sim/network/operators/operands.h"
#include "sim/network/operators/window.h"

namespace subvolt::network {
namespace {

bool check_input(LayerDraft& draft, std::size_t i, const Shape& wanted) {
  if (const auto fault = fault_of(wanted)) return draft.fail("", "weights " + *fault);
  return draft.in(i).elements() == wanted.elements() ||
         draft.fail("inputs", std::string("expected ") + (i == 1 ? "weights" : "biases") + " of " + wanted.text() +
                                  ", got \"" + draft.input(i).name + "\" of " + draft.in(i).text());
}

}  // namespace

bool add_weights_and_bias(LayerDraft& draft, const Shape& weights, std::int64_t channels) {
  const LayerSpec& spec = draft.spec();
  const std::size_t inputs = draft.inputs();
  if (!(inputs > 1 ? check_input(draft, 1, weights) : draft.constant(Role::kWeights, weights, spec.weight_type))) {
    return false;
  }
  draft.layer().bias = spec.bias || inputs > 2;
  if (inputs > 2 && !check_input(draft, 2, {channels})) return false;
  if (inputs < 3 && spec.bias && !draft.constant(Role::kBias, {channels}, spec.bias_type)) return false;
  return took_all_constants(draft);
}

bool check_channels(LayerDraft& draft, std::int64_t in_channels) {
  const LayerSpec& spec = draft.spec();
  if (!spec.channels) return draft.fail("channels", spec.op->name + " needs channels, its number of outputs");
  if (!size_in_range(*spec.channels)) return draft.fail("channels", out_of_range(std::to_string(*spec.channels)));
  const std::int64_t groups = spec.groups;
  if (groups < 1 || in_channels % groups != 0) {
    return draft.fail("groups", "expected a divisor of the " + std::to_string(in_channels) + " input channels, got " +
                                    std::to_string(groups));
  }
  if (*spec.channels % groups != 0) {
    return draft.fail("groups", "expected a divisor of the " + std::to_string(*spec.channels) +
                                    " output channels, got " + std::to_string(groups));
  }
  return true;
}

}  // namespace subvolt::network
