#include "sim/network/onnx/value.h"

namespace subvolt::network::from_onnx {

const Contents* contents_of(Value& value, const Files& files) {
  const bool decodable = value.constant && value.data && value.in_order && !value.quantization && value.has_shape() &&
                         value.shape().elements() <= kMostDecoded;
  if (!value.contents && decodable) {
    if (auto contents = TensorData(*value.data, files).contents()) {
      value.contents = std::make_shared<const Contents>(std::move(*contents));
    }
  }
  return value.contents.get();
}

std::optional<std::int64_t> zeros_of(const Value& value, const Files& files) {
  if (value.data) return TensorData(*value.data, files).zeros(value.zero_points, value.zero_point_inner);
  if (!value.contents || value.quantization || value.filled) return std::nullopt;
  return std::visit(
      [](const auto& elements) {
        std::int64_t zeros = 0;
        for (const auto element : elements) zeros += element == 0 ? 1 : 0;
        return std::optional<std::int64_t>(zeros);
      },
      *value.contents);
}

}  // namespace subvolt::network::from_onnx
