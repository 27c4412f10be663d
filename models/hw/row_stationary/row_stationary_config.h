// What a row-stationary accelerator is made of: keys, events and hardware.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/hw/npu/sram_buffer.h"
#include "sim/config/schema.h"
#include "sim/kernel/component.h"
#include "sim/mapping/row_stationary/row_stationary_machine.h"
#include "sim/mapping/row_stationary/row_stationary_planner.h"

namespace subvolt::hw {

struct ZeroShareConfig {
  std::optional<double> input, output;
  static const config::Schema<ZeroShareConfig>& schema();
};

struct RowStationaryMappingConfig {
  std::int64_t m = 1, n = 1, e = 1, channels = 1, filters = 1;
  static const config::Schema<RowStationaryMappingConfig>& schema();
};

struct RowStationaryConfig {
  int rows = 12, columns = 14;
  int filter_spad = 224, ifmap_spad = 12, psum_spad = 24;
  SramBufferConfig buffer, filter_buffer;
  int filter_rate = 2, ifmap_rate = 1, psum_rate = 4, ifmap_ahead = 4;
  Bytes link_width{8}, burst{256};
  int outstanding = 8;
  bool zero_gating = true, run_length = true;
  std::vector<std::pair<std::string, ZeroShareConfig>> zeros;
  std::vector<std::pair<std::string, RowStationaryMappingConfig>> mappings;
  config::Node origin;  // of its keys, for errors
  static const config::Schema<RowStationaryConfig>& schema();
  mapping::RowStationaryMachine machine() const;
  mapping::MappingsByLayer told_mappings() const;
  mapping::ZerosByLayer shares() const;
};

struct RowStationaryArrayEvent {
  enum Event : int {
    kMacInt16,
    kGatedMacs,
    kScratchpadByte,
    kActivePeClocks,
    kFilterSpadWords,
    kIfmapSpadWords,
    kPsumSpadWords,
    kIdleMacs
  };
};
kernel::Traits row_stationary_array(const RowStationaryConfig& config);
struct RowStationaryNocEvent {
  enum Event : int { kByte, kFilterWords, kIfmapWords, kPsumWords };
};
kernel::Traits row_stationary_noc(const RowStationaryConfig& config);
// Its link to memory: models/hw/bursts/link.h.
kernel::Traits row_stationary_link(const RowStationaryConfig& config);

// What the kind itself counts, in the order of the declarations: cycles of its engines, and what its layers lose
// (row_stationary.h).
struct RowStationaryFact {
  enum Event : int {
    kLoadCycles,
    kComputeCycles,
    kStoreCycles,
    kStallLoadCycles,
    kStallStoreCycles,
    kStallControlCycles,
    kStallPowerCycles,
    kWeightCycles,
    kDrainCycles,
    kAcceleratorCycles
  };
};
std::vector<power::EventDeclaration> row_stationary_facts();

}  // namespace subvolt::hw
