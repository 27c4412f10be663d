// Tensors that an ONNX file brings along: their type, shape and elements.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/config/byte_source.h"
#include "sim/network/element_type.h"
#include "sim/network/onnx/bytes/files.h"
#include "sim/network/onnx/bytes/wire.h"
#include "sim/network/onnx/proto.h"
#include "sim/network/shape.h"

namespace subvolt::network::from_onnx {

// The values of a tensor: integers and booleans exactly, real numbers as double.
using Contents = std::variant<std::vector<std::int64_t>, std::vector<double>>;
std::size_t size_of(const Contents& contents);

// Tensors up to here are decoded and computed with: shapes, indices, bounds and what is cut out of weights.
inline constexpr std::int64_t kMostDecoded = std::int64_t{1} << 20;

// `data_type` as in onnx.TensorProto.DataType; nothing for what no hardware here holds (strings, 8-bit floats, ...).
std::optional<ElementType> element_type_of(std::int32_t data_type);
std::int32_t data_type_of(ElementType type);         // 0 for a type that ONNX does not have
std::string data_type_name(std::int32_t data_type);  // "FLOAT", "data type 99"
bool holds_reals(std::int32_t data_type);

// Sizes of 0 and more, and few enough elements to count; throws Fault otherwise.
Shape checked_shape(std::vector<std::int64_t> sizes);
Shape shape_of(const onnx::TensorProto& tensor);

// Reads elements, a piece of the file at a time.
class TensorData {
 public:
  TensorData(const onnx::TensorProto& tensor, const Files& files);

  // Whether the elements are there: a file may lack those of its external data.
  bool present() const { return present_; }
  // All elements, when present, of a type that can be decoded, and at most kMostDecoded.
  std::optional<Contents> contents() const;
  // Elements equal to their zero point: zero_points[(i / inner) % size] for element i. Nothing when not present.
  std::optional<std::int64_t> zeros(const std::vector<std::int64_t>& zero_points, std::int64_t inner) const;

 private:
  bool find(const Files& files);
  std::int64_t elements_by_type() const;
  void check_size();
  template <class Visit>
  bool visit(Visit visit) const;
  template <class T, class Field, class Visit>
  bool each(const Field& field, Visit& visit) const;
  std::optional<std::int64_t> counted_in_pieces(std::int64_t zero) const;

  const onnx::TensorProto& tensor_;
  std::int64_t elements_ = 0;
  bool present_ = false;
  std::shared_ptr<const config::ByteSource> source_;  // none: the fields by type of the message hold the elements
  wire::Range range_;                                 // in it
  bool raw_ = true;                                   // little-endian there, not varints
  std::optional<std::int64_t> stated_elements_;       // of a field by type that was left in the file
};

}  // namespace subvolt::network::from_onnx
