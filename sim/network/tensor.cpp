#include "sim/network/tensor.h"

#include "sim/network/network_spec.h"

namespace subvolt::network {

std::string Shape::text() const {
  return std::to_string(height) + "x" + std::to_string(width) + "x" + std::to_string(channels);
}

std::int64_t bits(ElementType type) {
  switch (type) {
    case ElementType::kInt8:
      return 8;
    case ElementType::kInt16:
      return 16;
    case ElementType::kInt32:
      return 32;
  }
  throw Error(ErrorKind::kInternal, "unknown element type");
}

std::string to_text(ElementType type) { return config::FieldType<ElementType>::text(type); }

Bytes Tensor::bytes() const { return Bytes(ceil_div(shape.elements() * bits(type), 8)); }

}  // namespace subvolt::network
