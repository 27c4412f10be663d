#include "sim/network/element_type.h"

#include <iterator>

#include "sim/config/error.h"

namespace subvolt::network {
namespace {

struct Row {
  ElementType type;
  const char* name;
  std::int64_t bits;
};

constexpr Row kTypes[] = {
    {ElementType::kBinary, "binary", 1},     {ElementType::kTernary, "ternary", 2},
    {ElementType::kInt2, "int2", 2},         {ElementType::kInt3, "int3", 3},
    {ElementType::kInt4, "int4", 4},         {ElementType::kInt5, "int5", 5},
    {ElementType::kInt6, "int6", 6},         {ElementType::kInt7, "int7", 7},
    {ElementType::kInt8, "int8", 8},         {ElementType::kInt9, "int9", 9},
    {ElementType::kInt10, "int10", 10},      {ElementType::kInt11, "int11", 11},
    {ElementType::kInt12, "int12", 12},      {ElementType::kInt13, "int13", 13},
    {ElementType::kInt14, "int14", 14},      {ElementType::kInt15, "int15", 15},
    {ElementType::kInt16, "int16", 16},      {ElementType::kInt32, "int32", 32},
    {ElementType::kInt64, "int64", 64},      {ElementType::kUint4, "uint4", 4},
    {ElementType::kUint8, "uint8", 8},       {ElementType::kUint16, "uint16", 16},
    {ElementType::kUint32, "uint32", 32},    {ElementType::kUint64, "uint64", 64},
    {ElementType::kBool, "bool", 8},         {ElementType::kFp16, "fp16", 16},
    {ElementType::kBf16, "bf16", 16},        {ElementType::kFp32, "fp32", 32},
    {ElementType::kFp64, "fp64", 64},        {ElementType::kComplex64, "complex64", 64},
    {ElementType::kResource, "resource", 0},
};

}  // namespace

std::int64_t bits(ElementType type) {
  // In order of the enumeration: the mapper asks millions of times.
  const auto at = static_cast<std::size_t>(type);
  if (at < std::size(kTypes) && kTypes[at].type == type) return kTypes[at].bits;
  throw Error(ErrorKind::kInternal, "unknown element type");
}

std::string to_text(ElementType type) { return config::FieldType<ElementType>::text(type); }

bool is_float(ElementType type) {
  return type == ElementType::kFp16 || type == ElementType::kBf16 || type == ElementType::kFp32 ||
         type == ElementType::kFp64;
}

bool is_integer(ElementType type) { return type <= ElementType::kUint64; }

}  // namespace subvolt::network

namespace subvolt::config {

const std::vector<std::pair<network::ElementType, std::string>>& EnumNames<network::ElementType>::names() {
  static const std::vector<std::pair<network::ElementType, std::string>> all = [] {
    std::vector<std::pair<network::ElementType, std::string>> names;
    for (const auto& row : network::kTypes) names.emplace_back(row.type, row.name);
    return names;
  }();
  return all;
}

}  // namespace subvolt::config
