// TFLite files made in memory, a tensor and an operator at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/network/reader.h"
#include "tflite_generated.h"

namespace subvolt::test {

namespace format = network::tflite::format;

struct TensorOptions {
  std::vector<float> scales = {};
  std::vector<std::int64_t> zero_points = {};
  int axis = 0;
  bool variable = false;
  bool sparse = false;
  std::vector<std::int32_t> signature = {};
};

class TfliteFile {
 public:
  TfliteFile();

  flatbuffers::FlatBufferBuilder& builder() { return builder_; }

  // Each returns the tensor's index in the subgraph.
  int tensor(const std::string& name, const std::vector<std::int32_t>& shape,
             format::TensorType type = format::TensorType::INT8, const TensorOptions& options = {});
  int constant(const std::string& name, const std::vector<std::int32_t>& shape, format::TensorType type,
               const std::vector<std::uint8_t>& data, const TensorOptions& options = {});
  int integers(const std::string& name, const std::vector<std::int32_t>& values);

  void inputs(const std::vector<std::int32_t>& tensors) { inputs_ = tensors; }
  void outputs(const std::vector<std::int32_t>& tensors) { outputs_ = tensors; }

  void op(format::BuiltinOperator code, const std::vector<std::int32_t>& inputs,
          const std::vector<std::int32_t>& outputs);
  // `made`: of Create...Options().
  template <class Options>
  void op(format::BuiltinOperator code, const std::vector<std::int32_t>& inputs,
          const std::vector<std::int32_t>& outputs, flatbuffers::Offset<Options> made) {
    add(code, "", inputs, outputs, format::BuiltinOptionsTraits<Options>::enum_value, made.Union(), {});
  }
  // Options of any kind with these 32-bit fields, whatever they should be.
  void op(format::BuiltinOperator code, const std::vector<std::int32_t>& inputs,
          const std::vector<std::int32_t>& outputs, format::BuiltinOptions type,
          const std::vector<std::int32_t>& fields);
  void custom(const std::string& name, const std::vector<std::int32_t>& inputs,
              const std::vector<std::int32_t>& outputs, const std::vector<std::uint8_t>& options = {});

  // What follows goes into a subgraph of its own, with tensors of its own.
  void next_subgraph();

  // Ends the file. `behind`: bytes after the FlatBuffer.
  std::vector<std::uint8_t> bytes(const std::vector<std::uint8_t>& behind = {});
  // bytes() through the reader, as "model.tflite"
  network::Network read(const network::ReadOptions& options = {});
  std::string error(const network::ReadOptions& options = {});  // what it says to that; empty when it reads

  int buffer(const std::vector<std::uint8_t>& data);
  int buffer_at(std::uint64_t offset, std::uint64_t size);  // behind the FlatBuffer
  int tensor_of_buffer(const std::string& name, const std::vector<std::int32_t>& shape, format::TensorType type,
                       int buffer, const TensorOptions& options = {});

 private:
  void add(format::BuiltinOperator code, const std::string& custom, const std::vector<std::int32_t>& inputs,
           const std::vector<std::int32_t>& outputs, format::BuiltinOptions type, flatbuffers::Offset<void> options,
           const std::vector<std::uint8_t>& custom_options);
  void end_subgraph();

  flatbuffers::FlatBufferBuilder builder_;
  std::vector<flatbuffers::Offset<format::Tensor>> tensors_;
  std::vector<flatbuffers::Offset<format::Operator>> operators_;
  std::vector<flatbuffers::Offset<format::OperatorCode>> codes_;
  std::vector<flatbuffers::Offset<format::Buffer>> buffers_;
  std::vector<flatbuffers::Offset<format::SubGraph>> subgraphs_;
  std::vector<std::int32_t> inputs_, outputs_;
};

// What the reader says of these bytes; empty when it reads them.
std::string error_of(const std::vector<std::uint8_t>& bytes, const network::ReadOptions& options = {});

std::vector<std::uint8_t> bytes_of(const std::vector<std::int32_t>& values);  // little endian
std::vector<std::uint8_t> bytes_of(const std::vector<float>& values);

// 1x4x4x1 through a 3x3 convolution to two channels with stride 2 and RELU6: tensors x, w, b, y.
TfliteFile convolution();

}  // namespace subvolt::test
