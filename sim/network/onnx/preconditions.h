// What libonnx 1.12 takes for granted when it infers shapes: it divides by some attributes, and indexes by ranks and
// axes, without looking at them first. Found by reading and by mutating models.
#pragma once

#include "sim/network/onnx/node.h"

namespace subvolt::network::from_onnx {

// Whether libonnx can be asked at all. Throws Fault for an operator that contradicts itself in a way that libonnx would
// not survive.
bool is_safe_to_infer(const Node& node);

}  // namespace subvolt::network::from_onnx
