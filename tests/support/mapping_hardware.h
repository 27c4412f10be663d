// Hardware and networks for tests of the mapper, without a SoC behind them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/mapping/npu/tiled_npu.h"
#include "sim/mapping/program/plan.h"
#include "sim/network/network_builder.h"
#include "tests/support/array_styles.h"

namespace subvolt::test {

// One NPU, whose capabilities a test may change before it is planned for.
struct MapperHardware {
  mapping::NpuCapabilities npu;
  mapping::HostCapabilities host;
  std::vector<mapping::MemoryRegion> memories;
  operator mapping::Hardware() const {  // NOLINT: it is one, for whoever plans
    return {{std::make_shared<mapping::TiledNpu>(npu)}, host, memories, {}};
  }
};

// A way of so many bytes per cycle either way, a burst's request among them, to the memory of this number.
inline mapping::Path path_of(double bytes_per_cycle, std::size_t memory) {
  const auto lane = [&](std::size_t direction) {
    return mapping::Lane({{1.0, 1.0 / bytes_per_cycle, 1.0, 2 * memory + direction}}, 8);
  };
  return {lane(0), lane(1)};
}

inline MapperHardware mapping_hardware(Bytes input_buffer, Bytes weight_buffer, Bytes output_buffer) {
  MapperHardware h;
  h.npu.instance = "npu";
  static const auto styles = array_styles();  // plans point to them
  h.npu.styles = styles;
  for (const auto& [op, name] : config::EnumNames<mapping::VectorOperator>::names()) {
    h.npu.vector_operators.push_back(op);
  }
  h.npu.input_buffer = input_buffer;
  h.npu.weight_buffer = weight_buffer;
  h.npu.output_buffer = output_buffer;
  h.npu.burst = Bytes(256);
  h.host.instance = "cpu";
  mapping::MemoryRegion sram;
  sram.instance = "sram";
  sram.base = 0x2000'0000;
  sram.size = Bytes(512 * 1024);
  mapping::MemoryRegion dram;
  dram.instance = "dram";
  dram.base = 0x8000'0000;
  dram.size = Bytes(256 * 1024 * 1024);
  dram.read_cost_per_byte = dram.write_cost_per_byte = 50.0;
  sram.path = path_of(8.0, 1);
  dram.path = path_of(6.4, 2);
  dram.off_chip = true;
  h.memories = {sram, dram};
  return h;
}

inline MapperHardware mapping_hardware(std::int64_t kibibytes = 64) {
  const Bytes size(kibibytes * 1024);
  return mapping_hardware(size, size, size);
}

inline network::LayerSpec layer_spec(const std::string& name, network::Operator op) {
  network::LayerSpec spec;
  spec.name = name;
  spec.op = op;
  return spec;
}

inline network::LayerSpec convolution(const std::string& name, network::Extent kernel, network::Extent stride,
                                      std::int64_t channels) {
  network::LayerSpec spec = layer_spec(name, network::Operator("conv2d"));
  spec.kernel = network::Kernel{false, kernel};
  spec.stride = stride;
  spec.channels = channels;
  return spec;
}

inline network::LayerSpec depthwise(const std::string& name, network::Extent kernel, network::Extent stride,
                                    std::int64_t multiplier = 1) {
  network::LayerSpec spec = layer_spec(name, network::Operator("depthwise_conv2d"));
  spec.kernel = network::Kernel{false, kernel};
  spec.stride = stride;
  spec.multiplier = multiplier;
  return spec;
}

inline network::LayerSpec pool(const std::string& name, network::Operator op, network::Extent kernel,
                               network::Extent stride) {
  network::LayerSpec spec = layer_spec(name, op);
  spec.kernel = network::Kernel{false, kernel};
  spec.stride = stride;
  return spec;
}

inline network::LayerSpec fully_connected(const std::string& name, std::int64_t channels) {
  network::LayerSpec spec = layer_spec(name, network::Operator("fully_connected"));
  spec.channels = channels;
  return spec;
}

inline network::Network network_of(network::Shape input, std::vector<network::LayerSpec> layers,
                                   network::ElementType type = network::ElementType::kInt8) {
  network::NetworkSpec spec;
  spec.name = "test";
  spec.source = "made for a test";
  spec.inputs.emplace_back();
  spec.inputs.back().shape = std::move(input);
  spec.inputs.back().type = type;
  spec.layers = std::move(layers);
  return network::build_network(spec);
}

}  // namespace subvolt::test
