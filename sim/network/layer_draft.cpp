#include "sim/network/layer_draft.h"

#include "sim/network/bounded.h"
#include "sim/network/layer_builder.h"

namespace subvolt::network {
namespace {

Image image_of(const Shape& shape) { return {shape.images(), shape.height(), shape.width(), shape.channels()}; }

}  // namespace

LayerDraft::LayerDraft(const LayerSpec& spec, Layout layout, std::vector<const Tensor*> inputs,
                       config::Diagnostics& diagnostics)
    : spec_(spec), layout_(layout), inputs_(std::move(inputs)), diagnostics_(diagnostics) {
  layer_.name = spec.name;
  layer_.op = spec.op;
  layer_.source_op = spec.source_op;
  layer_.attributes = spec;
  layer_.location = spec.origin.location();
  if (!inputs_.empty()) layer_.in = image_of(in());
}

bool LayerDraft::output(const Shape& shape, std::optional<ElementType> type) {
  const std::size_t i = outputs_.size();
  const OutputSpec* stated = i < spec_.outputs.size() ? &spec_.outputs[i] : nullptr;
  Tensor tensor;
  tensor.name = stated && !stated->name.empty() ? stated->name : spec_.name + (i == 0 ? "" : ":" + std::to_string(i));
  tensor.shape = shape;
  const std::optional<Shape>& wanted = stated && stated->shape ? stated->shape : i == 0 ? spec_.shape : std::nullopt;
  if (wanted && *wanted != shape) {
    if (const auto fault = fault_of(shape)) return fail("", "output " + *fault);
    if (const auto fault = fault_of(*wanted)) return fail("shape", *fault);
    if (wanted->elements() != shape.elements()) {
      return fail("shape", "expected the " + std::to_string(shape.elements()) + " elements of " + shape.text() +
                               ", got " + std::to_string(wanted->elements()) + " in " + wanted->text());
    }
    tensor.shape = *wanted;
  }
  if (const auto fault = fault_of(tensor.shape)) return fail("", "output " + *fault);
  const std::optional<ElementType>& wanted_type = stated && stated->type ? stated->type
                                                  : i == 0               ? spec_.type
                                                                         : std::nullopt;
  if (wanted_type) {
    tensor.type = *wanted_type;
  } else if (type) {
    tensor.type = *type;
  } else if (!inputs_.empty()) {
    tensor.type = input().type;
  }
  tensor.quantization = stated && stated->quantization ? stated->quantization
                        : i == 0                       ? spec_.quantization
                                                       : std::nullopt;
  if (i == 0) layer_.out = image_of(tensor.shape);
  // What is stated of an only output that is called like the layer is an attribute, wherever the file says it.
  if (spec_.outputs.size() == 1 && tensor.name == spec_.name) {
    if (stated->shape) layer_.attributes.shape = stated->shape;
    if (stated->type) layer_.attributes.type = stated->type;
  }
  outputs_.push_back(std::move(tensor));
  return true;
}

bool LayerDraft::constant(Role role, const Shape& shape, ElementType type, std::size_t nth) {
  Constant constant;
  for (const Constant& stated : spec_.constants) {
    if (stated.role != role || nth-- > 0) continue;
    constant = stated;
    if (stated.shape.rank() > 0 && stated.elements() != shape.elements()) {
      return fail("constants", "the " + config::FieldType<Role>::text(role) + " should have " + shape.text() +
                                   " elements, got " + stated.shape.text());
    }
    break;
  }
  constant.role = role;
  constant.shape = shape;
  constant.type = type;
  constant.derived = true;
  if (const auto fault = fault_of(shape)) return fail("", config::FieldType<Role>::text(role) + " " + *fault);
  if (constant.zeros && *constant.zeros > shape.elements()) {
    return fail("constants", "expected at most " + std::to_string(shape.elements()) + " zeros, got " +
                                 std::to_string(*constant.zeros));
  }
  layer_.constants.push_back(std::move(constant));
  return true;
}

void LayerDraft::constants_as_stated() { layer_.constants = spec_.constants; }

bool LayerDraft::macs(std::initializer_list<std::int64_t> factors) {
  const auto work = bounded_product(factors);
  if (!work) return fail("", "MACs exceed " + limit_text());
  layer_.macs = *work;
  return true;
}

bool LayerDraft::element_operations(std::initializer_list<std::int64_t> factors) {
  const auto work = bounded_product(factors);
  if (!work) return fail("", "operations exceed " + limit_text());
  layer_.element_operations = *work;
  return true;
}

bool LayerDraft::fail(std::string_view key, const std::string& message) {
  complain(spec_, key, message, diagnostics_);
  return false;
}

std::optional<std::size_t> LayerDraft::dimension(std::int64_t axis, std::size_t rank) {
  const auto size = static_cast<std::int64_t>(rank);
  if (axis >= -size && axis < size) return static_cast<std::size_t>(axis < 0 ? axis + size : axis);
  fail("axes", "expected a dimension from " + std::to_string(-size) + " to " + std::to_string(size - 1) + ", got " +
                   std::to_string(axis));
  return std::nullopt;
}

}  // namespace subvolt::network
