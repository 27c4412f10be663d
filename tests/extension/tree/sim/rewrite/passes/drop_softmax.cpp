// drop_softmax: a softmax whose output is the network's goes, for the largest class is the same without it.
//
// Not exact: what comes out are no probabilities. So it is off unless asked for.
#include "sim/rewrite/editor.h"
#include "sim/rewrite/pass.h"

namespace subvolt::rewrite {
namespace {

void drop_softmax(Editor& editor) {
  for (const LayerId layer : editor.layers()) {
    const Node& node = editor.at(layer);
    if (node.is("softmax") && editor.is_output(node.output())) editor.bypass(layer, "the largest class is its input's");
  }
}

const bool drop_softmax_registered = register_pass(
    {"drop_softmax", "removes the softmax at the end of a classifier", 90, false, false, false, drop_softmax});

}  // namespace
}  // namespace subvolt::rewrite
