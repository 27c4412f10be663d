#include "tests/support/tflite_file.h"

#include <cstring>

#include "sim/config/error.h"
#include "sim/network/tflite/tflite_reader.h"

namespace subvolt::test {
namespace {

template <class T>
std::vector<std::uint8_t> raw(const std::vector<T>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

}  // namespace

TfliteFile::TfliteFile() { buffer({}); }

int TfliteFile::buffer(const std::vector<std::uint8_t>& data) {
  buffers_.push_back(format::CreateBuffer(builder_, data.empty() ? 0 : builder_.CreateVector(data)));
  return static_cast<int>(buffers_.size()) - 1;
}

int TfliteFile::buffer_at(std::uint64_t offset, std::uint64_t size) {
  buffers_.push_back(format::CreateBuffer(builder_, 0, offset, size));
  return static_cast<int>(buffers_.size()) - 1;
}

int TfliteFile::tensor_of_buffer(const std::string& name, const std::vector<std::int32_t>& shape,
                                 format::TensorType type, int buffer, const TensorOptions& options) {
  flatbuffers::Offset<format::QuantizationParameters> quantization;
  if (!options.scales.empty()) {
    quantization = format::CreateQuantizationParameters(builder_, builder_.CreateVector(options.scales),
                                                        builder_.CreateVector(options.zero_points), options.axis);
  }
  const auto signature = options.signature.empty() ? 0 : builder_.CreateVector(options.signature);
  const auto sparsity = options.sparse ? format::CreateSparsityParameters(builder_) : 0;
  tensors_.push_back(format::CreateTensor(builder_, builder_.CreateVector(shape), type,
                                          static_cast<std::uint32_t>(buffer), builder_.CreateString(name), quantization,
                                          options.variable, sparsity, signature));
  return static_cast<int>(tensors_.size()) - 1;
}

int TfliteFile::tensor(const std::string& name, const std::vector<std::int32_t>& shape, format::TensorType type,
                       const TensorOptions& options) {
  return tensor_of_buffer(name, shape, type, 0, options);
}

int TfliteFile::constant(const std::string& name, const std::vector<std::int32_t>& shape, format::TensorType type,
                         const std::vector<std::uint8_t>& data, const TensorOptions& options) {
  return tensor_of_buffer(name, shape, type, buffer(data), options);
}

int TfliteFile::integers(const std::string& name, const std::vector<std::int32_t>& values) {
  return constant(name, {static_cast<std::int32_t>(values.size())}, format::TensorType::INT32, raw(values));
}

void TfliteFile::add(format::BuiltinOperator code, const std::string& custom, const std::vector<std::int32_t>& inputs,
                     const std::vector<std::int32_t>& outputs, format::BuiltinOptions type,
                     flatbuffers::Offset<void> options, const std::vector<std::uint8_t>& custom_options) {
  const int number = static_cast<int>(code);
  codes_.push_back(format::CreateOperatorCode(builder_, static_cast<std::int8_t>(number < 127 ? number : 127),
                                              custom.empty() ? 0 : builder_.CreateString(custom), 1, code));
  operators_.push_back(format::CreateOperator(builder_, static_cast<std::uint32_t>(codes_.size()) - 1,
                                              builder_.CreateVector(inputs), builder_.CreateVector(outputs), type,
                                              options,
                                              custom_options.empty() ? 0 : builder_.CreateVector(custom_options)));
}

void TfliteFile::op(format::BuiltinOperator code, const std::vector<std::int32_t>& inputs,
                    const std::vector<std::int32_t>& outputs) {
  add(code, "", inputs, outputs, format::BuiltinOptions::NONE, 0, {});
}

void TfliteFile::op(format::BuiltinOperator code, const std::vector<std::int32_t>& inputs,
                    const std::vector<std::int32_t>& outputs, format::BuiltinOptions type,
                    const std::vector<std::int32_t>& fields) {
  const auto start = builder_.StartTable();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    builder_.AddElement<std::int32_t>(flatbuffers::FieldIndexToOffset(static_cast<flatbuffers::voffset_t>(i)),
                                      fields[i]);
  }
  const flatbuffers::Offset<void> options(builder_.EndTable(start));
  add(code, "", inputs, outputs, type, options, {});
}

void TfliteFile::custom(const std::string& name, const std::vector<std::int32_t>& inputs,
                        const std::vector<std::int32_t>& outputs, const std::vector<std::uint8_t>& options) {
  add(format::BuiltinOperator::CUSTOM, name, inputs, outputs, format::BuiltinOptions::NONE, 0, options);
}

void TfliteFile::end_subgraph() {
  subgraphs_.push_back(format::CreateSubGraph(builder_, builder_.CreateVector(tensors_), builder_.CreateVector(inputs_),
                                              builder_.CreateVector(outputs_), builder_.CreateVector(operators_)));
}

void TfliteFile::next_subgraph() {
  end_subgraph();
  tensors_.clear();
  operators_.clear();
  inputs_.clear();
  outputs_.clear();
}

std::vector<std::uint8_t> TfliteFile::bytes(const std::vector<std::uint8_t>& behind) {
  end_subgraph();
  format::FinishModelBuffer(
      builder_, format::CreateModel(builder_, 3, builder_.CreateVector(codes_), builder_.CreateVector(subgraphs_), 0,
                                    builder_.CreateVector(buffers_)));
  std::vector<std::uint8_t> all(builder_.GetBufferPointer(), builder_.GetBufferPointer() + builder_.GetSize());
  all.insert(all.end(), behind.begin(), behind.end());
  return all;
}

network::Network TfliteFile::read(const network::ReadOptions& options) {
  const std::vector<std::uint8_t> file = bytes();
  return network::read_tflite(file.data(), file.size(), "model.tflite", options);
}

std::string TfliteFile::error(const network::ReadOptions& options) { return error_of(bytes(), options); }

std::string error_of(const std::vector<std::uint8_t>& bytes, const network::ReadOptions& options) {
  try {
    network::read_tflite(bytes.data(), bytes.size(), "model.tflite", options);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::vector<std::uint8_t> bytes_of(const std::vector<std::int32_t>& values) { return raw(values); }
std::vector<std::uint8_t> bytes_of(const std::vector<float>& values) { return raw(values); }

TfliteFile convolution() {
  TfliteFile file;
  TensorOptions activations{{0.5f}, {-3}};
  TensorOptions per_channel{{0.25f, 0.125f}, {0, 0}};
  const int x = file.tensor("x", {1, 4, 4, 1}, format::TensorType::INT8, activations);
  std::vector<std::uint8_t> weights(18, 1);
  weights[0] = weights[17] = 0;
  const int w = file.constant("w", {2, 3, 3, 1}, format::TensorType::INT8, weights, per_channel);
  const int b = file.constant("b", {2}, format::TensorType::INT32, bytes_of(std::vector<std::int32_t>{7, 0}));
  const int y = file.tensor("y", {1, 2, 2, 2});
  file.inputs({x});
  file.outputs({y});
  file.op(format::BuiltinOperator::CONV_2D, {x, w, b}, {y},
          format::CreateConv2DOptions(file.builder(), format::Padding::SAME, 2, 2, format::Activation::RELU6));
  return file;
}

}  // namespace subvolt::test
