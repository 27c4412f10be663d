// Tensors of a network: activations, which a run produces, and constants, which the file brings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/config/schema.h"
#include "sim/network/element_type.h"
#include "sim/network/format.h"
#include "sim/network/shape.h"
#include "sim/units/counts.h"

namespace subvolt::network {

// real = scale (stored - zero_point). With one scale per slice along `axis`, their number and their extremes are
// kept: nothing here computes with values, and a list of thousands helps nobody.
struct Quantization {
  double scale = 0.0;      // the only one, or the smallest
  double scale_max = 0.0;  // the largest; 0 when there is one
  std::int64_t zero_point = 0;
  std::int64_t scales = 1;  // their number
  std::int64_t axis = 0;    // of the slices, when there are several
  static const config::Schema<Quantization>& schema();
  friend bool operator==(const Quantization& a, const Quantization& b) {
    return a.scale == b.scale && a.scale_max == b.scale_max && a.zero_point == b.zero_point && a.scales == b.scales &&
           a.axis == b.axis;
  }
};

struct Tensor {
  std::string name;
  Shape shape;
  ElementType type = ElementType::kInt8;
  std::optional<Quantization> quantization;
  Format format() const { return {type}; }
  Bytes bytes() const { return Bytes(format().bytes(shape.elements())); }
};

// What a constant is to its operator.
enum class Role {
  kWeights,    // of operators with MACs; LSTM and GRU: input weights of all gates
  kRecurrent,  // LSTM and GRU: recurrent weights of all gates
  kProjection,
  kPeephole,
  kBias,
  kScale,    // batch and layer normalisation, PReLU slopes
  kOperand,  // anything else: the constant side of an addition, a table, a window
};

// Weights, biases and other data of a layer that the file brings along. Values of shape, axis and padding operands
// are attributes, not constants.
struct Constant {
  std::string name;  // in the file; may be empty. Constants of one name are one thing in memory
  Role role = Role::kOperand;
  Shape shape;
  ElementType type = ElementType::kInt8;
  std::optional<Quantization> quantization;
  std::optional<std::int64_t> zeros;  // elements equal to the zero point, measured; none: the file has no values
  bool shared = false;                // an earlier layer has it already: counted and stored there
  bool derived = false;               // its role, shape and type follow from the layer's attributes
  static const config::Schema<Constant>& schema();
  std::int64_t elements() const { return shape.elements(); }
  Format format() const { return {type}; }
  Bytes bytes() const { return Bytes(format().bytes(elements())); }
};

using TensorId = int;  // index into Network::tensors

}  // namespace subvolt::network

namespace subvolt::config {
template <>
struct EnumNames<network::Role> {
  static const std::vector<std::pair<network::Role, std::string>>& names();
};
}  // namespace subvolt::config
