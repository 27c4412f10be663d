// Operators of which only the shapes matter here: a processor runs them, or nobody does.
#include "sim/network/operators/operands.h"

namespace subvolt::network {
namespace {

// Outputs as stated; what no definition covers. The reader says in source_op what it is.
bool infer_stated(LayerDraft& draft) {
  draft.constants_as_stated();
  draft.layer().counted = is_counted(draft.spec().op->name);
  for (std::size_t i = 0; i < stated_outputs(draft); ++i) {
    if (!stated_output(draft, i, draft.inputs() > 0 ? draft.input().type : ElementType::kFp32)) return false;
  }
  return true;
}

bool infer_shape_of(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x) return false;
  const auto rank = std::int64_t(x->shape.rank());
  if (rank == 0) return draft.fail("inputs", "a scalar has no sizes, expected a tensor");
  return draft.output({rank}, ElementType::kInt64) && draft.element_operations({rank});
}

// Boxes and scores are looked at once each; how many boxes meet depends on the data.
bool infer_non_max_suppression(LayerDraft& draft) {
  std::int64_t elements = 0;  // every tensor is below 2^53 and there are few
  for (const Operand& operand : operands(draft)) elements += operand.shape.elements();
  return infer_stated(draft) && draft.element_operations({elements});
}

// Logistic and exponential per anchor; the boxes stay encoded.
bool infer_yolo_head(LayerDraft& draft) {
  const auto x = take_operand(draft);
  return x && draft.output(x->shape, x->type) && draft.element_operations({x->shape.elements()});
}

const bool general_registered = register_operators({
    {"custom", "an operator that nothing here knows", Form::kGeneral, 0, kAnyNumber, {"shape"}, infer_stated},
    {"if_", "one of two graphs, as a condition says", Form::kGeneral, 0, kAnyNumber, {"shape"}, infer_stated},
    {"shape_of", "the sizes of a tensor", Form::kGeneral, 1, 1, {}, infer_shape_of},
    {"non_max_suppression",
     "the best of overlapping boxes",
     Form::kGeneral,
     1,
     7,
     {"shape"},
     infer_non_max_suppression},
    {"yolo_head", "boxes from anchors", Form::kGeneral, 1, 1, {}, infer_yolo_head},
});

}  // namespace
}  // namespace subvolt::network
