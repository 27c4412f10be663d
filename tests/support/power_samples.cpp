#include "tests/support/power_samples.h"

#include <algorithm>
#include <random>

#include "sim/config/loader.h"

namespace subvolt::test {

std::string sample_technology_text() {
  return R"(schema: technology/1
technology:
  title: Sample process
  reference_voltage: 0.9 V
  reference_temperature: 25 C
  devices:
    logic:
      slope_factor: {value: 1.4, source: made up for tests}
      threshold_slope_mV_per_K: {value: 0.8, source: made up for tests}
      speed:
        - {voltage: 0.4 V, frequency: 30 MHz, source: logic chip A}
        - {voltage: 0.5 V, frequency: 120 MHz, source: logic chip A}
        - {voltage: 0.7 V, frequency: 430 MHz, source: logic chip B}
        - {voltage: 0.9 V, frequency: 720 MHz, source: logic chip B}
      leakage:
        - {voltage: 0.5 V, power: 1.5 nW, source: leakage sheet A, quality: measured}
        - {voltage: 0.9 V, power: 6 nW, source: leakage sheet B, quality: published}
      minimum_voltage: {value: 0.3 V, source: made up for tests}
      maximum_voltage: {value: 1.1 V, source: made up for tests}
      retention_voltage: {value: 0.25 V, source: made up for tests}
    sram:
      kind: sram
      slope_factor: {value: 1.5, source: made up for tests}
      threshold_slope_mV_per_K: {value: 0.8, source: made up for tests}
      speed:
        - {voltage: 0.6 V, frequency: 200 MHz, source: SRAM chip}
        - {voltage: 0.75 V, frequency: 450 MHz, source: SRAM chip}
        - {voltage: 0.9 V, frequency: 700 MHz, source: SRAM chip}
      leakage:
        - {voltage: 0.9 V, power: 10 pW, source: SRAM sheet, quality: published}
      dibl: {value: 0.12, source: made up for tests}
      minimum_voltage: {value: 0.55 V, source: made up for tests}
      maximum_voltage: {value: 1.1 V, source: made up for tests}
      retention_voltage: {value: 0.4 V, source: made up for tests}
  off_leakage_fraction: {value: 0.04, source: switch paper, quality: published}
  wake_energy_per_gate: {value: 1 fJ, source: wake paper, quality: published}
  wake_energy_per_sram_bit: {value: 0.05 fJ, source: wake paper, quality: published}
  prices:
    mac.int8: {energy: 0.25 pJ, source: MAC paper, quality: published}
    sram.read:
      energy: 2 pJ
      sizes:
        - {attribute: capacity_B, reference: 16384, exponent: 0.5}
        - {attribute: word_B, reference: 8, exponent: 1}
      source: CACTI
      quality: published
    cpu.cycle: {energy: 9 pJ, voltage: 0.6 V, source: CPU paper, quality: measured}
    logic.clock_pin: {energy: 1.2 fJ, source: clock paper, quality: published}
)";
}

std::string sample_memory_text() {
  return R"(schema: memory/1
memory:
  title: Sample DRAM
  kind: dram
  prices:
    dram.activate: {rail_energy: {vdd1: 200 pJ, vdd2: 900 pJ}, source: IDD0 of a data sheet, quality: published}
    dram.io_read: {rail_energy: {vddq: 60 pJ}, source: IDDQ of a data sheet, quality: published}
    dram.active_standby: {rail_power: {vdd1: 2 mW, vdd2: 20 mW}, source: IDD3N of a data sheet, quality: published}
    dram.self_refresh: {rail_power: {vdd1: 0.3 mW, vdd2: 0.5 mW}, source: IDD6 of a data sheet, quality: published}
)";
}

std::string sample_intent_text() {
  return R"(schema: power/1
power:
  temperature: 25 C
  scaled_domain: VDD_NPU
  scaled_clock: npu_clk
  voltage_domains:
    VDD_NPU: {voltage: 0.9 V, process: logic, regulator: {kind: buck, efficiency: 0.88, source: buck sheet, quality: published}}
    VDD_SRAM: {voltage: 0.9 V, process: sram, tracks: VDD_NPU}
    VDD_AON: {voltage: 0.8 V, process: logic, regulator: {kind: ldo, efficiency: 0.99, input: 1.2 V, source: ldo sheet, quality: published}}
    VDD1: {voltage: 1.8 V, process: external}
    VDD2: {voltage: 1.1 V, process: external, regulator: {kind: buck, efficiency: 0.9, source: board buck}}
    VDDQ: {voltage: 1.1 V, process: external}
  clock_domains:
    npu_clk: {voltage_domain: VDD_NPU, also_limited_by: [VDD_SRAM], elements: ["npu.*"]}
    soc_clk: {voltage_domain: VDD_AON, frequency: 100 MHz, elements: [cpu]}
    mem_clk: {voltage_domain: VDD2, frequency: 800 MHz, elements: [dram]}
  power_domains:
    PD_NPU:
      supply: VDD_NPU
      elements: [npu.array]
      states: [{state: CLK_GATED}, {state: OFF, exit_latency: 5 us}]
      policy: {name: power_gate_after, after: 10 us, state: OFF}
    PD_BUF:
      supply: VDD_SRAM
      elements: [npu.buffer]
      states: [{state: RETENTION, exit_latency: 2 us}]
    PD_AON: {supply: VDD_AON, elements: [cpu]}
    PD_DRAM: {supply: VDD2, rails: {vdd1: VDD1, vdd2: VDD2, vddq: VDDQ}, elements: [dram]}
  operating_points:
    nominal: {voltages: {VDD_NPU: 0.9 V}, frequencies: {npu_clk: 200 MHz}}
    near_threshold: {voltages: {VDD_NPU: 0.5 V}}
    slow: {voltages: {VDD_NPU: 0.6 V}, frequencies: {npu_clk: 50 MHz}}
)";
}

power::Technology sample_technology() {
  return power::make_technology(config::load_text(sample_technology_text(), "sample.yaml", "technology"));
}

power::PriceBook sample_memory() {
  return power::make_price_book(config::load_text(sample_memory_text(), "sample_dram.yaml", "memory"));
}

power::PowerIntent sample_intent() {
  return power::make_power_intent(config::load_text(sample_intent_text(), "sample_intent.yaml", "power"));
}

power::PriceSources sample_sources(const power::Technology& technology) {
  power::PriceSources sources;
  sources.technology = &technology;
  sources.device_books.push_back(sample_memory());
  return sources;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos) {
    ADD_FAILURE() << "the sample has no \"" << from << "\"";
    return text;
  }
  return text.replace(at, from.size(), to);
}

power::ActivityRecord sample_components() {
  using power::Cause;
  power::ActivityRecord record;
  record.soc = "sample_soc";
  record.power_intent = "sample_intent";
  record.network = "sample_net";
  record.objective = "energy";
  record.fidelity = "burst";
  record.sha256 = {{"structure", "ab"}, {"network", "cd"}};
  record.power_domains = {"PD_AON", "PD_BUF", "PD_DRAM", "PD_NPU"};
  record.operating_points = {"nominal"};
  record.clock_domains = {
      {"npu_clk", {Hertz(200'000'000)}}, {"soc_clk", {Hertz(100'000'000)}}, {"mem_clk", {Hertz(800'000'000)}}};
  record.peak_macs_per_cycle = 256;
  power::ComponentDeclaration array{
      "npu.array", "mac_array", "PD_NPU",
      "npu_clk",   "",          {20'000, 2'000, 0, "gate count of a paper", config::Quality::kPublished},
      {}};
  array.events = {{"mac_int8", "mac.int8", Cause::kSwitching, "one multiply-accumulate", {}},
                  {"stall_cycles", "", Cause::kSwitching, "a statistic", {}}};
  power::ComponentDeclaration buffer{
      "npu.buffer", "sram_buffer", "PD_BUF", "npu_clk", "", {3'000, 400, 524'288, "estimate: decoder and latches"}, {}};
  buffer.events = {{"read", "sram.read", Cause::kSwitching, "one word", {{"capacity_B", 65536.0}, {"word_B", 16.0}}}};
  power::ComponentDeclaration cpu{
      "cpu", "host_cpu", "PD_AON", "soc_clk", "", {12'000, 1'500, 0, "core sheet", config::Quality::kPublished}, {}};
  cpu.events = {{"cycle", "cpu.cycle", Cause::kSwitching, "one busy cycle", {}}};
  power::ComponentDeclaration dram{"dram", "dram", "PD_DRAM", "mem_clk", "sample_dram", {}, {}};
  dram.events = {{"activate", "dram.activate", Cause::kSwitching, "one row opened", {}},
                 {"io_read", "dram.io_read", Cause::kIo, "one burst", {}},
                 {"active_standby", "dram.active_standby", Cause::kBackground, "one picosecond", {}},
                 {"self_refresh", "dram.self_refresh", Cause::kBackground, "one picosecond", {}}};
  record.components = {array, buffer, cpu, dram};
  return record;
}

namespace {

using Random = std::mt19937;

std::int64_t pick(Random& random, std::int64_t lowest, std::int64_t highest) {
  return lowest + static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(highest - lowest + 1));
}

power::Epoch random_epoch(Random& random, const power::ActivityRecord& record, Picoseconds begin) {
  using power::PowerState;
  power::Epoch epoch;
  epoch.begin = begin;
  epoch.end = begin + pick(random, 20'000, 80'000'000);
  const std::int64_t time = epoch.end - epoch.begin;
  epoch.operating_point =
      static_cast<std::int32_t>(pick(random, 0, static_cast<std::int64_t>(record.operating_points.size()) - 1));
  // PD_AON, PD_BUF, PD_DRAM, PD_NPU
  static constexpr PowerState kBuffer[] = {PowerState::kOn, PowerState::kOn, PowerState::kRetention,
                                           PowerState::kWaking};
  static constexpr PowerState kNpu[] = {PowerState::kOn, PowerState::kClkGated, PowerState::kOff,
                                        PowerState::kSleeping};
  const PowerState buffer = kBuffer[random() % 4], npu = kNpu[random() % 4];
  epoch.states = {PowerState::kOn, buffer, PowerState::kOn, npu};
  const auto edges = [&](Picoseconds period, bool running) {
    return running && time > 2 * period ? pick(random, 0, time / period - 1) : 0;
  };
  // Periods no shorter than those of the fastest operating point's clocks.
  epoch.clock_cycles = {edges(20'000, npu == PowerState::kOn), edges(20'000, buffer == PowerState::kOn),
                        edges(10'000, true), 0};
  if (npu == PowerState::kOn) epoch.events.push_back({0, pick(random, 1, 1'000'000)});
  epoch.events.push_back({1, pick(random, 1, 1000)});
  if (buffer == PowerState::kOn) epoch.events.push_back({2, pick(random, 1, 100'000)});
  if (random() % 2) epoch.events.push_back({3, pick(random, 1, 50'000)});
  if (random() % 2) epoch.events.push_back({4, pick(random, 1, 500)});
  if (random() % 2) epoch.events.push_back({5, pick(random, 1, 5000)});
  const std::int64_t standby = pick(random, 1, time - 1);
  epoch.events.push_back({6, standby});
  epoch.events.push_back({7, time - standby});
  if (npu == PowerState::kSleeping) epoch.transitions.push_back({3, PowerState::kOn, PowerState::kSleeping, 1});
  if (buffer == PowerState::kWaking) epoch.transitions.push_back({1, PowerState::kRetention, PowerState::kWaking, 1});
  if (npu == PowerState::kOn && random() % 2) epoch.transitions.push_back({3, PowerState::kOff, PowerState::kOn, 1});
  if (record.operating_points.size() > 1 && random() % 2) {
    const std::int32_t from = epoch.operating_point == 0 ? 1 : 0;
    epoch.settling_from = from;
    epoch.point_changes = {{from, epoch.operating_point, pick(random, 1, 3)}};
  }
  return epoch;
}

}  // namespace

power::ActivityRecord random_record(std::uint32_t seed, int operating_points) {
  Random random(seed);
  power::ActivityRecord record = sample_components();
  record.clock_domains[0].second[0] = Hertz(50'000'000);
  for (int p = 1; p < operating_points; ++p) {
    record.operating_points.push_back("point" + std::to_string(p));
    for (auto& [clock, frequencies] : record.clock_domains) frequencies.push_back(frequencies.front());
  }
  const std::int64_t layers = pick(random, 1, 6);
  std::int64_t now = 0;
  for (std::int64_t l = -1; l < layers; ++l) {
    power::LayerActivity layer;
    layer.begin = now;
    for (std::int64_t e = pick(random, 1, 40); e > 0; --e) {
      record.epochs.push_back(random_epoch(random, record, now));
      power::Epoch& epoch = record.epochs.back();
      epoch.task = static_cast<std::int32_t>(l);
      now = epoch.end;
      if (l >= 0) layer.array_cycles += epoch.clock_cycles[0];
      // What the layer before has set going.
      if (l > 0 && random() % 2) epoch.others = {{static_cast<std::int32_t>(l - 1), 1, pick(random, 1, 1000)}};
    }
    if (l < 0) continue;
    layer.name = "layer" + std::to_string(l);
    layer.op = "conv2d";
    layer.end = now;
    layer.cycles = (layer.end - layer.begin) / 20'000;
    layer.array_cycles = std::min(layer.array_cycles, layer.cycles);
    layer.macs = pick(random, 0, layer.array_cycles * record.peak_macs_per_cycle);
    layer.mapping = "weight_stationary, by chance";
    layer.memory = {{"input", "sram"}, {"output", "dram"}};
    layer.busy_cycles = {{"compute", layer.array_cycles}};
    layer.stall_cycles = {{"load", layer.cycles - layer.array_cycles}};
    layer.traffic_B = {{"dram.read", pick(random, 0, 100'000)}};
    record.macs += layer.macs;
    layer.time = layer.end - layer.begin;
    record.layers.push_back(layer);
    record.tasks.push_back({0, static_cast<std::int32_t>(l), layer.begin, layer.end});
  }
  record.total_time = now;
  record.total_cycles = now / 20'000;
  record.jobs = {{"sample", 0, 1, 0, -1, record.layers.front().begin, now}};
  return record;
}

}  // namespace subvolt::test
