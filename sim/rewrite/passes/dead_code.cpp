// dead_code: layers whose outputs nobody uses, and layers that only hand their input on (identity, and a reshape to the
// shape that is there already).
//
// Exact: nothing that reaches an output of the network or a state variable changes. Work and parameters of dead
// layers are gone.
#include "sim/rewrite/editor.h"
#include "sim/rewrite/pass.h"

namespace subvolt::rewrite {
namespace {

bool is_used(const Editor& editor, const Node& node) {
  if (node.outputs.empty() || node.form() == network::Form::kState) return true;
  for (const TensorId id : node.outputs) {
    if (editor.is_output(id) || !editor.readers(id).empty()) return true;
  }
  return false;
}

bool hands_on(const Editor& editor, const Node& node) {
  if (node.inputs.size() != 1 || node.outputs.size() != 1) return false;
  const network::Tensor& in = editor.tensor(node.input());
  const network::Tensor& out = editor.tensor(node.output());
  if (in.shape != out.shape || in.type != out.type) return false;
  return node.form() == network::Form::kView && node.spec.constants.empty();
}

void run(Editor& editor) {
  const std::vector<LayerId> layers = editor.layers();
  // Backwards, so that what feeds only dead layers is dead, too.
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    if (!is_used(editor, editor.at(*layer))) editor.remove(*layer, "nothing uses its output");
  }
  for (const LayerId layer : editor.layers()) {
    if (hands_on(editor, editor.at(layer))) editor.bypass(layer, "its output is its input");
  }
}

const bool dead_code_registered = register_pass(
    {"dead_code", "removes layers that nothing uses or that only hand their input on", 20, false, true, false, run});

}  // namespace
}  // namespace subvolt::rewrite
