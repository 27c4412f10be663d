// State variables of streaming networks (TFLite VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE, CALL_ONCE).
//
// A variable is known by its name, `state`. A handle to it is a tensor without bytes. Without `state`, variable is
// the call that gives the variables their initial values, before the first inference.
#include "sim/network/operators/operands.h"

namespace subvolt::network {
namespace {

bool need_state(LayerDraft& draft) {
  return !draft.spec().state.empty() ||
         draft.fail("state", to_text(draft.spec().op) + " needs state, the name of a variable");
}

bool check_handle(LayerDraft& draft, std::size_t i) {
  return draft.input(i).type == ElementType::kResource ||
         draft.fail("inputs", "expected the handle of a variable, got \"" + draft.input(i).name + "\" of " +
                                  to_text(draft.input(i).type));
}

bool infer_variable(LayerDraft& draft) {
  return draft.spec().state.empty() || draft.output(Shape(), ElementType::kResource);
}

bool infer_read(LayerDraft& draft) {
  if (!need_state(draft) || (draft.inputs() > 0 && !check_handle(draft, 0))) return false;
  const LayerSpec& spec = draft.spec();
  if (!spec.type && (spec.outputs.empty() || !spec.outputs.front().type)) {
    return draft.fail("type", "read_variable needs the type of the variable, such as type: int8");
  }
  return stated_output(draft, 0, spec.type);
}

// [handle, value], [value], or either with the value as a constant.
bool infer_assign(LayerDraft& draft) {
  if (!need_state(draft)) return false;
  std::size_t values = draft.spec().constants.size();
  for (std::size_t i = 0; i < draft.inputs(); ++i) {
    values += draft.input(i).type == ElementType::kResource ? 0 : 1;
  }
  draft.constants_as_stated();
  return values == 1 || draft.fail("inputs", "expected one value to assign, got " + std::to_string(values));
}

const bool state_registered = register_operators({
    {"variable", "A state variable, or the initial assignment of all", Form::kState, 0, 0, {"state"}, infer_variable},
    {"read_variable", "the value of a state variable", Form::kState, 0, 1, {"state", "shape", "type"}, infer_read},
    {"assign_variable", "A new value of a state variable", Form::kState, 0, 2, {"state"}, infer_assign},
});

}  // namespace
}  // namespace subvolt::network
