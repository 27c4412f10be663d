// What a file says of a network, before shapes and counts are worked out from it.
//
// Every reader fills these structs and hands them to build_network(). The YAML reader gets them through the
// schemas below, so that format, JSON Schema and reference have one description; spec_of() and the YAML writer go
// the other way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/schema.h"
#include "sim/network/layer.h"
#include "sim/network/network.h"

namespace subvolt::network {

struct InputSpec {
  std::string name = "input";
  Shape shape;
  ElementType type = ElementType::kInt8;
  std::optional<Quantization> quantization;
  config::Node origin;  // where the file says it; readers of binary files make one up (see at_part_of)
  static const config::Schema<InputSpec>& schema();
};

// One of several outputs of a layer.
struct OutputSpec {
  std::string name;
  std::optional<Shape> shape;       // where the operator cannot tell
  std::optional<ElementType> type;  // default: as the operator says
  std::optional<Quantization> quantization;
  static const config::Schema<OutputSpec>& schema();
};

struct LayerSpec : Attributes {
  std::string name;  // of the layer and, unless `outputs` says otherwise, of its only output tensor
  Operator op;
  std::string source_op;
  std::string input;                // a tensor by name; without input and inputs: the output of the layer before
  std::vector<std::string> inputs;  // several tensors; [] in a file: none at all
  bool no_inputs = false;           // inputs: []
  std::vector<OutputSpec> outputs;  // several, or one of another name
  std::optional<Quantization> quantization;  // of the only output
  // Operators that know their constants (MACs, recurrent, batch_norm, ...) derive them and take from here, by role,
  // what they cannot derive: name, quantisation, zeros, type. Other operators have just these.
  std::vector<Constant> constants;
  config::Node origin;
  static const config::Schema<LayerSpec>& schema();
};

struct NetworkSpec {
  std::string name;
  std::string source;
  std::string file;
  std::string sha256;
  Layout layout = Layout::kChannelsLast;
  std::optional<std::int64_t> batch;  // inferences in one run; none: as the shapes say (batch.h)
  std::vector<InputSpec> inputs;
  std::vector<LayerSpec> layers;     // producers before consumers
  std::vector<std::string> outputs;  // tensors by name; none: every tensor that no layer reads
  std::vector<ResolvedOperator> resolved;
  config::Node origin;
};

// An origin for readers of binary files: errors then say "model.tflite: operator 5, CONV_2D: layer ...".
config::Node at_part_of(const std::string& file, const std::string& part);

// The spec from which build_network() makes this network again.
NetworkSpec spec_of(const Network& network);

}  // namespace subvolt::network
