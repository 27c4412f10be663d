// The sizes of a tensor, outermost dimension first; none: a scalar.
//
// The last three are height, width and channels to whatever slides a window or looks at pixels; what is before
// them counts images. A vector is 1x1 pixels of channels, a matrix one line of pixels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "sim/config/field_type.h"

namespace subvolt::network {

class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<std::int64_t> sizes) : sizes_(sizes) {}
  explicit Shape(std::vector<std::int64_t> sizes) : sizes_(std::move(sizes)) {}

  std::size_t rank() const { return sizes_.size(); }
  const std::vector<std::int64_t>& sizes() const { return sizes_; }
  std::vector<std::int64_t>& sizes() { return sizes_; }
  std::int64_t operator[](std::size_t i) const { return sizes_[i]; }
  std::int64_t& operator[](std::size_t i) { return sizes_[i]; }
  std::int64_t elements() const;  // 1 for a scalar
  std::string text() const;       // "112x112x32", "scalar"

  std::int64_t channels() const { return from_end(1); }
  std::int64_t width() const { return from_end(2); }
  std::int64_t height() const { return from_end(3); }
  std::int64_t images() const;

  friend bool operator==(const Shape& a, const Shape& b) { return a.sizes_ == b.sizes_; }
  friend bool operator!=(const Shape& a, const Shape& b) { return !(a == b); }

 private:
  std::int64_t from_end(std::size_t i) const { return sizes_.size() < i ? 1 : sizes_[sizes_.size() - i]; }
  std::vector<std::int64_t> sizes_;
};

}  // namespace subvolt::network

namespace subvolt::config {
// 640, 224x224x3, [1, 49, 10, 1] or scalar.
template <>
struct FieldType<network::Shape> {
  static bool read(const Node& node, network::Shape& value, Diagnostics& d);
  static TypeDoc doc() { return {}; }
  static std::string text(const network::Shape& value) { return value.text(); }
};
}  // namespace subvolt::config
