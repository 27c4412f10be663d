#include "sim/network/tflite/tensor_facts.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "sim/network/bounded.h"
#include "sim/network/tflite/zeros.h"

namespace subvolt::network::tflite {
namespace {

constexpr std::size_t kMaxRank = 16;

struct TypeName {
  format::TensorType file;
  ElementType ours;
};

constexpr TypeName kTypes[] = {
    {format::TensorType::FLOAT32, ElementType::kFp32},  {format::TensorType::FLOAT16, ElementType::kFp16},
    {format::TensorType::INT32, ElementType::kInt32},   {format::TensorType::UINT8, ElementType::kUint8},
    {format::TensorType::INT64, ElementType::kInt64},   {format::TensorType::BOOL, ElementType::kBool},
    {format::TensorType::INT16, ElementType::kInt16},   {format::TensorType::COMPLEX64, ElementType::kComplex64},
    {format::TensorType::INT8, ElementType::kInt8},     {format::TensorType::FLOAT64, ElementType::kFp64},
    {format::TensorType::UINT64, ElementType::kUint64}, {format::TensorType::RESOURCE, ElementType::kResource},
    {format::TensorType::UINT32, ElementType::kUint32}, {format::TensorType::UINT16, ElementType::kUint16},
    {format::TensorType::INT4, ElementType::kInt4},     {format::TensorType::BFLOAT16, ElementType::kBf16},
};

class TensorReader {
 public:
  TensorReader(const ModelFile& file, const format::Tensor& tensor, const std::string& where)
      : file_(file), tensor_(tensor), where_(where) {}

  TensorFacts read() {
    if (tensor_.name()) {
      file_.budget().spend(tensor_.name()->size());
      facts_.name = tensor_.name()->str();
    }
    facts_.variable = tensor_.is_variable();
    facts_.sparse = tensor_.sparsity() != nullptr;
    read_type();
    read_shape();
    read_data();
    read_quantization();
    return std::move(facts_);
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    file_.fail(where_, "tensor \"" + facts_.name.substr(0, 200) + "\": " + message);
  }

  void read_type() {
    for (const TypeName& type : kTypes) {
      if (type.file == tensor_.type()) {
        facts_.type = type.ours;
        return;
      }
    }
    const std::string name = format::EnumNameTensorType(tensor_.type());
    fail("element type " + (name.empty() ? std::to_string(static_cast<int>(tensor_.type())) : name) +
         ": expected numbers");
  }

  void read_shape() {
    const auto* shape = tensor_.shape();
    const std::size_t rank = shape ? shape->size() : 0;
    if (rank > kMaxRank) fail(std::to_string(rank) + " dimensions, expected at most " + std::to_string(kMaxRank));
    std::vector<std::int64_t> sizes;
    std::int64_t elements = 1;
    for (std::size_t i = 0; i < rank; ++i) {
      const std::int64_t size = shape->Get(static_cast<unsigned>(i));
      if (size < 0) {
        fail("size " + std::to_string(size) + " of dimension " + std::to_string(i) + ", expected a known one" +
             (size == -1 ? ": the file leaves it open" : ""));
      }
      const auto product = bounded_product({elements, size});
      if (!product) fail("its elements exceed " + limit_text());
      elements = *product;
      sizes.push_back(size);
    }
    facts_.shape = Shape(std::move(sizes));
    read_signature();
  }

  void read_signature() {
    const auto* signature = tensor_.shape_signature();
    if (!signature || signature->size() != facts_.shape.rank()) return;
    facts_.dynamic = std::any_of(signature->begin(), signature->end(), [](int size) { return size < 0; });
    if (!facts_.dynamic) return;
    for (const std::int32_t size : *signature) facts_.signature.sizes().push_back(std::max(-1, size));
  }

  void read_data() {
    facts_.data = file_.buffer(tensor_.buffer(), where_);
    // No elements are no bytes: the shape of a scalar, for one.
    facts_.constant = !facts_.variable && (facts_.data.size > 0 || facts_.shape.elements() == 0);
    if (!facts_.constant || facts_.sparse) return;
    const auto expected = static_cast<std::size_t>(Format{facts_.type}.bytes(facts_.shape.elements()));
    if (facts_.data.size != expected) {
      fail(grouped(static_cast<std::int64_t>(facts_.data.size)) + " bytes of data, expected the " +
           grouped(static_cast<std::int64_t>(expected)) + " of " + facts_.shape.text() + " " + to_text(facts_.type));
    }
  }

  void read_quantization() {
    const auto* given = tensor_.quantization();
    if (!given || !given->scale() || given->scale()->size() == 0) return;
    const auto& scales = *given->scale();
    const std::vector<std::int64_t> zeros = zero_points_of(given->zero_point(), scales.size());
    const std::size_t count = scales.size();
    Quantization q;
    q.scales = static_cast<std::int64_t>(count);
    if (count > 1) q.axis = axis_of(q.scales, given->quantized_dimension());
    file_.budget().spend(count * sizeof(float));
    if (!std::all_of(scales.begin(), scales.end(), [](float scale) { return std::isfinite(scale); })) {
      fail("a scale that is no number, expected finite ones");
    }
    const auto extremes = std::minmax_element(scales.begin(), scales.end());
    q.scale = *extremes.first;
    q.scale_max = count > 1 ? *extremes.second : 0.0;
    if (!zeros.empty()) {
      q.zero_point = zeros.front();
      const bool alike = std::all_of(zeros.begin(), zeros.end(), [&](auto zero) { return zero == q.zero_point; });
      if (!alike) facts_.zero_points = zeros;
    }
    facts_.quantization = q;
  }

  // By bytes: the verifier does not see to the alignment of 64-bit elements.
  std::vector<std::int64_t> zero_points_of(const flatbuffers::Vector<std::int64_t>* given, std::size_t scales) const {
    const std::size_t count = given ? given->size() : 0;
    if (count > 1 && count != scales) {
      fail(std::to_string(count) + " zero points, expected one for each of the " + std::to_string(scales) + " scales");
    }
    file_.budget().spend(count * sizeof(std::int64_t));
    std::vector<std::int64_t> values(count);
    if (count > 0) std::memcpy(values.data(), given->Data(), count * sizeof(std::int64_t));
    return values;
  }

  // Files of old converters give biases the dimension of their weights; there is one that fits.
  std::int64_t axis_of(std::int64_t scales, std::int64_t stated) const {
    const std::vector<std::int64_t>& sizes = facts_.shape.sizes();
    const auto rank = static_cast<std::int64_t>(sizes.size());
    if (stated >= 0 && stated < rank && sizes[static_cast<std::size_t>(stated)] == scales) return stated;
    const auto fitting = std::find(sizes.begin(), sizes.end(), scales);
    if (fitting == sizes.end()) {
      fail(std::to_string(scales) + " scales along dimension " + std::to_string(stated) + " of " + facts_.shape.text() +
           ", expected one for each of its slices");
    }
    return fitting - sizes.begin();
  }

  const ModelFile& file_;
  const format::Tensor& tensor_;
  const std::string& where_;
  TensorFacts facts_;
};

template <typename Integer>
std::vector<std::int64_t> widened(const ModelFile& file, Place data) {
  std::vector<Integer> values(static_cast<std::size_t>(data.size) / sizeof(Integer));
  file.bytes().copy(data.at, values.size() * sizeof(Integer), values.data());
  return {values.begin(), values.end()};
}

}  // namespace

TensorFacts read_tensor(const ModelFile& file, const format::Tensor& tensor, const std::string& where) {
  return TensorReader(file, tensor, where).read();
}

std::int64_t zeros_of(const ModelFile& file, const TensorFacts& tensor) {
  const std::int64_t elements = tensor.shape.elements();
  const std::int64_t zero_point = tensor.quantization ? tensor.quantization->zero_point : 0;
  file.budget().spend(static_cast<std::size_t>(tensor.data.size));
  if (tensor.sparse) {
    const std::int64_t stored =
        std::min(elements, Format{tensor.type}.elements_in(static_cast<std::int64_t>(tensor.data.size)));
    return elements - stored + count_equal(file.bytes(), tensor.data, stored, tensor.type, zero_point);
  }
  if (tensor.zero_points.empty()) return count_equal(file.bytes(), tensor.data, elements, tensor.type, zero_point);
  return count_equal(file.bytes(), tensor.data, tensor.shape, tensor.type, tensor.zero_points,
                     static_cast<std::size_t>(tensor.quantization->axis));
}

std::vector<std::int64_t> integers_of(const ModelFile& file, const TensorFacts& tensor) {
  switch (tensor.type) {
    case ElementType::kInt8:
      return widened<std::int8_t>(file, tensor.data);
    case ElementType::kInt16:
      return widened<std::int16_t>(file, tensor.data);
    case ElementType::kInt32:
      return widened<std::int32_t>(file, tensor.data);
    case ElementType::kInt64:
      return widened<std::int64_t>(file, tensor.data);
    default:
      return {};
  }
}

}  // namespace subvolt::network::tflite
