// What a file says of one tensor, checked: no size that is absurd, no constant with more elements than bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/network/tensor.h"
#include "sim/network/tflite/model_file.h"

namespace subvolt::network::tflite {

struct TensorFacts {
  std::string name;  // as in the file: may be empty, may be that of another tensor
  Shape shape;
  ElementType type = ElementType::kInt8;
  std::optional<Quantization> quantization;
  std::vector<std::int64_t> zero_points;  // one per scale, when they differ; else empty
  Place data;                             // of a constant, in the file
  bool constant = false;
  bool variable = false;  // a state that an operator keeps
  bool sparse = false;    // data are without (most of) the zeros
  bool dynamic = false;   // the shape is an example of many
  Shape signature;        // if so: the shape with -1 where the size is open
};

// Throws Error(kConfiguration), naming `where`, the tensor, what is wrong and what was expected.
TensorFacts read_tensor(const ModelFile& file, const format::Tensor& tensor, const std::string& where);

// Elements equal to the zero point. What a sparse tensor leaves out is zero.
std::int64_t zeros_of(const ModelFile& file, const TensorFacts& tensor);

// The integers of a constant such as a shape, axes or paddings: int8, int16, int32 or int64.
std::vector<std::int64_t> integers_of(const ModelFile& file, const TensorFacts& tensor);

}  // namespace subvolt::network::tflite
