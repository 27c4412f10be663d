// Configuration of a DRAM: the device's data sheet (a `memory/1` document) and how a SoC uses it.
#pragma once

#include <string>
#include <vector>

#include "sim/config/schema.h"

namespace subvolt::mem {

// One JEDEC timing: max(time, clocks x tCK). Analogue delays have a time, protocol delays a number of clocks,
// most have both. `source` is required: a delay without origin is a guess.
struct DramDelay {
  Time time;
  Cycles clocks;
  std::string source;
  static const config::Schema<DramDelay>& schema();
};

// A count or size with its source.
struct DramCount {
  std::int64_t value = 0;
  std::string source;
  static const config::Schema<DramCount>& schema();
};
struct DramSize {
  Bytes value;
  std::string source;
  static const config::Schema<DramSize>& schema();
};
struct DramSpeed {
  Frequency value;
  std::string source;
  static const config::Schema<DramSpeed>& schema();
};

// One channel of one rank. Capacity = banks x rows x page. Several channels are several components.
struct DramOrganisation {
  DramCount width;         // data pins of the channel
  DramCount burst_length;  // transfers per burst
  DramCount banks;
  DramCount rows;  // per bank
  DramSize page;   // bytes of one row of one bank: columns x width / 8
  static const config::Schema<DramOrganisation>& schema();
};

// JEDEC names. Constraints that hold between commands are spelled out in dram_timing.h.
struct DramDelays {
  DramDelay tCL, tCWL, tDQSCK, tDQSS;                    // command to data
  DramDelay tRCD, tRPpb, tRPab, tRAS, tCCD, tRRD, tFAW;  // rows and columns
  DramDelay tWR, tWTR, tRTP, tWPRE, tPPD;                // turnarounds and precharge
  DramDelay tREFI, tRFCab;                               // refresh
  DramDelay tXP, tCKE, tSR, tXSR;                        // power-down and self-refresh
  static const config::Schema<DramDelays>& schema();
};

// The `device:` part of configs/memories/*.yaml.
struct DramDeviceConfig {
  std::string standard;  // "LPDDR4-3200", for people
  DramSpeed max_clock;   // data rate is twice the clock
  DramOrganisation organisation;
  DramDelays timing;
  static const config::Schema<DramDeviceConfig>& schema();

  std::int64_t burst_bytes() const { return organisation.width.value * organisation.burst_length.value / 8; }
  std::int64_t capacity() const {
    return organisation.banks.value * organisation.rows.value * organisation.page.value.value();
  }
};

// Which address bits select what, from the most to the least significant; below them lie the bytes of a burst.
enum class DramMapping { kRowBankColumn, kBankRowColumn, kRowColumnBank };

// kNone: every delay is what its time says, to the picosecond. kClock: rounded up to whole clocks, as a
// controller on the memory clock does; see dram_timing.h for what that costs.
enum class DramRounding { kNone, kClock };

struct DramControllerConfig {
  int queue = 16;
  // estimate: port, address decode, queue and command scheduler, one register stage each
  Cycles request_latency{4};
  // estimate: crossing from the PHY's clock and response register
  Cycles response_latency{2};
  static const config::Schema<DramControllerConfig>& schema();
};

struct DramConfig {
  config::Node device;  // name of a memory document
  DramMapping mapping = DramMapping::kRowBankColumn;
  DramRounding rounding = DramRounding::kNone;
  Time power_down_after = Time::from_si(100e-9);
  Time self_refresh_after = Time::from_si(100e-6);
  DramControllerConfig controller;
  // estimate: an LPDDR4 byte with its I/O and row activation costs some 70 pJ, a byte of a 64 KiB SRAM bank in a
  // 28 nm process some 1.4 pJ
  double cost_per_byte = 50.0;
  // estimate: 6.4 GB/s of an x16 LPDDR4-3200 channel over an NPU clock of 800 MHz
  double bytes_per_cycle = 8.0;
  static const config::Schema<DramConfig>& schema();
};

}  // namespace subvolt::mem

namespace subvolt::config {
template <>
struct EnumNames<mem::DramMapping> {
  static const std::vector<std::pair<mem::DramMapping, std::string>>& names();
};
template <>
struct EnumNames<mem::DramRounding> {
  static const std::vector<std::pair<mem::DramRounding, std::string>>& names();
};
}  // namespace subvolt::config
