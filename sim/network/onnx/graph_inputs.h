// Inputs of a graph with the shapes that the file or the caller gives them.
#pragma once

#include <string>
#include <vector>

#include "sim/network/network_spec.h"
#include "sim/network/onnx/open_sizes.h"
#include "sim/network/onnx/proto.h"
#include "sim/network/onnx/value.h"
#include "sim/network/reader.h"

namespace subvolt::network::from_onnx {

struct GraphInput {
  std::string name;
  TypeInfo type;
  ElementType element = ElementType::kFp32;
};

// Throws Error(kConfiguration) naming each input whose dimensions are not known, with what to say of the example; and
// for shapes given to an input that is none.
std::vector<GraphInput> graph_inputs(const onnx::GraphProto& graph, const std::string& file, const ReadOptions& options,
                                     const Shapes& example = {});

}  // namespace subvolt::network::from_onnx
