// Changes of the element type. Those of constants are no operators of a run (constants.h).
#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/translation.h"

namespace subvolt::network::from_onnx {
namespace {

std::int64_t axis_of(const Translation& t) {
  const std::size_t rank = t.shape(0).rank();
  const auto scales = t.shape(1).elements();
  return scales > 1 ? static_cast<std::int64_t>(checked_axis(t.node().integer("axis", 1), rank)) : 0;
}

// Where libonnx knows no type: that of the operand, else what attribute output_dtype (opset 21) says.
void set_type(Translation& t, std::size_t like) {
  if (t.outputs() == 0 || t.out().data_type != 0) return;
  const auto stated = static_cast<std::int32_t>(t.node().integer("output_dtype", 0));
  const std::int32_t data_type = t.has(like) ? t.node().input(like).type.data_type : stated;
  if (const auto type = element_type_of(data_type)) t.layer().type = type;
}

void quantize(Translation& t) {
  t.op("quantize");
  set_type(t, 2);
  t.layer().quantization = t.quantization(1, 2, axis_of(t));
  t.take(0);
}

void dequantize(Translation& t) {
  t.op("dequantize");
  set_type(t, 1);
  t.take(0);
}

// x, the scale and zero point it gets: a layer that compositions need, and no operator of any file.
void requantize(Translation& t) {
  t.op("quantize");
  t.layer().type = t.stored_type(0);
  t.layer().quantization = t.quantization(1, 2);
  t.take(0);
}

// To the type that it has already: nothing happens.
void convert(Translation& t, std::int32_t data_type) {
  const auto to = element_type_of(data_type);
  if (!to) throw Fault("elements of " + data_type_name(data_type) + " are not known to any hardware here");
  if (t.stored_type(0) == *to) {
    t.op("identity");
  } else {
    t.op("cast");
    t.layer().type = to;
  }
  t.take(0);
}

void cast(Translation& t) { convert(t, static_cast<std::int32_t>(t.node().integer("to", 0))); }
void cast_like(Translation& t) { convert(t, t.node().input(1).type.data_type); }

const bool rules_quantization_registered = register_rules({
    {"QuantizeLinear", quantize},
    {"DequantizeLinear", dequantize},
    {"com.microsoft.QuantizeLinear", quantize},
    {"com.microsoft.DequantizeLinear", dequantize},
    {"subvolt.Requantize", requantize},
    {"Cast", cast},
    {"CastLike", cast_like},
});

}  // namespace
}  // namespace subvolt::network::from_onnx
