// Several tensors into one, one into several.
#include "sim/network/tflite/translation.h"

namespace subvolt::network::tflite {
namespace {

bool concatenation(Translation& t) {
  const auto* options = t.options<format::ConcatenationOptions>();
  LayerSpec& layer = t.layer();
  layer.op = Operator("concat");
  layer.axes = {options ? options->axis() : 0};
  t.take_all();
  return !options || fuse(layer, options->activation());
}

bool pack(Translation& t) {
  const auto* options = t.options<format::PackOptions>();
  t.layer().op = Operator("pack");
  t.layer().axes = {options ? options->axis() : 0};
  t.take_all();
  return true;
}

bool unpack(Translation& t) {
  const auto* options = t.options<format::UnpackOptions>();
  t.layer().op = Operator("unpack");
  t.layer().axes = {options ? options->axis() : 0};
  t.take(0);
  return true;
}

// Operands: axis, input. Parts of one size.
bool split(Translation& t) {
  t.layer().op = Operator("split");
  t.layer().axes = {t.integer(0)};
  t.take(1);
  return true;
}

// Operands: input, sizes, axis.
bool split_v(Translation& t) {
  t.layer().op = Operator("split");
  t.layer().sizes = t.integers(1, t.results());
  t.layer().axes = {t.integer(2)};
  t.take(0);
  return true;
}

const bool join_registered = register_translations({
    {"CONCATENATION", concatenation},
    {"PACK", pack},
    {"UNPACK", unpack},
    {"SPLIT", split},
    {"SPLIT_V", split_v},
});

}  // namespace
}  // namespace subvolt::network::tflite
