// One memory by itself: its document, an engine that behaves as it says, and its prices.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/loader.h"
#include "sim/kernel/memory_kinds.h"
#include "sim/power/price/price_book.h"
#include "sim/units/hertz.h"

namespace subvolt::run {

struct MemoryRail {
  std::string name;  // "vdd2", or "primary" for prices that name no rail
  Voltage voltage;   // nominal: what prices and currents hold at
};

struct MemoryDevice {
  std::string name;   // "lpddr4_3200"
  std::string title;  // one line for people; may be empty
  std::string kind;   // "dram"
  std::string file;   // for messages
  std::string sha256;
  std::vector<config::Override> settings;        // as asked for
  std::unique_ptr<kernel::MemoryEngine> engine;  // fresh
  std::optional<power::PriceBook> prices;        // none: simulated for time only
  std::vector<MemoryRail> rails;                 // that the prices draw from
  Temperature temperature;                       // the setting of that name, where the kind has one
};

// `name_or_path`: a document of configs/memories or a file. Overrides whose path begins with `memory.` change the
// document; all others are settings of the memory's kind, such as `page_policy=closed`. `frequency` 0: as fast as the
// device goes. Throws Error(kConfiguration): no such document, no such kind, what the kind objects to.
MemoryDevice read_memory_device(const std::string& name_or_path, const std::vector<config::Override>& overrides = {},
                                Hertz frequency = {});
// The same from a document that is made, not read.
MemoryDevice make_memory_device(const config::Document& document, const std::vector<config::Override>& settings = {},
                                Hertz frequency = {});

}  // namespace subvolt::run
