// Does a host that takes the direct path to its memories do in every layer what it does access by access: the same
// times, the same counts of every event, the same clock edges?
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "models/hw/host_cpu/host_cpu.h"
#include "sim/kernel/component_registry.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"

namespace subvolt {
namespace {

using kernel::PowerDomainSettings;

constexpr mapping::Address kNear = 0x2000'0000;
constexpr mapping::Address kFar = 0x8000'0000;
constexpr std::int64_t kNearBytes = 256 * 1024;
constexpr std::int64_t kFarBytes = 512 * 1024;
constexpr int kLayers = 20;

struct HostSurroundings {
  const char* name;
  const char* memory;  // kind
  const char* configuration;
  Hertz memory_clock;
  Hertz soc_clock;
  const char* bus = "{width: 16 B}";
  const char* sram = "{size: 256 KiB, banks: 8, word: 8 B}";
  Picoseconds clock_gate_after{-1};  // of the SRAM's power domain; -1: it stays on
  bool learns = false;               // its policy waits for a time that each idle time changes
};

class Restless : public kernel::LearningPolicy {
 public:
  std::vector<kernel::Descent> aims() const override { return {{0, power::PowerState::kClkGated}}; }
  std::optional<kernel::Descent> next(power::PowerState state) const override {
    if (state != power::PowerState::kOn) return std::nullopt;
    return kernel::Descent{told_ % 4 * 1'000'000 + told_time_ % 1000, power::PowerState::kClkGated};
  }
  void learn(const kernel::Idleness& idleness) override {
    ++told_;
    told_time_ += idleness.length();
  }

 private:
  std::int64_t told_ = 0, told_time_ = 0;
};

PowerDomainSettings domain(const std::string& name, Picoseconds clock_gate_after) {
  PowerDomainSettings settings;
  settings.name = name;
  settings.timing[static_cast<std::size_t>(power::PowerState::kOn)].available = true;
  settings.timing[static_cast<std::size_t>(power::PowerState::kClkGated)].available = true;
  if (clock_gate_after < 0) return settings;
  settings.policy = test::policy("clock_gate", "{after: " + std::to_string(clock_gate_after) + " ps}");
  return settings;
}

mapping::Program random_program(unsigned seed) {
  std::mt19937 random(seed);
  const auto block = [&random] {
    const bool near = random() % 2 == 0;
    mapping::Block b;
    b.row_bytes = 1 + static_cast<std::int64_t>(random() % (random() % 3 == 0 ? 60'000 : 6'000));
    const std::int64_t room = (near ? kNearBytes : kFarBytes) - b.row_bytes;
    b.base = (near ? kNear : kFar) + random() % static_cast<std::uint64_t>(room);
    b.row_stride = b.row_bytes;
    return b;
  };
  mapping::Program program;
  for (int l = 0; l < kLayers; ++l) {
    mapping::LayerProgram layer;
    layer.runs = mapping::LayerProgram::Runs::kOnHost;
    layer.host.op = "average_pool";
    layer.host.element_operations = static_cast<std::int64_t>(random() % (l % 5 == 0 ? 2'000'000 : 20'000));
    for (auto n = random() % 3; n-- > 0;) layer.host.reads.push_back(block());
    for (auto n = random() % 3; n-- > 0;) layer.host.writes.push_back(block());
    program.layers.push_back(std::move(layer));
  }
  return program;
}

std::unique_ptr<kernel::Component> component(const std::string& kind, const std::string& name, const char* yaml,
                                             kernel::Environment& environment) {
  return kernel::find_component_kind(kind)->create(name, test::yaml(yaml), environment);
}

void bind(kernel::Port* from, kernel::Port* to, bool direct) {
  auto& out = dynamic_cast<kernel::InitiatorPort&>(*from);
  auto& in = dynamic_cast<kernel::TargetPort&>(*to);
  if (direct) {
    out.bind(in);
  } else {
    out.socket.bind(in.socket);
  }
}

// Begin of each layer, then by layer its counts and clock edges; last the number of epochs.
std::vector<std::int64_t> run(const HostSurroundings& s, unsigned seed, bool direct) {
  return test::simulate([&s, seed, direct] {
    test::TestEnvironment::Options options;
    options.frequency = s.soc_clock;
    options.window = seed % 2 == 0 ? 100'000'000 : 0;
    test::TestEnvironment environment(options);
    environment.set_clock("far", s.memory_clock);
    environment.set_power_domain("near", domain("PD_NEAR", s.clock_gate_after),
                                 s.learns ? std::make_unique<Restless>() : nullptr);
    const auto bus = component("bus", "bus", s.bus, environment);
    const auto near = component("sram", "near", s.sram, environment);
    const auto far = component(s.memory, "far", s.configuration, environment);
    const auto manager = component("power_manager", "manager", "{}", environment);
    const config::Node cpu = test::yaml("{operators: {average_pool: 2.5}}");
    hw::HostCpu host("cpu", hw::HostCpuConfig::schema().read(cpu), environment);
    kernel::InterruptOut interrupt;
    interrupt.bind(dynamic_cast<kernel::InterruptIn&>(*host.target_side("irq")));
    auto& ports = dynamic_cast<kernel::HasPorts&>(*bus);
    bind(host.initiator_side(""), ports.target_side(""), direct);
    const auto map = [&](kernel::Component& memory, mapping::Address base, std::int64_t size) {
      kernel::Port* const side = ports.initiator_side("");
      bind(side, dynamic_cast<kernel::HasPorts&>(memory).target_side(""), direct);
      ports.map_range(side, base, static_cast<std::uint64_t>(size));
    };
    map(*near, kNear, kNearBytes);
    map(*far, kFar, kFarBytes);
    const mapping::Program program = random_program(seed);
    host.load_program(&program, {});
    sc_core::sc_start();
    const power::ActivityRecord record = environment.finish();

    std::vector<std::int64_t> out;
    std::map<std::pair<int, int>, std::int64_t> counts;
    std::map<std::pair<int, std::size_t>, std::int64_t> edges;
    int task = -2;
    for (const power::Epoch& epoch : record.epochs) {
      if (epoch.task != task) out.insert(out.end(), {epoch.task, epoch.begin});
      task = epoch.task;
      for (const power::EventCount& e : epoch.events) counts[{task, e.event}] += e.count;
      for (std::size_t c = 0; c < epoch.clock_cycles.size(); ++c) edges[{task, c}] += epoch.clock_cycles[c];
    }
    for (const auto& [key, count] : counts) out.insert(out.end(), {key.first, key.second, count});
    for (const auto& [key, count] : edges) out.push_back(count);
    out.push_back(record.total_time);
    return out;
  });
}

class HostDirect : public ::testing::TestWithParam<HostSurroundings> {};

TEST_P(HostDirect, DoesWhatItDoesAccessByAccess) {
  for (unsigned seed = 0; seed < 4; ++seed) {
    const auto ordinary = run(GetParam(), seed, false);
    const auto direct = run(GetParam(), seed, true);
    EXPECT_GT(ordinary.size(), 100U);
    EXPECT_EQ(direct, ordinary) << "seed " << seed;
  }
}

constexpr const char* kLpddr4 =
    "{device: lpddr4_3200, policies: {rounding: exact, power_down: {policy: idle, after: 100 ns, close_rows: true}, "
    "self_refresh: {policy: idle, after: 100 us}}}";

INSTANTIATE_TEST_SUITE_P(
    Memories, HostDirect,
    ::testing::Values(
        HostSurroundings{"lpddr4", "dram", kLpddr4, Hertz(1'600'000'000), Hertz(200'000'000)},
        HostSurroundings{"lpddr4_at_an_odd_clock", "dram", kLpddr4, Hertz(1'600'000'000), Hertz(618'612'347)},
        HostSurroundings{"lpddr4_from_a_slow_chip", "dram", kLpddr4, Hertz(1'600'000'000), Hertz(7'000'001)},
        HostSurroundings{"lpddr4_refreshed_by_bank", "dram",
                         "{device: lpddr4_3200, policies: {refresh: {mode: per_bank}, page_policy: timeout, "
                         "page_timeout: 2 us}}",
                         Hertz(1'600'000'000), Hertz(400'000'000)},
        HostSurroundings{"lpddr4_whose_refreshes_wait", "dram",
                         "{device: lpddr4_3200, policies: {refresh: {postpone: 8}, scheduler: fifo, "
                         "termination: {drive_ohm: 40, termination_ohm: 60}}}",
                         Hertz(1'600'000'000), Hertz(100'000'000)},
        HostSurroundings{"lpddr4_that_closes_rows", "dram", "{device: lpddr4_3200, policies: {page_policy: closed}}",
                         Hertz(1'600'000'000), Hertz(200'000'000)},
        HostSurroundings{"lpddr3_spread_over_banks", "dram",
                         "{device: lpddr3_1600, policies: {fields: 'row column[6:2] bank column[1:0]', "
                         "hash: ['bank[0]^row[0]'], power_down: {policy: idle, after: 40 ns}}}",
                         Hertz(800'000'000), Hertz(200'000'000)},
        HostSurroundings{"ddr3_in_two_bursts", "dram", "{device: ddr3_1600, policies: {rounding: clock}}",
                         Hertz(800'000'000), Hertz(160'000'000)},
        HostSurroundings{"ddr4", "dram", "{device: ddr4_2400}", Hertz(1'200'000'000), Hertz(333'333'333)},
        HostSurroundings{"lpddr5", "dram", "{device: lpddr5_6400}", Hertz(800'000'000), Hertz(150'000'000)},
        HostSurroundings{"hyperram", "xspi", "{device: hyperram_s27ks0641}", Hertz(166'000'000), Hertz(200'000'000)},
        HostSurroundings{"psram", "xspi", "{device: psram_aps6408l}", Hertz(200'000'000), Hertz(50'000'000),
                         "{width: 4 B, topology: crossbar}"},
        HostSurroundings{"mram", "nvm", "{device: emram_28nm_fdsoi_4352k}", Hertz(100'000'000), Hertz(200'000'000),
                         "{width: 8 B, latency: 3 cycles}"},
        HostSurroundings{"sram_that_is_clock_gated", "dram", kLpddr4, Hertz(1'600'000'000), Hertz(200'000'000),
                         "{width: 16 B}", "{size: 256 KiB, banks: 8, word: 8 B}", 1'000'000},
        HostSurroundings{"sram_that_is_clock_gated_at_once", "dram", kLpddr4, Hertz(1'600'000'000), Hertz(200'000'000),
                         "{width: 16 B}", "{size: 256 KiB, banks: 8, word: 8 B}", 0},
        HostSurroundings{"sram_whose_policy_learns", "dram", kLpddr4, Hertz(1'600'000'000), Hertz(200'000'000),
                         "{width: 16 B}", "{size: 256 KiB, banks: 8, word: 8 B}", -1, true},
        HostSurroundings{"sram_with_two_ports_and_codes", "nvm", "{device: emram_28nm_fdsoi_4352k}", Hertz(100'000'000),
                         Hertz(90'000'001), "{width: 16 B}",
                         "{size: 256 KiB, banks: 4, word: 16 B, ports: 2rw, ecc: secded, retention_after: 2 us}",
                         5'000'000}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace subvolt
