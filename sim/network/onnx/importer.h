// From a model of libonnx to a NetworkSpec: goes through the graph operator by operator, in order; infers types,
// computes what is constant, chooses branches whose condition is, and translates the rest by rules.
#pragma once

#include <string>

#include "sim/network/network_spec.h"
#include "sim/network/onnx/bytes/tensor_data.h"
#include "sim/network/onnx/open_sizes.h"
#include "sim/network/onnx/proto.h"
#include "sim/network/reader.h"

namespace subvolt::network::from_onnx {

// `file` is named in errors; `files` have the elements of its tensors; `example` is what to say of inputs that leave
// sizes open. Throws Error(kConfiguration).
NetworkSpec import_model(const onnx::ModelProto& model, const std::string& file, const Files& files,
                         const ReadOptions& options, const Shapes& example = {});

}  // namespace subvolt::network::from_onnx
