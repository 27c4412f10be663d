// Normalisations: the result has the shape of the input.
//
//   batch_norm     scale, bias, mean and variance per channel, all constants: one multiply-add per element once folded
//   layer_norm     over `axes`: mean, variance, then scale and bias: 8 element operations per element
//   instance_norm, group_norm   the same over the pixels of a channel or a group of channels
//   rms_norm       without mean and bias: square, sum, multiply, scale: 4
//   l2_norm        no constants: square, sum, multiply: 3
//   softmax, log_softmax, lrn   counted as 1 per element, as the published layer tables do
//
// Constants are stored like biases: `bias_type`. Scale and bias may be inputs instead.
#include "sim/network/operators/operands.h"

namespace subvolt::network {
namespace {

bool infer_softmax(LayerDraft& draft) {
  const auto x = take_operand(draft);
  return x && resolve_axes(draft, x->shape.rank(), {-1}) && draft.output(x->shape, x->type) &&
         draft.element_operations({x->shape.elements()});
}

bool infer_lrn(LayerDraft& draft) {
  const auto x = take_operand(draft);
  return x && channel_dimension(draft, x->shape) && draft.output(x->shape, x->type) &&
         draft.element_operations({x->shape.elements()});
}

bool infer_l2_norm(LayerDraft& draft) {
  const auto x = take_operand(draft);
  return x && resolve_axes(draft, x->shape.rank(), {-1}) && draft.output(x->shape, x->type) &&
         draft.element_operations({x->shape.elements(), 3});
}

// Input `nth` in place of a constant.
bool check_input(LayerDraft& draft, std::size_t nth, const Shape& wanted) {
  return draft.in(nth).elements() == wanted.elements() ||
         draft.fail("inputs", "expected input " + std::to_string(nth + 1) + " with the elements of " + wanted.text() +
                                  ", got " + draft.in(nth).text());
}

// Output, and constants or inputs for these roles, each of shape `each`.
bool scale_and_shift(LayerDraft& draft, const Shape& each, const std::vector<Role>& roles, std::int64_t operations) {
  const ElementType type = draft.layer().attributes.bias_type;
  std::size_t operands_of_role = 0;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    const bool is_input = i + 1 < draft.inputs();
    const std::size_t nth = roles[i] == Role::kOperand ? operands_of_role++ : 0;
    if (!(is_input ? check_input(draft, i + 1, each) : draft.constant(roles[i], each, type, nth))) return false;
    if (roles[i] == Role::kBias) draft.layer().bias = true;
  }
  if (draft.inputs() > roles.size() + 1) {
    return draft.fail("inputs", "expected at most " + std::to_string(roles.size() + 1) + " inputs, got " +
                                    std::to_string(draft.inputs()));
  }
  return took_all_constants(draft) && draft.output(draft.in()) &&
         draft.element_operations({draft.in().elements(), operations});
}

std::vector<Role> scale_and_bias(const LayerDraft& draft) {
  std::vector<Role> roles = {Role::kScale};
  if (draft.spec().bias) roles.push_back(Role::kBias);
  return roles;
}

bool infer_batch_norm(LayerDraft& draft) {
  if (!need_input(draft)) return false;
  const auto channels = channel_dimension(draft, draft.in());
  return channels && scale_and_shift(draft, {draft.in()[*channels]},
                                     {Role::kScale, Role::kBias, Role::kOperand, Role::kOperand}, 1);
}

bool over_axes(LayerDraft& draft, const std::vector<Role>& roles, std::int64_t operations) {
  if (!resolve_axes(draft, draft.in().rank(), {-1})) return false;
  Shape each;
  for (std::int64_t axis : draft.layer().attributes.axes) each.sizes().push_back(draft.in()[std::size_t(axis)]);
  return scale_and_shift(draft, each, roles, operations);
}

bool infer_layer_norm(LayerDraft& draft) { return need_input(draft) && over_axes(draft, scale_and_bias(draft), 8); }

bool infer_rms_norm(LayerDraft& draft) { return need_input(draft) && over_axes(draft, {Role::kScale}, 4); }

bool infer_instance_norm(LayerDraft& draft) {
  if (!need_input(draft)) return false;
  const auto channels = channel_dimension(draft, draft.in());
  return channels && scale_and_shift(draft, {draft.in()[*channels]}, scale_and_bias(draft), 8);
}

// ONNX opset 18 had a scale and a shift per group; since opset 21 they are per channel.
bool per_group(const LayerDraft& draft, std::int64_t groups) {
  if (draft.inputs() > 1) return draft.in(1).elements() == groups;
  for (const Constant& stated : draft.spec().constants) {
    if (stated.role == Role::kScale) return stated.shape.rank() > 0 && stated.elements() == groups;
  }
  return false;
}

bool infer_group_norm(LayerDraft& draft) {
  if (!need_input(draft)) return false;
  const auto channels = channel_dimension(draft, draft.in());
  if (!channels) return false;
  const std::int64_t size = draft.in()[*channels];
  const std::int64_t groups = draft.spec().groups;
  if (groups < 1 || size % groups != 0) {
    return draft.fail("groups",
                      "expected a divisor of the " + std::to_string(size) + " channels, got " + std::to_string(groups));
  }
  const bool shared = per_group(draft, groups);
  if (!scale_and_shift(draft, {shared ? groups : size}, scale_and_bias(draft), 8)) return false;
  // No attribute tells that, so a file has to say their shapes.
  for (Constant& constant : draft.layer().constants) constant.derived = constant.derived && !shared;
  return true;
}

const bool normalize_registered = register_operators({
    {"softmax", "exponentials that sum to one", Form::kVector, 1, 1, {"axes"}, infer_softmax},
    {"log_softmax", "logarithm of softmax", Form::kVector, 1, 1, {"axes"}, infer_softmax},
    {"lrn", "local response normalisation across channels", Form::kVector, 1, 1, {}, infer_lrn},
    {"l2_norm", "to Euclidean length one", Form::kVector, 1, 1, {"axes"}, infer_l2_norm},
    {"batch_norm",
     "batch normalisation with constant statistics",
     Form::kVector,
     1,
     5,
     {"bias_type"},
     infer_batch_norm},
    {"layer_norm",
     "normalisation over the last dimension, or others",
     Form::kVector,
     1,
     3,
     {"axes", "bias", "bias_type"},
     infer_layer_norm},
    {"rms_norm", "to root mean square one", Form::kVector, 1, 2, {"axes", "bias_type"}, infer_rms_norm},
    {"instance_norm",
     "normalisation of each channel over its pixels",
     Form::kVector,
     1,
     3,
     {"bias", "bias_type"},
     infer_instance_norm},
    {"group_norm",
     "normalisation of groups of channels",
     Form::kVector,
     1,
     3,
     {"groups", "bias", "bias_type"},
     infer_group_norm},
});

}  // namespace
}  // namespace subvolt::network
