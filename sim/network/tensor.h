// Tensors of a network: shape, element type, bytes.
#pragma once

#include <cstdint>
#include <string>

#include "sim/units/counts.h"

namespace subvolt::network {

// Batch is a property of the run, not of a tensor: shapes are per inference, NHWC, unused dimensions 1.
struct Shape {
  std::int64_t height = 1;
  std::int64_t width = 1;
  std::int64_t channels = 1;
  std::int64_t elements() const { return height * width * channels; }
  std::string text() const;  // "112x112x32"
  friend bool operator==(const Shape& a, const Shape& b) {
    return a.height == b.height && a.width == b.width && a.channels == b.channels;
  }
  friend bool operator!=(const Shape& a, const Shape& b) { return !(a == b); }
};

enum class ElementType { kInt8, kInt16, kInt32 };
std::int64_t bits(ElementType type);
std::string to_text(ElementType type);  // "int8"

struct Tensor {
  std::string name;
  Shape shape;
  ElementType type = ElementType::kInt8;
  Bytes bytes() const;
};

using TensorId = int;  // index into Network::tensors

}  // namespace subvolt::network
