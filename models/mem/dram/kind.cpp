// The kind of memory documents that this engine reads.
#include "models/mem/dram/engine.h"
#include "sim/kernel/memory_kinds.h"

namespace subvolt::mem::dram {
namespace {

const bool registered = kernel::register_memory_kind(
    {"dram", "A JEDEC DRAM: one channel with its controller.", &DeviceConfig::schema(), &Settings::schema(),
     [](const config::Node& device, const config::Node& settings, std::int64_t clock_hz) {
       return std::make_unique<Engine>(DeviceConfig::schema().read(device), Settings::schema().read(settings),
                                       clock_hz);
     }});

}  // namespace
}  // namespace subvolt::mem::dram
