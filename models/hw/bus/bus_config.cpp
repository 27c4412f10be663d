#include "models/hw/bus/bus.h"
#include "sim/kernel/component_registry.h"

namespace subvolt::hw {
namespace {

const bool bus_config_registered = kernel::register_component(
    {"bus",
     "Interconnect with arbitration, shared or a crossbar.",
     &BusConfig::schema(),
     {{"", kernel::PortRole::kTarget, true, "An initiator whose requests the bus carries."},
      {"", kernel::PortRole::kInitiator, true, "A memory-mapped target, with its address range."}},
     Bus::events(),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       BusConfig config = BusConfig::schema().read(configuration);
       config.place = configuration.location().text() + ": ";
       config.path = configuration.path();
       return std::make_unique<Bus>(name.c_str(), config, environment);
     }});

}  // namespace

const config::Schema<BusConfig>& BusConfig::schema() {
  static const auto schema =
      config::Schema<BusConfig>("bus", "Interconnect: request and response channels, one beat per cycle each.")
          .optional("width", &BusConfig::width, "Bytes that a channel moves per cycle.",
                    config::between(Bytes(1), Bytes(256)))
          .optional("topology", &BusConfig::topology,
                    "shared: one transfer at a time each way; crossbar: one per pair of ports.")
          .optional("arbitration", &BusConfig::arbitration,
                    "round_robin, or fixed_priority in the order of the SoC's connections.")
          .optional("latency", &BusConfig::latency, "Pipeline stages of the request path.",
                    config::between(Cycles(1), Cycles(64)))
          .optional("queue", &BusConfig::queue, "Requests on the way to one target before the next is held back.",
                    config::between(1, 1024))
          .optional("initiators", &BusConfig::initiators, "Ports laid out for initiators; area depends on them.",
                    config::between(1, 64))
          .optional("targets", &BusConfig::targets, "Ports laid out for targets; area depends on them.",
                    config::between(1, 64));
  return schema;
}

std::vector<power::EventDeclaration> Bus::events(const BusConfig& config) {
  const bool crossbar = config.topology == Topology::kCrossbar;
  const std::int64_t requests = config.width.value() * (crossbar ? config.targets : 1);
  const std::int64_t responses = config.width.value() * (crossbar ? config.initiators : 1);
  return power::limited(
      {{"byte", "bus.byte", power::Cause::kSwitching, "One byte of data across the bus, either way.", {}},
       {"read_B", "", power::Cause::kSwitching, "Bytes of read responses.", {}, power::EventRole::kReadBytes},
       {"write_B", "", power::Cause::kSwitching, "Bytes of write requests.", {}, power::EventRole::kWriteBytes},
       {"wait_cycles",
        "",
        power::Cause::kSwitching,
        "Cycles that requests and responses waited for lanes, targets or other initiators.",
        {}}},
      {{"byte", requests + responses}, {"read_B", responses}, {"write_B", requests}});
}

power::Inventory Bus::inventory(const BusConfig& config) {
  constexpr std::int64_t kControlBits = 48;  // 32 of address, 16 of command, length, source and valid/ready
  const std::int64_t bits = 8 * config.width.value() + kControlBits;
  const std::int64_t ports = config.initiators + config.targets;
  const bool crossbar = config.topology == Topology::kCrossbar;
  const std::int64_t request_lanes = crossbar ? config.targets : 1;
  const std::int64_t response_lanes = crossbar ? config.initiators : 1;
  power::Inventory inventory;
  inventory.flip_flops = (ports + request_lanes * config.latency.value() + response_lanes) * bits;
  const std::int64_t multiplexers = (request_lanes * config.initiators + response_lanes * config.targets) * bits * 2;
  inventory.logic_gates = inventory.flip_flops * 6 + multiplexers + 200 * ports;
  inventory.basis =
      "estimate: one register of width + 48 control bits per port, per response lane and per request lane and "
      "latency stage, 6 gates per flip-flop; AND-OR multiplexers at 2 gates per bit, lane and input; 200 gates of "
      "decoder or arbiter per port";
  return inventory;
}

}  // namespace subvolt::hw

namespace subvolt::config {

const std::vector<std::pair<hw::Topology, std::string>>& EnumNames<hw::Topology>::names() {
  static const std::vector<std::pair<hw::Topology, std::string>> all = {{hw::Topology::kShared, "shared"},
                                                                        {hw::Topology::kCrossbar, "crossbar"}};
  return all;
}

const std::vector<std::pair<hw::Arbitration, std::string>>& EnumNames<hw::Arbitration>::names() {
  static const std::vector<std::pair<hw::Arbitration, std::string>> all = {
      {hw::Arbitration::kRoundRobin, "round_robin"}, {hw::Arbitration::kFixedPriority, "fixed_priority"}};
  return all;
}

}  // namespace subvolt::config
