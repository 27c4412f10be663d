// strip_io_quantization: inputs that are only quantised become integers as a sensor delivers them, and outputs are
// handed over before they would be dequantised. Off unless asked for: it changes what goes into the network and what
// comes out.
#include "sim/rewrite/pass.h"
#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

void strip_input(Editor& editor, LayerId layer) {
  const TensorId in = editor.at(layer).input(), out = editor.at(layer).output();
  if (!editor.is_input(in) || editor.is_output(out) || !editor.sole_reader(in)) return;
  editor.edit_tensor(in).type = editor.tensor(out).type;
  editor.edit_tensor(in).quantization = editor.tensor(out).quantization;
  editor.bypass(layer, "the network's input is quantised");
}

void strip_output(Editor& editor, LayerId layer) {
  const TensorId in = editor.at(layer).input(), out = editor.at(layer).output();
  if (!editor.is_output(out) || !editor.readers(out).empty() || network::is_float(editor.tensor(in).type)) return;
  const network::Tensor inner = editor.tensor(in);
  if (!editor.bypass(layer, "the network's output stays quantised")) return;
  editor.edit_tensor(out).type = inner.type;
  editor.edit_tensor(out).quantization = inner.quantization;
}

void run(Editor& editor) {
  for (const LayerId layer : editor.layers()) {
    const Node& node = editor.at(layer);
    if (node.inputs.size() != 1) continue;
    if (node.is("quantize")) strip_input(editor, layer);
    if (node.is("dequantize")) strip_output(editor, layer);
  }
}

const bool strip_io_quantization_registered =
    register_pass({"strip_io_quantization", "hands integers in and out of the network instead of quantising in it", 90,
                   false, false, false, run});

}  // namespace
}  // namespace subvolt::rewrite
