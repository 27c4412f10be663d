// What a dot-product engine is made of: keys, events and hardware.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/hw/npu/sram_buffer.h"
#include "sim/config/schema.h"
#include "sim/kernel/component.h"
#include "sim/mapping/dot_product/dot_product_machine.h"

namespace subvolt::hw {

enum class GroupedConvolution { kBlocks, kDense };

struct DotProductConfig {
  int channels = 8, kernels = 8;
  SramBufferConfig buffer;
  std::optional<int> data_banks, weight_banks;
  int accumulators = 16;
  int reads_in_flight = 256;
  Bytes burst{256};
  Bytes weight_alignment{128};
  GroupedConvolution grouped = GroupedConvolution::kBlocks;
  // nv_small, commit 771f20c of nvdla/hw: seen in its RTL simulated (docs/validation.md).
  Cycles weight_start{29}, input_start{33}, input_latency{3}, array_latency{38}, output_interval{9}, output_latency{40},
      release_latency{51}, restart{0};
  static const config::Schema<DotProductConfig>& schema();
  mapping::DotProductMachine machine() const;
};

enum DotProductArrayEvent { kMacInt8, kRegisterByte, kIdleMacs };
kernel::Traits dot_product_array(const DotProductConfig& config);
enum DotProductOutputEvent { kOutputOperation };
kernel::Traits dot_product_output(const DotProductConfig& config);
enum DotProductDmaEvent { kDmaByte, kDmaReadBytes, kDmaWriteBytes, kDmaRequests };
kernel::Traits dot_product_dma(const DotProductConfig& config);

}  // namespace subvolt::hw

namespace subvolt::config {
template <>
struct EnumNames<hw::GroupedConvolution> {
  static const std::vector<std::pair<hw::GroupedConvolution, std::string>>& names();
};
}  // namespace subvolt::config
