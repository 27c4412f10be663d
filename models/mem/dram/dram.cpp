#include "models/mem/dram/dram.h"

#include <string>
#include <utility>

#include "models/mem/dram/engine_events.h"
#include "models/mem/dram/settings_rules.h"
#include "models/mem/target/device_document.h"
#include "sim/kernel/component_registry.h"

namespace subvolt::mem {
namespace {

power::Inventory controller_inventory(const MemoryControllerConfig& config) {
  // A queue entry holds address, length, identity and timers; data FIFOs between controller and PHY, and the PHY's
  // 16 + 6 pins with 40 flip-flops each for serialising and delay-line control.
  const std::int64_t entry_flip_flops = 64;
  const std::int64_t fixed_flip_flops = 2 * 8 * 256 + 22 * 40;
  power::Inventory inventory;
  inventory.flip_flops = config.queue * entry_flip_flops + fixed_flip_flops;
  inventory.logic_gates = inventory.flip_flops * 6 + config.queue * 200 + 20'000;
  inventory.basis =
      "estimate: 64 flip-flops per queue entry, two FIFOs of 8 bursts x 256 bit, 40 flip-flops for each of the "
      "PHY's 22 pins; 6 gates per flip-flop, 200 gates of comparators per entry, 20,000 gates of command "
      "scheduler and bank timers";
  return inventory;
}

MemoryTargetTraits traits(const DramConfig& config) {
  MemoryTargetTraits traits;
  traits.kind = "dram";
  traits.price_book = config.device.value();
  // The device is bought, not built: its prices cover all of it, background included.
  traits.inventory.basis = "an external device: background power is priced by its states, not by gates";
  traits.controller_kind = "dram_controller";
  traits.controller_inventory = controller_inventory(config.controller);
  traits.controller = config.controller;
  traits.cost_per_byte = config.cost_per_byte;
  traits.bytes_per_cycle = config.bytes_per_cycle;
  return traits;
}

// The mapper asks for many; the document is read once.
MakeEngine engines(const std::string& name, const DramConfig& config, kernel::Environment& environment) {
  const auto device = device_of<dram::DeviceConfig>(config.device, "dram", environment);
  check_settings(device, config.policies, config.policies_at.is_null() ? config.device : config.policies_at);
  dram::Settings policies = config.policies;
  if (!policies.temperature) policies.temperature = environment.temperature();
  return [name, at = config.device, device, policies, &environment](Hertz hz) {
    return engine_for(
        name, at, environment,
        [&](Hertz frequency) { return std::make_unique<dram::Engine>(device, policies, frequency); }, hz);
  };
}

const bool dram_registered = kernel::register_component(
    {"dram",
     "One channel of JEDEC DRAM with its controller.",
     &DramConfig::schema(),
     {{"", kernel::PortRole::kTarget, false, "Reads and writes."}},
     dram::declare_events({}),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       DramConfig config = DramConfig::schema().read(configuration);
       if (const config::Node* policies = configuration.find("policies")) config.policies_at = *policies;
       return std::make_unique<Dram>(name.c_str(), config, environment);
     }});

}  // namespace

const config::Schema<DramConfig>& DramConfig::schema() {
  static const auto schema =
      config::Schema<DramConfig>("dram", "One channel of JEDEC DRAM with its controller.")
          .required("device", &DramConfig::device, "Memory document of kind dram, such as lpddr4_3200.")
          .optional("policies", &DramConfig::policies, "How the controller drives the device.")
          .optional("controller", &DramConfig::controller, "Queue and latencies of the on-chip side.")
          .optional("cost_per_byte", &DramConfig::cost_per_byte,
                    "Relative cost of a byte for the mapper; an SRAM byte is the unit.", config::between(0.0, 1e9))
          .optional("bytes_per_cycle", &DramConfig::bytes_per_cycle,
                    "Bandwidth as the mapper weighs it, in bytes per cycle of the accelerator; without it, what it is.",
                    config::between(1e-6, 1e6));
  return schema;
}

Dram::Dram(sc_core::sc_module_name name, const DramConfig& config, kernel::Environment& environment)
    : MemoryTarget(name, environment, traits(config), engines(std::string(name), config, environment)) {
  clock().set_scalable(this);
}

void Dram::request_set_point(std::size_t point) {
  set_point_ = point;
  engine().request_set_point(point, kernel::time_now());
}

Picoseconds Dram::busy_time() {
  engine().advance(kernel::time_now());
  return engine().busy_time();
}

}  // namespace subvolt::mem
