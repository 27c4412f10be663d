#include "models/mem/nvm/nvm.h"

#include "models/mem/nvm/nvm_engine.h"
#include "models/mem/target/device_document.h"
#include "sim/kernel/component_registry.h"
#include "sim/kernel/memory_kinds.h"

namespace subvolt::mem {
namespace {

power::Inventory controller_inventory(const NvmConfig& config) {
  power::Inventory inventory;
  inventory.flip_flops = config.controller.queue * 48 + 2 * 64;
  inventory.logic_gates = inventory.flip_flops * 6 + config.controller.queue * 60 + 1000;
  inventory.basis =
      "estimate: 48 flip-flops per queue entry, 64 of address and of data registers each; 6 gates per flip-flop, 60 "
      "gates per entry, 1,000 gates of sequencing";
  return inventory;
}

MemoryTargetTraits traits(const NvmConfig& config) {
  MemoryTargetTraits t;
  t.kind = "nvm";
  t.price_book = config.device.value();
  t.inventory.basis = "a macro: its power is priced by its document, leakage included, not by gates";
  t.controller_kind = "nvm_controller";
  t.controller_inventory = controller_inventory(config);
  t.controller = config.controller;
  t.cost_per_byte = config.cost_per_byte;
  t.write_cost_per_byte = config.write_cost_per_byte;
  t.bytes_per_cycle = config.bytes_per_cycle;
  t.off_chip = false;
  t.writable = config.writable;
  t.non_volatile = true;
  return t;
}

// The mapper asks for many; the document is read once.
MakeEngine engines(const std::string& name, const NvmConfig& config, kernel::Environment& environment) {
  const auto device = device_of<NvmDeviceConfig>(config.device, "nvm", environment);
  return [name, config, device, &environment](Hertz hz) {
    return engine_for(
        name, config.device, environment,
        [&](Hertz frequency) { return std::make_unique<NvmEngine>(device, config.settings, frequency); }, hz);
  };
}

std::vector<power::EventDeclaration> nvm_events() {
  NvmDeviceConfig device;
  device.max_clock.value = Frequency::from_si(1e8);
  device.capacity.value = Bytes(1 << 20);
  device.word.value = Bytes(4);
  device.banks.value = 1;
  device.power_down.emplace();
  return MemoryTarget::events(NvmEngine(device, NvmSettings(), Hertz()));
}

const bool nvm_registered = kernel::register_component(
    {"nvm",
     "Embedded non-volatile memory, such as MRAM.",
     &NvmConfig::schema(),
     {{"", kernel::PortRole::kTarget, false, "Reads and writes."}},
     nvm_events(),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       return std::make_unique<Nvm>(name.c_str(), NvmConfig::schema().read(configuration), environment);
     }});

const bool nvm_kind_registered = kernel::register_memory_kind(
    {"nvm", "Embedded non-volatile memory macro, such as MRAM.", &NvmDeviceConfig::schema(), &NvmSettings::schema(),
     [](const config::Node& device, const config::Node& settings, Hertz frequency) {
       return std::make_unique<NvmEngine>(NvmDeviceConfig::schema().read(device), NvmSettings::schema().read(settings),
                                          frequency);
     }});

}  // namespace

Nvm::Nvm(sc_core::sc_module_name name, const NvmConfig& config, kernel::Environment& environment)
    : MemoryTarget(name, environment, traits(config), engines(std::string(name), config, environment)) {}

}  // namespace subvolt::mem
