#include "sim/network/shape.h"

#include <algorithm>

namespace subvolt::network {

std::int64_t Shape::elements() const {
  std::int64_t product = 1;
  for (const std::int64_t size : sizes_) product *= size;
  return product;
}

std::int64_t Shape::images() const {
  std::int64_t product = 1;
  for (std::size_t i = 0; i + 3 < sizes_.size(); ++i) product *= sizes_[i];
  return product;
}

std::string Shape::text() const {
  if (sizes_.empty()) return "scalar";
  std::string text;
  for (const std::int64_t size : sizes_) text += (text.empty() ? "" : "x") + std::to_string(size);
  return text;
}

}  // namespace subvolt::network
