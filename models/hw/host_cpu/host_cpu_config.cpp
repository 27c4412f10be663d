#include <algorithm>

#include "models/hw/host_cpu/host_cpu.h"
#include "sim/kernel/component_registry.h"
#include "sim/mapping/processor/operator_table.h"
#include "sim/mapping/processor/processor.h"

namespace subvolt::hw {
namespace {

const bool host_cpu_config_registered = kernel::register_component(
    {"host_cpu",
     "Microcontroller that starts layers and runs what the NPU cannot.",
     &HostCpuConfig::schema(),
     {{"", kernel::PortRole::kInitiator, false, "Data and the NPU's doorbell."},
      {"irq", kernel::PortRole::kInterruptIn, true, "An accelerator has finished a layer.", true}},
     HostCpu::events(),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       return std::make_unique<HostCpu>(name.c_str(), HostCpuConfig::schema().read(configuration), environment);
     }});

bool check_cycles(const config::Node& at, double cycles, config::Diagnostics& diagnostics) {
  if (cycles > 0.0 && cycles <= 1e6) return true;
  diagnostics.error(at, "expected cycles per element operation above 0 and up to 1000000, got " + at.describe());
  return false;
}

void check_operators(const HostCpuConfig& config, const config::Node& node, config::Diagnostics& diagnostics) {
  std::vector<std::string> known;
  for (const auto& [op, cycles] : mapping::default_operators()) known.push_back(op);
  for (const auto& [op, cycles] : config.operators) {
    const config::Node* operators = node.find("operators");
    const config::Node& at = *operators->find(op);
    if (!std::count(known.begin(), known.end(), op)) {
      diagnostics.error(at, "the host runs no operator \"" + op + "\"" + mapping::near_operator(op) +
                                " `subvolt list operators` shows all (and gate: of a recurrent cell); one that nothing "
                                "here knows stands in unknown_operators");
    } else {
      check_cycles(at, cycles, diagnostics);
    }
  }
}

// Any name but that of an operator which is known: its cost has a place of its own.
void check_unknown_operators(const HostCpuConfig& config, const config::Node& node, config::Diagnostics& diagnostics) {
  const config::Node* listed = node.find("unknown_operators");
  if (!listed) return;
  const auto known = mapping::default_operators();
  for (const auto& [op, cycles] : config.unknown_operators) {
    const config::Node& at = *listed->find(op);
    const auto& name = op;
    if (std::any_of(known.begin(), known.end(), [&](const auto& entry) { return entry.first == name; })) {
      diagnostics.error(at, "the operator " + op + " is known: expected its cycles in operators");
    } else {
      check_cycles(at, cycles, diagnostics);
    }
  }
}

}  // namespace

const config::Schema<HostCpuConfig>& HostCpuConfig::schema() {
  static const auto schema =
      config::Schema<HostCpuConfig>("host_cpu", "Host CPU: starts layers, runs the operators that the NPU cannot.")
          // Estimate: run-time invoking one operator: fetch the layer's descriptor, check it, write NPU registers.
          .optional("layer_setup", &HostCpuConfig::layer_setup, "Cycles before an NPU layer's doorbell.",
                    config::between(Cycles(0), Cycles(1'000'000)))
          // Estimate: 12 cycles of entry and 10 of exit (Cortex-M4 TRM, exception handling), the rest is the
          // handler: read and clear the NPU's status, signal the run-time.
          .optional("interrupt", &HostCpuConfig::interrupt, "Cycles from the NPU's interrupt to the next layer.",
                    config::between(Cycles(0), Cycles(1'000'000)))
          .optional("burst", &HostCpuConfig::burst, "Largest bus access: a cache line.",
                    config::between(Bytes(1), Bytes(4096)))
          .optional("processor", &HostCpuConfig::processor,
                    "Processor document with what its kernels take, such as cortex_m7; a Cortex-M4F's built-in table "
                    "without one.")
          .optional("operators", &HostCpuConfig::operators,
                    "Operators that it can run, OP or OP.TYPE, with cycles per element operation; replaces the whole "
                    "built-in table (docs/models.md, Host CPU), and the processor's.")
          .optional("unknown_operators", &HostCpuConfig::unknown_operators,
                    "Operators that nothing here knows, by the name that the network's file has for them (custom: all "
                    "of them), with cycles per element of their results; beside the table.")
          .check([](const HostCpuConfig& config, const config::Node& node, config::Diagnostics& diagnostics) {
            if (node.find("operators")) check_operators(config, node, diagnostics);
            check_unknown_operators(config, node, diagnostics);
            const std::int64_t burst = config.burst.value();
            if ((burst & (burst - 1)) != 0) {
              const config::Node& at = *node.find("burst");
              diagnostics.error(at, "expected a power of two, got " + at.describe());
            }
          });
  return schema;
}

std::vector<power::EventDeclaration> HostCpu::events() {
  return {{"cycle",
           "cpu.cycle",
           power::Cause::kSwitching,
           "One clock cycle in which the CPU executes or waits for the bus.",
           {},
           power::EventRole::kNone,
           1}};
}

power::Inventory HostCpu::inventory() {
  power::Inventory inventory;
  inventory.logic_gates = 65'000;
  inventory.flip_flops = 3'500;
  inventory.basis =
      "estimate: a Cortex-M4 class core. Cortex-M3: 40,000 gates at least (J. Yiu, The Definitive Guide to Arm "
      "Cortex-M, chapter 1); DSP extension, MPU and interrupt controller half as much again. Flip-flops: 16 + 8 "
      "registers of 32 bits, pipeline and control as much again, 2,000 in interrupt controller, MPU and buses. Its "
      "instruction memory is part of the energy per cycle";
  return inventory;
}

}  // namespace subvolt::hw
