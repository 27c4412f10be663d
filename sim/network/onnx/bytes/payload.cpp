#include "sim/network/onnx/bytes/payload.h"

#include <sstream>

#include "sim/network/onnx/fault.h"

namespace subvolt::network::from_onnx {
namespace {

constexpr const char* kNoteKey = "subvolt: stays in the file";

}  // namespace

void note(const Payload& payload, std::string& tensor) {
  onnx::TensorProto added;
  added.set_data_location(onnx::TensorProto::EXTERNAL);
  auto& entry = *added.add_external_data();
  entry.set_key(kNoteKey);
  entry.set_value(std::to_string(payload.field) + " " + std::to_string(payload.at) + " " +
                  std::to_string(payload.bytes) + " " + std::to_string(payload.elements));
  tensor += added.SerializeAsString();  // one message behind another is both
}

std::optional<Payload> payload_of(const onnx::TensorProto& tensor) {
  std::optional<Payload> payload;
  for (const auto& entry : tensor.external_data()) {
    if (entry.key() != kNoteKey) continue;
    std::istringstream words(entry.value());
    if (payload || !(words >> payload.emplace().field >> payload->at >> payload->bytes >> payload->elements)) {
      throw Fault("tensor \"" + tensor.name() + "\": expected its elements in one place");
    }
  }
  return payload;
}

}  // namespace subvolt::network::from_onnx
