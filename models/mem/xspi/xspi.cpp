#include "models/mem/xspi/xspi.h"

#include "models/mem/target/device_document.h"
#include "models/mem/xspi/xspi_engine.h"
#include "sim/kernel/component_registry.h"
#include "sim/kernel/memory_kinds.h"

namespace subvolt::mem {
namespace {

power::Inventory controller_inventory(const XspiConfig& config) {
  // Per queue entry: 32 address bits and 16 of identity, length and state. Two asynchronous FIFOs of 64 B between
  // controller and PHY, 12 pins (8 data, strobe, clock, chip select, reset) with 16 flip-flops each.
  power::Inventory inventory;
  inventory.flip_flops = config.controller.queue * 48 + 2 * 64 * 8 + 12 * 16;
  inventory.logic_gates = inventory.flip_flops * 6 + config.controller.queue * 60 + 4000;
  inventory.basis =
      "estimate: 48 flip-flops per queue entry, two FIFOs of 64 B, 16 flip-flops for each of 12 pins; 6 gates per "
      "flip-flop, 60 gates per entry, 4,000 gates of sequencing";
  return inventory;
}

MemoryTargetTraits traits(const XspiConfig& config, const XspiDeviceConfig& device) {
  MemoryTargetTraits t;
  t.kind = "xspi";
  t.price_book = config.device.value();
  t.inventory.basis = "an external device: its power is priced by its states, not by gates";
  t.controller_kind = "xspi_controller";
  t.controller_inventory = controller_inventory(config);
  t.controller = config.controller;
  t.cost_per_byte = config.cost_per_byte;
  t.bytes_per_cycle = config.bytes_per_cycle;
  t.off_chip = true;
  t.writable = !device.program;
  t.non_volatile = device.program.has_value();
  t.fill = device.program ? 0xFF : 0x00;
  return t;
}

// The mapper asks for many; the document is read once.
MakeEngine engines(const std::string& name, const XspiConfig& config, kernel::Environment& environment) {
  const auto device = device_of<XspiDeviceConfig>(config.device, "xspi", environment);
  return [name, config, device, &environment](Hertz hz) {
    return engine_for(
        name, config.device, environment,
        [&](Hertz frequency) { return std::make_unique<XspiEngine>(device, config.settings, frequency); }, hz);
  };
}

// Of a plain device: all that any has, for the reference.
std::vector<power::EventDeclaration> xspi_events() {
  XspiDeviceConfig device;
  device.max_clock.value = Frequency::from_si(1e8);
  device.capacity.value = Bytes(1 << 20);
  device.width.value = 8;
  device.transfers_per_clock.value = 1;
  device.refresh.emplace();
  device.program.emplace();
  device.program->page.value = Bytes(256);
  device.program->sector.value = Bytes(4096);
  device.half_sleep.emplace();
  device.deep_power_down.emplace();
  return MemoryTarget::events(XspiEngine(device, XspiSettings(), Hertz()));
}

const bool xspi_registered = kernel::register_component(
    {"xspi",
     "HyperRAM, octal or quad PSRAM or serial flash with its controller.",
     &XspiConfig::schema(),
     {{"", kernel::PortRole::kTarget, false, "Reads and writes."}},
     xspi_events(),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       return std::make_unique<Xspi>(name.c_str(), XspiConfig::schema().read(configuration), environment);
     }});

const bool xspi_kind_registered = kernel::register_memory_kind(
    {"xspi", "A memory on a narrow bus: HyperRAM, octal or quad PSRAM, serial flash.", &XspiDeviceConfig::schema(),
     &XspiSettings::schema(), [](const config::Node& device, const config::Node& settings, Hertz frequency) {
       return std::make_unique<XspiEngine>(XspiDeviceConfig::schema().read(device),
                                           XspiSettings::schema().read(settings), frequency);
     }});

}  // namespace

Xspi::Xspi(sc_core::sc_module_name name, const XspiConfig& config, kernel::Environment& environment)
    : MemoryTarget(name, environment, traits(config, device_of<XspiDeviceConfig>(config.device, "xspi", environment)),
                   engines(std::string(name), config, environment)) {}

}  // namespace subvolt::mem
