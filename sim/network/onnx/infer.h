// Types and shapes of an operator's outputs, as libonnx infers them from those of its inputs.
#pragma once

#include <vector>

#include "sim/network/onnx/node.h"

namespace subvolt::network::from_onnx {

// One entry per output, with what could be inferred. An operator that libonnx does not know, or that is younger than
// it, has nothing inferred. Throws Fault when the operator contradicts ONNX's definition of it.
std::vector<TypeInfo> infer_types(const Node& node);

}  // namespace subvolt::network::from_onnx
