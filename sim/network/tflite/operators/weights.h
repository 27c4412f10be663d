// Input, weights and bias of operators with MACs.
#pragma once

#include "sim/network/tflite/translation.h"

namespace subvolt::network::tflite {

// Sets bias, weight_type and bias_type and takes the operands x, weights and bias, of which the last may be absent.
// Weights and bias that other operators compute (half precision behind DEQUANTIZE) become inputs. False when the
// input is a constant, or a computed bias stands beside constant weights: no operator of ours has that.
bool take_weights(Translation& t, std::size_t x, std::size_t weights, std::size_t bias);

}  // namespace subvolt::network::tflite
