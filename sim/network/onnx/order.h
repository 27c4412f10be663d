// The order in which a graph's operators can run.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "sim/network/onnx/proto.h"

namespace subvolt::network::from_onnx {

using Nodes = google::protobuf::RepeatedPtrField<onnx::NodeProto>;

struct Order {
  std::vector<int> nodes;      // places in the file: that of the file, where producers come before consumers
  std::vector<int> in_cycles;  // operators that depend on their own results, and those behind them
};
Order execution_order(const Nodes& nodes);

// Adds all tensors that operators of these, with their graphs, read.
void add_tensors_read(const Nodes& nodes, std::set<std::string>& names);

}  // namespace subvolt::network::from_onnx
