// Changes of the element type: one element operation each. Works on a constant, too: half-precision weights behind
// DEQUANTIZE are such.
#include "sim/network/operators/operands.h"

namespace subvolt::network {
namespace {

bool convert(LayerDraft& draft, std::optional<ElementType> type) {
  const auto x = take_operand(draft);
  return x && draft.output(x->shape, type) && draft.element_operations({x->shape.elements()});
}

bool infer_quantize(LayerDraft& draft) { return convert(draft, ElementType::kInt8); }
bool infer_dequantize(LayerDraft& draft) { return convert(draft, ElementType::kFp32); }

bool infer_cast(LayerDraft& draft) {
  const LayerSpec& spec = draft.spec();
  if (!spec.type && (spec.outputs.empty() || !spec.outputs.front().type)) {
    return draft.fail("type", "cast needs the type of its output, such as type: int8");
  }
  return convert(draft, spec.type);
}

const bool convert_registered = register_operators({
    {"quantize",
     "from real numbers, or from another scale, to integers",
     Form::kVector,
     1,
     1,
     {"type"},
     infer_quantize},
    {"dequantize",
     "from integers, or from half precision, to real numbers",
     Form::kVector,
     1,
     1,
     {"type"},
     infer_dequantize},
    {"cast", "to another element type", Form::kVector, 1, 1, {"type"}, infer_cast},
});

}  // namespace
}  // namespace subvolt::network
