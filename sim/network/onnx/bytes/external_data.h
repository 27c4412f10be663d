// Elements that lie in a file beside the model (onnx.proto: TensorProto.external_data).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "sim/config/byte_source.h"
#include "sim/network/onnx/proto.h"

namespace subvolt::network::from_onnx {

struct External {
  std::shared_ptr<const config::ByteSource> file;
  std::uintmax_t at = 0;
  std::uintmax_t bytes = 0;
};

// Where they are; nothing when `folder` is empty, the file is not there, or they are more than kMostExternal. Throws
// Fault for a location outside of the folder and for a range beyond the end of the file.
std::optional<External> external_data(const onnx::TensorProto& tensor, const std::string& folder);

// All of them are gone through, for their zeros.
inline constexpr std::size_t kMostExternal = std::size_t{512} << 20;

}  // namespace subvolt::network::from_onnx
