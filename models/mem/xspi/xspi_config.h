// Configuration of a memory on a narrow bus with chip select, command, latency and burst: HyperRAM, octal and quad
// PSRAM, serial NOR flash. The device's data sheet (`device:` of a memory document) and how it is used.
#pragma once

#include <optional>
#include <string>

#include "models/mem/sourced.h"
#include "models/mem/target/memory_controller.h"

namespace subvolt::mem {

enum class XspiLatency { kFixed, kVariable };

// One direction. Chip select falls; after select.setup come `command` clocks of command and address, up to the one at
// which the row is known; then `latency` clocks, then data. Command and address clocks that run under the latency
// are not counted twice (HyperBus: the latency begins after the second of three).
struct XspiAccess {
  SourcedDelay command;
  SourcedDelay latency;
  std::optional<SourcedDelay> collision;  // on top when a refresh is under way, or always with fixed latency
  std::optional<SourcedSize> page;        // a burst ends at multiples of it
  static const config::Schema<XspiAccess>& schema();
};

struct XspiSelect {
  std::optional<SourcedDelay> setup;     // chip select low to the first clock
  SourcedDelay high;                     // shortest time between two transactions (tCSHI, tCPH, tSHSL)
  std::optional<SourcedTime> low_max;    // longest transaction (tCSM, tCEM)
  std::optional<SourcedDelay> recovery;  // chip select high to the next row (tRWR): end of `command`
  std::optional<SourcedDelay> cycle;     // chip select low to the next chip select low (tRC)
  static const config::Schema<XspiSelect>& schema();
};

// The device refreshes itself, a row at a time, between transactions.
struct XspiRefresh {
  XspiLatency latency = XspiLatency::kFixed;  // as the device is after power-up
  SourcedTime interval;
  SourcedTime duration;
  static const config::Schema<XspiRefresh>& schema();
};

// Flash: a page of data is taken, then programmed while the device answers nothing. A page that has been programmed
// before has its sector erased first.
struct XspiProgram {
  SourcedDelay enable;  // clocks of the write-enable command before each program or erase
  SourcedSize page;
  SourcedTime time;
  SourcedSize sector;
  SourcedDelay erase_command;
  SourcedTime erase_time;
  static const config::Schema<XspiProgram>& schema();
};

struct XspiSleep {
  SourcedTime entry;
  SourcedTime exit;
  static const config::Schema<XspiSleep>& schema();
};

// The `device:` part of configs/memories/*.yaml with `kind: xspi`.
struct XspiDeviceConfig {
  std::string standard;  // "HyperBus, 166 MHz", for people
  SourcedFrequency max_clock;
  SourcedSize capacity;
  SourcedCount width;                  // data pins
  SourcedCount transfers_per_clock;    // 1 or 2
  std::optional<SourcedSize> granule;  // smallest unit of data and its alignment; a byte without it
  XspiSelect select;
  XspiAccess read;
  XspiAccess write;
  std::optional<XspiRefresh> refresh;
  std::optional<XspiProgram> program;        // flash: non-volatile, not written by programs
  std::optional<XspiSleep> half_sleep;       // keeps its contents
  std::optional<XspiSleep> deep_power_down;  // loses them, unless flash
  static const config::Schema<XspiDeviceConfig>& schema();
};

// How a SoC or a bench uses it.
struct XspiSettings {
  int queue = 8;
  std::optional<XspiLatency> latency;  // the device's
  std::optional<Bytes> longest_burst;
  bool continue_bursts = true;
  std::optional<Time> half_sleep_after;
  std::optional<Time> deep_power_down_after;
  static const config::Schema<XspiSettings>& schema();
};

// The component.
struct XspiConfig {
  config::Node device;  // name of a memory document
  XspiSettings settings;
  MemoryControllerConfig controller;
  // estimate: 60 mA x 1.8 V over 333 MB/s of a HyperRAM are some 320 pJ a byte, a byte of a 64 KiB SRAM bank in a 28 nm
  // process some 1.4 pJ
  double cost_per_byte = 230.0;
  std::optional<double> bytes_per_cycle;
  static const config::Schema<XspiConfig>& schema();
};

}  // namespace subvolt::mem

namespace subvolt::config {
template <>
struct EnumNames<mem::XspiLatency> {
  static const std::vector<std::pair<mem::XspiLatency, std::string>>& names();
};
}  // namespace subvolt::config
