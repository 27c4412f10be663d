// Configuration of an embedded non-volatile memory macro, such as MRAM: word by word, writes slower and dearer than
// reads.
#pragma once

#include <optional>
#include <string>

#include "models/mem/sourced.h"
#include "models/mem/target/memory_controller.h"

namespace subvolt::mem {

// The `device:` part of configs/memories/*.yaml with `kind: nvm`.
struct NvmDeviceConfig {
  struct Access {
    SourcedDelay latency;                  // word address to data, or to the word being stored
    std::optional<SourcedDelay> interval;  // to the next access of the bank; as long as the latency without it
    static const config::Schema<Access>& schema();
  };
  struct Sleep {
    SourcedTime entry, exit;
    static const config::Schema<Sleep>& schema();
  };
  std::string technology;  // "STT-MRAM, 28 nm FDSOI", for people
  SourcedFrequency max_clock;
  SourcedSize capacity;  // of all banks
  SourcedSize word;
  SourcedCount banks;
  Access read, write;
  std::optional<Sleep> power_down;  // supply off, contents kept
  static const config::Schema<NvmDeviceConfig>& schema();
};

// How a SoC or a bench uses it.
struct NvmSettings {
  int queue = 8;
  std::optional<Time> power_down_after;
  static const config::Schema<NvmSettings>& schema();
};

struct NvmConfig {
  config::Node device;  // name of a memory document
  NvmSettings settings;
  MemoryControllerConfig controller = on_chip();
  bool writable = true;
  // estimate: 0.9 pJ/bit to read and 3 pJ/bit to write (emram_28nm_fdsoi) against 1.4 pJ for a byte of a 64 KiB SRAM
  // bank
  double cost_per_byte = 5.0;
  double write_cost_per_byte = 17.0;
  std::optional<double> bytes_per_cycle;
  static const config::Schema<NvmConfig>& schema();
  // estimate: a bus port and one register stage each way; no PHY to cross
  static MemoryControllerConfig on_chip() { return {8, Cycles(1), Cycles(0)}; }
};

}  // namespace subvolt::mem
