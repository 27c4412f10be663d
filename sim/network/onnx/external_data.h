// Elements that lie in a file beside the model (onnx.proto: TensorProto.external_data).
#pragma once

#include <optional>
#include <string>

#include "sim/network/onnx/proto.h"

namespace subvolt::network::from_onnx {

// The bytes; nothing when `folder` is empty, the file is not there, or they are more than kMostExternal. Throws Fault
// for a location outside of the folder and for a range beyond the end of the file.
std::optional<std::string> read_external(const onnx::TensorProto& tensor, const std::string& folder);

inline constexpr std::size_t kMostExternal = std::size_t{512} << 20;

}  // namespace subvolt::network::from_onnx
