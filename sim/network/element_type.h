// What the elements of a tensor are and how many bits one takes in memory.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/field_type.h"

namespace subvolt::network {

// Signed integers of every width from 2 to 16 bits are stored packed; so are binary (1 bit) and ternary (2 bits:
// -1, 0, 1). A resource is a handle to a state variable and takes no memory.
enum class ElementType {
  kBinary,
  kTernary,
  kInt2,
  kInt3,
  kInt4,
  kInt5,
  kInt6,
  kInt7,
  kInt8,
  kInt9,
  kInt10,
  kInt11,
  kInt12,
  kInt13,
  kInt14,
  kInt15,
  kInt16,
  kInt32,
  kInt64,
  kUint4,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kBool,
  kFp16,
  kBf16,
  kFp32,
  kFp64,
  kComplex64,
  kResource,
};
std::int64_t bits(ElementType type);
std::string to_text(ElementType type);  // "int8"
bool is_float(ElementType type);
bool is_integer(ElementType type);  // of any width, bool excluded

}  // namespace subvolt::network

namespace subvolt::config {
template <>
struct EnumNames<network::ElementType> {
  static const std::vector<std::pair<network::ElementType, std::string>>& names();
};
}  // namespace subvolt::config
