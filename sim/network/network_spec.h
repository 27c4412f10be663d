// What a file says of a network, before shapes and counts are inferred from it.
//
// Every reader fills these structs and hands them to build_network(). The YAML reader gets them through the
// schemas below, so that format, JSON Schema and reference have one description.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/schema.h"
#include "sim/network/layer.h"

namespace subvolt::network {

struct Extent {  // 3, 3x5 or [3, 5]
  std::int64_t height = 1;
  std::int64_t width = 1;
};

struct Kernel {  // as an extent, or `global`: all of the input
  bool global = false;
  Extent extent;
};

struct Padding {  // same, valid, 1 (each side) or [top, bottom, left, right]
  enum class Mode { kSame, kValid, kExplicit };
  Mode mode = Mode::kSame;
  std::int64_t top = 0, bottom = 0, left = 0, right = 0;
};

struct InputSpec {
  std::string name = "input";
  Shape shape;
  ElementType type = ElementType::kInt8;
  config::Node origin;  // where the file says it; readers of binary files make one up
  static const config::Schema<InputSpec>& schema();
};

struct LayerSpec {
  std::string name;  // of the layer and of its output tensor
  Operator op = Operator::kConv2d;
  std::string input;                // a tensor by name; without input and inputs: the output of the layer before
  std::vector<std::string> inputs;  // several tensors
  std::optional<Kernel> kernel;     // convolutions and pools
  std::optional<Extent> stride;     // 1; pools: the kernel
  Extent dilation;
  Padding padding;
  std::optional<std::int64_t> channels;  // output channels of conv2d and fully_connected
  std::int64_t multiplier = 1;           // depthwise_conv2d: outputs per input channel
  std::int64_t groups = 1;               // conv2d
  std::optional<Shape> shape;            // reshape; default: all elements as channels
  Activation activation = Activation::kNone;
  bool bias = true;  // operators with MACs
  ElementType weight_type = ElementType::kInt8;
  config::Node origin;
  static const config::Schema<LayerSpec>& schema();
};

struct NetworkSpec {
  std::string name;
  std::string source;
  std::string sha256;
  std::vector<InputSpec> inputs;
  std::vector<LayerSpec> layers;  // producers before consumers
  config::Node origin;
};

}  // namespace subvolt::network

namespace subvolt::config {

template <>
struct EnumNames<network::Operator> {
  static const std::vector<std::pair<network::Operator, std::string>>& names();
};
template <>
struct EnumNames<network::Activation> {
  static const std::vector<std::pair<network::Activation, std::string>>& names();
};
template <>
struct EnumNames<network::ElementType> {
  static const std::vector<std::pair<network::ElementType, std::string>>& names();
};

template <>
struct FieldType<network::Shape> {
  static bool read(const Node& node, network::Shape& value, Diagnostics& d);
  static TypeDoc doc() { return {}; }
  static std::string text(const network::Shape& value) { return value.text(); }
};
template <>
struct FieldType<network::Extent> {
  static bool read(const Node& node, network::Extent& value, Diagnostics& d);
  static TypeDoc doc() { return {}; }
  static std::string text(const network::Extent& value);
};
template <>
struct FieldType<network::Kernel> {
  static bool read(const Node& node, network::Kernel& value, Diagnostics& d);
  static TypeDoc doc() { return {}; }
  static std::string text(const network::Kernel& value);
};
template <>
struct FieldType<network::Padding> {
  static bool read(const Node& node, network::Padding& value, Diagnostics& d);
  static TypeDoc doc() { return {}; }
  static std::string text(const network::Padding& value);
};

}  // namespace subvolt::config
