// Elements of a tensor that stay in the file: the message says where they lie instead.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/network/onnx/proto.h"

namespace subvolt::network::from_onnx {

struct Payload {
  int field = 0;  // of TensorProto that has them: raw_data, or that of a type
  std::uint64_t at = 0;
  std::uint64_t bytes = 0;
  std::uint64_t elements = 0;  // of a field of a type
};

// Appends to a tensor as it is written in files. The note is an entry of its external data under a key that ONNX does
// not have, so it goes wherever the message is copied to.
void note(const Payload& payload, std::string& tensor);
// Throws Fault for a note that no file of ours has.
std::optional<Payload> payload_of(const onnx::TensorProto& tensor);

}  // namespace subvolt::network::from_onnx
