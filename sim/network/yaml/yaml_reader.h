// Networks as people write them. The format is the schemas here and in network_spec.h:
//
//   schema: network/1
//   network:
//     name: tiny
//     source: where it comes from
//     input: {shape: 32x32x3}
//     layers:
//       - {name: conv0, op: conv2d, kernel: 3, stride: 2, channels: 16, activation: relu}
//       - {name: gap, op: average_pool, kernel: global}
//       - {name: fc, op: fully_connected, channels: 10}
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/loader.h"
#include "sim/network/network.h"
#include "sim/network/network_spec.h"

namespace subvolt::network {

struct NetworkFile {
  std::string name;
  std::string source;
  Layout layout = Layout::kChannelsLast;
  std::optional<std::int64_t> batch;
  std::optional<InputSpec> input;
  std::vector<InputSpec> inputs;
  std::vector<LayerSpec> layers;
  std::vector<std::string> outputs;
  static const config::Schema<NetworkFile>& schema();
};

// Throws Error(kConfiguration) with all mistakes.
Network read_document(const config::Document& document);

}  // namespace subvolt::network
