// add_activation: an activation behind an addition, subtraction, multiplication or division of two operands is applied
// as the results leave the vector unit. Exact under the conditions of passes/activation.cpp.
#include "sim/rewrite/pass.h"
#include "sim/rewrite/passes/fuse_activation.h"

namespace subvolt::rewrite {
namespace {

bool takes(const Node& node) { return node.is("add") || node.is("sub") || node.is("mul") || node.is("div"); }

void run(Editor& editor) {
  for (const LayerId layer : editor.layers()) {
    if (editor.at(layer).alive && takes(editor.at(layer))) take_activation(editor, layer);
  }
}

const bool add_activation_registered =
    register_pass({"add_activation", "fuses activations behind additions and multiplications of tensors", 72, true,
                   true, false, run});

}  // namespace
}  // namespace subvolt::rewrite
