// The kind of memory documents that this engine reads.
#include <utility>

#include "models/mem/dram/engine.h"
#include "models/mem/dram/settings_rules.h"
#include "sim/kernel/memory_kinds.h"

namespace subvolt::mem::dram {
namespace {

const bool kind_registered = kernel::register_memory_kind(
    {"dram", "A JEDEC DRAM: one channel with its controller.", &DeviceConfig::schema(), &Settings::schema(),
     [](const config::Node& device, const config::Node& settings, Hertz frequency) {
       DeviceConfig sheet = DeviceConfig::schema().read(device);
       Settings how = Settings::schema().read(settings);
       check_settings(sheet, how, settings);
       return std::make_unique<Engine>(std::move(sheet), std::move(how), frequency);
     }});

}  // namespace
}  // namespace subvolt::mem::dram
