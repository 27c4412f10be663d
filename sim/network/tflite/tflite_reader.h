// TensorFlow Lite models: the file's operators one by one, in its order.
//
//   layer       named like the operator's first result; `operator_5` where that has no name, suffix `#2` where it is
//               another's already. source_op is the file's word: CONV_2D, CUSTOM:SignalRfft
//   constants   name, type, quantisation, and how many elements equal the zero point; data themselves are not kept
//   states      the graph that CALL_ONCE runs comes behind the main one
//   unknown     an operator without a counterpart here becomes `custom`, with shapes as the file states them
//
// What a file states of results must agree with what follows from its operands. Sizes that the file leaves open
// (shape_signature): the caller may give them for inputs (ReadOptions), and the results' follow. An open batch that
// nobody gives is as large as in the file's own example; other open sizes must be given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/network/network.h"
#include "sim/network/reader.h"

namespace subvolt::network {

// `name`: of the file, for errors and as the network's. Throws Error(kConfiguration): not a TFLite file, damaged,
// or inconsistent, naming operator and tensor. Takes any bytes: time and memory stay within a small multiple of
// `size`.
Network read_tflite(const std::uint8_t* data, std::size_t size, const std::string& name,
                    const ReadOptions& options = {});

}  // namespace subvolt::network
