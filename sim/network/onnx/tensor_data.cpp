#include "sim/network/onnx/tensor_data.h"

#include <cmath>
#include <cstring>

#include "sim/network/bounded.h"
#include "sim/network/onnx/external_data.h"
#include "sim/network/onnx/fault.h"
#include "sim/network/tensor.h"

namespace subvolt::network::from_onnx {
namespace {

using onnx::TensorProto;

// Types younger than libonnx 1.12 (onnx.proto of ONNX 1.16).
constexpr std::int32_t kUint4 = 21;
constexpr std::int32_t kInt4 = 22;

double half_to_double(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1f;
  const double fraction = bits & 0x3ff;
  double value = 0.0;
  if (exponent == 0x1f) {
    value = fraction == 0.0 ? HUGE_VAL : std::nan("");
  } else if (exponent == 0) {
    value = std::ldexp(fraction, -24);
  } else {
    value = std::ldexp(1024.0 + fraction, exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -value : value;
}

double bfloat_to_double(std::uint16_t bits) {
  const std::uint32_t wide = std::uint32_t{bits} << 16;
  float value = 0.0F;
  std::memcpy(&value, &wide, sizeof value);
  return value;
}

template <class T>
T load(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);  // little-endian hosts only, as everything here
  return value;
}

std::int64_t low_nibble(std::uint8_t byte, bool is_signed) {
  const int value = byte & 0xf;
  return is_signed && value > 7 ? value - 16 : value;
}

template <class T, class Visit>
bool visit_raw(const std::string& raw, Visit& visit) {
  for (std::size_t at = 0; at + sizeof(T) <= raw.size(); at += sizeof(T)) visit(load<T>(raw.data() + at));
  return true;
}

template <class T, class Field, class Visit>
bool visit_field(const Field& field, Visit& visit) {
  for (const auto value : field) visit(static_cast<T>(value));
  return true;
}

}  // namespace

std::size_t size_of(const Contents& contents) {
  return std::visit([](const auto& values) { return values.size(); }, contents);
}

std::optional<ElementType> element_type_of(std::int32_t data_type) {
  switch (data_type) {
    case TensorProto::FLOAT:
      return ElementType::kFp32;
    case TensorProto::UINT8:
      return ElementType::kUint8;
    case TensorProto::INT8:
      return ElementType::kInt8;
    case TensorProto::UINT16:
      return ElementType::kUint16;
    case TensorProto::INT16:
      return ElementType::kInt16;
    case TensorProto::INT32:
      return ElementType::kInt32;
    case TensorProto::INT64:
      return ElementType::kInt64;
    case TensorProto::BOOL:
      return ElementType::kBool;
    case TensorProto::FLOAT16:
      return ElementType::kFp16;
    case TensorProto::DOUBLE:
      return ElementType::kFp64;
    case TensorProto::UINT32:
      return ElementType::kUint32;
    case TensorProto::UINT64:
      return ElementType::kUint64;
    case TensorProto::COMPLEX64:
      return ElementType::kComplex64;
    case TensorProto::BFLOAT16:
      return ElementType::kBf16;
    case kUint4:
      return ElementType::kUint4;
    case kInt4:
      return ElementType::kInt4;
    default:
      return std::nullopt;
  }
}

std::int32_t data_type_of(ElementType type) {
  for (std::int32_t data_type = 1; data_type <= kInt4; ++data_type) {
    if (element_type_of(data_type) == type) return data_type;
  }
  return 0;
}

std::string data_type_name(std::int32_t data_type) {
  if (onnx::TensorProto_DataType_IsValid(data_type)) {
    return onnx::TensorProto_DataType_Name(static_cast<onnx::TensorProto_DataType>(data_type));
  }
  if (data_type == kUint4) return "UINT4";
  if (data_type == kInt4) return "INT4";
  return "data type " + std::to_string(data_type);
}

bool holds_reals(std::int32_t data_type) {
  return data_type == TensorProto::FLOAT || data_type == TensorProto::DOUBLE || data_type == TensorProto::FLOAT16 ||
         data_type == TensorProto::BFLOAT16;
}

Shape checked_shape(std::vector<std::int64_t> sizes) {
  Shape shape(std::move(sizes));
  std::int64_t elements = 1;
  for (const std::int64_t size : shape.sizes()) {
    if (size < 0 || size > kMaxSize) {
      throw Fault("shape " + shape.text() + ": expected sizes from 0 to " + grouped(kMaxSize));
    }
    const auto product = bounded_product({elements, size});
    if (!product) throw Fault("shape " + shape.text() + ": its elements exceed " + limit_text());
    elements = *product;
  }
  return shape;
}

Shape shape_of(const TensorProto& tensor) {
  return checked_shape(std::vector<std::int64_t>(tensor.dims().begin(), tensor.dims().end()));
}

TensorData::TensorData(const TensorProto& tensor, const std::string& folder)
    : tensor_(tensor), elements_(shape_of(tensor).elements()) {
  if (tensor.data_location() == TensorProto::EXTERNAL) {
    auto bytes = read_external(tensor, folder);
    if (!bytes) return;
    external_ = std::move(*bytes);
    raw_ = &external_;
  } else if (!tensor.raw_data().empty()) {
    raw_ = &tensor.raw_data();
  }
  check_size();
}

void TensorData::check_size() {
  const auto type = element_type_of(tensor_.data_type());
  if (!type || *type == ElementType::kComplex64) return;
  const bool packed = *type == ElementType::kInt4 || *type == ElementType::kUint4;
  std::int64_t got = 0, wanted = elements_;
  if (raw_) {
    got = static_cast<std::int64_t>(raw_->size());
    wanted = packed_bytes(elements_, *type).value();
  } else {
    switch (tensor_.data_type()) {
      case TensorProto::FLOAT:
        got = tensor_.float_data_size();
        break;
      case TensorProto::DOUBLE:
        got = tensor_.double_data_size();
        break;
      case TensorProto::INT64:
        got = tensor_.int64_data_size();
        break;
      case TensorProto::UINT32:
      case TensorProto::UINT64:
        got = tensor_.uint64_data_size();
        break;
      default:
        got = tensor_.int32_data_size();
    }
    if (packed) wanted = (wanted + 1) / 2;
    // A file without its weights, only their shapes, is as good as any here.
    if (got == 0 && wanted > 0) return;
  }
  if (got != wanted) {
    throw Fault("tensor \"" + tensor_.name() + "\": expected " + std::to_string(wanted) +
                (raw_ ? " bytes" : " elements") + " for " + shape_of(tensor_).text() + " " +
                data_type_name(tensor_.data_type()) + ", got " + std::to_string(got));
  }
  present_ = true;
}

// Calls visit(int64 or double) for each element in order; false for a type without numbers.
template <class Visit>
bool TensorData::visit(Visit take) const {
  const TensorProto& t = tensor_;
  const auto integer = [&](std::int64_t value) { take(value); };
  const auto real = [&](double value) { take(value); };
  const auto half = [&](std::uint16_t bits) { take(half_to_double(bits)); };
  const auto bfloat = [&](std::uint16_t bits) { take(bfloat_to_double(bits)); };
  const auto nibbles = [&](std::uint8_t byte) {
    const bool is_signed = t.data_type() == kInt4;
    take(low_nibble(byte, is_signed));
    take(low_nibble(static_cast<std::uint8_t>(byte >> 4), is_signed));
  };
  switch (t.data_type()) {
    case TensorProto::FLOAT:
      return raw_ ? visit_raw<float>(*raw_, real) : visit_field<float>(t.float_data(), real);
    case TensorProto::DOUBLE:
      return raw_ ? visit_raw<double>(*raw_, real) : visit_field<double>(t.double_data(), real);
    case TensorProto::FLOAT16:
      return raw_ ? visit_raw<std::uint16_t>(*raw_, half) : visit_field<std::uint16_t>(t.int32_data(), half);
    case TensorProto::BFLOAT16:
      return raw_ ? visit_raw<std::uint16_t>(*raw_, bfloat) : visit_field<std::uint16_t>(t.int32_data(), bfloat);
    case TensorProto::INT64:
      return raw_ ? visit_raw<std::int64_t>(*raw_, integer) : visit_field<std::int64_t>(t.int64_data(), integer);
    case TensorProto::INT32:
      return raw_ ? visit_raw<std::int32_t>(*raw_, integer) : visit_field<std::int32_t>(t.int32_data(), integer);
    case TensorProto::INT16:
      return raw_ ? visit_raw<std::int16_t>(*raw_, integer) : visit_field<std::int16_t>(t.int32_data(), integer);
    case TensorProto::UINT16:
      return raw_ ? visit_raw<std::uint16_t>(*raw_, integer) : visit_field<std::uint16_t>(t.int32_data(), integer);
    case TensorProto::INT8:
      return raw_ ? visit_raw<std::int8_t>(*raw_, integer) : visit_field<std::int8_t>(t.int32_data(), integer);
    case TensorProto::BOOL:
    case TensorProto::UINT8:
      return raw_ ? visit_raw<std::uint8_t>(*raw_, integer) : visit_field<std::uint8_t>(t.int32_data(), integer);
    case TensorProto::UINT32:
      return raw_ ? visit_raw<std::uint32_t>(*raw_, integer) : visit_field<std::uint32_t>(t.uint64_data(), integer);
    case TensorProto::UINT64:
      return raw_ ? visit_raw<std::int64_t>(*raw_, integer) : visit_field<std::int64_t>(t.uint64_data(), integer);
    case kInt4:
    case kUint4:
      return raw_ ? visit_raw<std::uint8_t>(*raw_, nibbles) : visit_field<std::uint8_t>(t.int32_data(), nibbles);
    default:
      return false;
  }
}

std::optional<Contents> TensorData::contents() const {
  if (!present_ || elements_ > kMostDecoded) return std::nullopt;
  const auto wanted = static_cast<std::size_t>(elements_);
  if (holds_reals(tensor_.data_type())) {
    std::vector<double> values;
    values.reserve(wanted);
    visit([&](auto value) { values.push_back(static_cast<double>(value)); });
    return Contents(std::move(values));
  }
  std::vector<std::int64_t> values;
  values.reserve(wanted);
  const bool numbers = visit([&](auto value) { values.push_back(static_cast<std::int64_t>(value)); });
  if (!numbers) return std::nullopt;
  values.resize(wanted);  // the last byte of 4-bit numbers may be half full
  return Contents(std::move(values));
}

std::optional<std::int64_t> TensorData::zeros(const std::vector<std::int64_t>& zero_points, std::int64_t inner) const {
  if (!present_) return std::nullopt;
  std::int64_t zeros = 0, i = 0;
  bool numbers = false;
  bool same = true;
  for (const std::int64_t zero_point : zero_points) same = same && zero_point == zero_points.front();
  if (same) {
    const std::int64_t zero = zero_points.empty() ? 0 : zero_points.front();
    numbers =
        visit([&](auto value) { zeros += i++ < elements_ && value == static_cast<decltype(value)>(zero) ? 1 : 0; });
  } else {
    const auto slices = static_cast<std::int64_t>(zero_points.size());
    numbers = visit([&](auto value) {
      const std::int64_t zero = zero_points[static_cast<std::size_t>(i / inner % slices)];
      zeros += i++ < elements_ && value == static_cast<decltype(value)>(zero) ? 1 : 0;
    });
  }
  if (!numbers) return std::nullopt;
  return zeros;
}

}  // namespace subvolt::network::from_onnx
