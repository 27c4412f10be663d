// A model without its weights, so that libonnx's classes do not hold them.
//
// The walk knows no more of protobuf than where a message ends and which of ONNX's messages have tensors inside. What
// it does not understand it takes over as it is, and the generated parser says what is wrong with it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sim/config/byte_source.h"

namespace subvolt::network::from_onnx {

// Shorter elements stay in the message: a note of where they are is about as long.
inline constexpr std::size_t kLeastLeftOut = 1024;

// The ModelProto in `file` with a note (payload.h) for the elements of each tensor that has many; nothing when a
// message ends behind the one around it, as in a file that was cut off.
std::optional<std::string> skeleton_of(const config::ByteSource& file);

}  // namespace subvolt::network::from_onnx
