// What is known of a tensor of an ONNX graph while its operators are gone through one by one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/network/onnx/bytes/tensor_data.h"
#include "sim/network/tensor.h"

namespace subvolt::network::from_onnx {

struct TypeInfo {
  std::int32_t data_type = 0;  // onnx.TensorProto.DataType; 0: unknown
  std::optional<Shape> shape;  // none: unknown
};

struct Value {
  TypeInfo type;       // as the graph sees it: dequantised weights are FLOAT
  std::string tensor;  // activations: the tensor's name in the NetworkSpec
  bool constant = false;

  // Constants only.
  std::string root;                          // what they are called in the file: rearranged ones keep the name
  std::int32_t stored_type = 0;              // INT8 for weights behind DequantizeLinear
  const onnx::TensorProto* data = nullptr;   // their elements in the file, in any order
  bool in_order = false;                     // in that of `data`
  std::shared_ptr<const Contents> contents;  // computed, or decoded; see contents_of()
  bool filled = false;  // with one value, as weights that somebody took out: its zeros tell nothing
  std::optional<Quantization> quantization;
  std::vector<std::int64_t> zero_points;  // of element i of `data`: [(i / zero_point_inner) % size]
  std::int64_t zero_point_inner = 1;

  const Shape& shape() const { return *type.shape; }
  bool has_shape() const { return type.shape.has_value(); }
};

// The values, decoded once; nullptr when they are not known or more than kMostDecoded.
const Contents* contents_of(Value& value, const Files& files);
// Zeros among the elements as stored; nothing when they are not known.
std::optional<std::int64_t> zeros_of(const Value& value, const Files& files);

}  // namespace subvolt::network::from_onnx
