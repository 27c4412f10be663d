#include "sim/network/onnx/bytes/tensor_data.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "sim/network/bounded.h"
#include "sim/network/count_equal.h"
#include "sim/network/onnx/bytes/external_data.h"
#include "sim/network/onnx/bytes/payload.h"
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
T load(const std::uint8_t* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);  // little-endian hosts only, as everything here
  return value;
}

std::int64_t low_nibble(std::uint8_t byte, bool is_signed) {
  const int value = byte & 0xf;
  return is_signed && value > 7 ? value - 16 : value;
}

// Of the fields by type, the one that has elements of this type.
int field_of(std::int32_t data_type) {
  switch (data_type) {
    case TensorProto::FLOAT:
      return TensorProto::kFloatDataFieldNumber;
    case TensorProto::DOUBLE:
      return TensorProto::kDoubleDataFieldNumber;
    case TensorProto::INT64:
      return TensorProto::kInt64DataFieldNumber;
    case TensorProto::UINT32:
    case TensorProto::UINT64:
      return TensorProto::kUint64DataFieldNumber;
    default:
      return TensorProto::kInt32DataFieldNumber;
  }
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

TensorData::TensorData(const TensorProto& tensor, const Files& files)
    : tensor_(tensor), elements_(shape_of(tensor).elements()) {
  if (find(files)) check_size();
}

// False when they are nowhere.
bool TensorData::find(const Files& files) {
  if (const auto payload = payload_of(tensor_)) {
    const bool raw = payload->field == TensorProto::kRawDataFieldNumber;
    if (!raw && payload->field != field_of(tensor_.data_type())) return true;  // elements of another type
    const bool inside =
        files.model && payload->at <= files.model->size() && payload->bytes <= files.model->size() - payload->at;
    if (!inside) throw Fault("tensor \"" + tensor_.name() + "\": expected its elements in the file");
    const bool fixed =
        payload->field == TensorProto::kFloatDataFieldNumber || payload->field == TensorProto::kDoubleDataFieldNumber;
    source_ = files.model;
    range_ = {payload->at, payload->at + payload->bytes};
    raw_ = raw || fixed;
    stated_elements_ = raw ? std::nullopt : std::optional(static_cast<std::int64_t>(payload->elements));
  } else if (tensor_.data_location() == TensorProto::EXTERNAL) {
    const auto external = external_data(tensor_, files.folder);
    if (!external) return false;
    source_ = external->file;
    range_ = {external->at, external->at + external->bytes};
  } else if (const std::string& raw = tensor_.raw_data(); !raw.empty()) {
    source_ = std::make_shared<const config::ByteSource>(reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size());
    range_ = {0, raw.size()};
  }
  return true;
}

std::int64_t TensorData::elements_by_type() const {
  if (stated_elements_) return *stated_elements_;
  switch (field_of(tensor_.data_type())) {
    case TensorProto::kFloatDataFieldNumber:
      return tensor_.float_data_size();
    case TensorProto::kDoubleDataFieldNumber:
      return tensor_.double_data_size();
    case TensorProto::kInt64DataFieldNumber:
      return tensor_.int64_data_size();
    case TensorProto::kUint64DataFieldNumber:
      return tensor_.uint64_data_size();
    default:
      return tensor_.int32_data_size();
  }
}

void TensorData::check_size() {
  const auto type = element_type_of(tensor_.data_type());
  if (!type || *type == ElementType::kComplex64) return;
  const bool packed = *type == ElementType::kInt4 || *type == ElementType::kUint4;
  const bool in_bytes = source_ && !stated_elements_;
  std::int64_t got = 0, wanted = elements_;
  if (in_bytes) {
    got = static_cast<std::int64_t>(range_.size());
    wanted = Format{*type}.bytes(elements_);
  } else {
    got = elements_by_type();
    if (packed) wanted = (wanted + 1) / 2;
    // A file without its weights, only their shapes, is as good as any here.
    if (got == 0 && wanted > 0) return;
  }
  if (got != wanted) {
    throw Fault("tensor \"" + tensor_.name() + "\": expected " + std::to_string(wanted) +
                (in_bytes ? " bytes" : " elements") + " for " + shape_of(tensor_).text() + " " +
                data_type_name(tensor_.data_type()) + ", got " + std::to_string(got));
  }
  present_ = true;
}

// Little-endian elements T, or those of `field`, in the file or in the message.
template <class T, class Field, class Visit>
bool TensorData::each(const Field& field, Visit& take) const {
  using Stated = typename Field::value_type;
  if (!source_) {
    for (const auto value : field) take(static_cast<T>(value));
  } else if (raw_) {
    source_->each_piece(range_.begin, range_.size(), [&](const std::uint8_t* piece, std::size_t size) {
      for (std::size_t at = 0; at + sizeof(T) <= size; at += sizeof(T)) take(load<T>(piece + at));
    });
  } else {
    wire::each_varint(*source_, range_, [&](std::uint64_t value) { take(static_cast<T>(static_cast<Stated>(value))); });
  }
  return true;
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
      return each<float>(t.float_data(), real);
    case TensorProto::DOUBLE:
      return each<double>(t.double_data(), real);
    case TensorProto::FLOAT16:
      return each<std::uint16_t>(t.int32_data(), half);
    case TensorProto::BFLOAT16:
      return each<std::uint16_t>(t.int32_data(), bfloat);
    case TensorProto::INT64:
      return each<std::int64_t>(t.int64_data(), integer);
    case TensorProto::INT32:
      return each<std::int32_t>(t.int32_data(), integer);
    case TensorProto::INT16:
      return each<std::int16_t>(t.int32_data(), integer);
    case TensorProto::UINT16:
      return each<std::uint16_t>(t.int32_data(), integer);
    case TensorProto::INT8:
      return each<std::int8_t>(t.int32_data(), integer);
    case TensorProto::BOOL:
    case TensorProto::UINT8:
      return each<std::uint8_t>(t.int32_data(), integer);
    case TensorProto::UINT32:
      return each<std::uint32_t>(t.uint64_data(), integer);
    case TensorProto::UINT64:
      return each<std::int64_t>(t.uint64_data(), integer);
    case kInt4:
    case kUint4:
      return each<std::uint8_t>(t.int32_data(), nibbles);
    default:
      return false;
  }
}

// The same as visiting each, for bytes that can be compared as they are.
std::optional<std::int64_t> TensorData::counted_in_pieces(std::int64_t zero) const {
  const auto type = element_type_of(tensor_.data_type());
  if (!source_ || !raw_ || !type || zero < 0 || (zero > 0 && (is_float(*type) || zero >> (bits(*type) - 1) > 0))) {
    return std::nullopt;  // a zero that wraps around would be another number's
  }
  std::int64_t zeros = 0, left = elements_;
  source_->each_piece(range_.begin, range_.size(), [&](const std::uint8_t* piece, std::size_t size) {
    const auto holds = Format{*type}.elements_in(static_cast<std::int64_t>(size));
    const std::int64_t here = std::min(left, holds);
    zeros += count_equal(piece, 0, static_cast<std::size_t>(here), *type, zero);
    left -= here;
  });
  return zeros;
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
    if (const auto counted = counted_in_pieces(zero)) return counted;
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
