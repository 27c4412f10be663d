#include "tests/support/npu_bench.h"

#include <gmock/gmock.h>

#include "tests/support/array_styles.h"

namespace subvolt::test {

const char* const kSmallNpu = R"(
sequencer: {issue: 4 cycles}
dma: {burst: 64 B, outstanding: 8}
input_buffer: {size: 4 KiB, banks: 4, word: 8 B}
weight_buffer: {size: 4 KiB, banks: 4, word: 8 B}
output_buffer: {size: 4 KiB, banks: 4, word: 32 B}
array: {rows: 4, columns: 4, overlap_folds: true}
vector: {lanes: 4, pipeline_depth: 4}
)";

mapping::Command load(mapping::Buffer buffer, mapping::Block from, std::vector<std::int32_t> after) {
  return {mapping::Load{mapping::Operand::kInput, buffer, from}, std::move(after)};
}
mapping::Command compute(mapping::TileWork work, std::vector<std::int32_t> after, const std::string& style) {
  static std::map<std::string, Style> styles;  // of kSmallNpu
  Style& known = styles[style];
  if (!known) known = array_style(style, {4, 4, true});
  return {mapping::Compute{known.get(), mapping::Tile::of(work)}, std::move(after)};
}
mapping::Command vector(mapping::VectorWork work, std::vector<std::int32_t> after) {
  return {mapping::Vector{work}, std::move(after)};
}
mapping::Command store(mapping::Block to, std::vector<std::int32_t> after) {
  return {mapping::Store{to}, std::move(after)};
}
mapping::Block run(mapping::Address base, std::int64_t bytes) { return {base, bytes, 1, bytes, 1, bytes}; }

mapping::Program program(std::vector<std::vector<mapping::Command>> layers) {
  mapping::Program p;
  for (auto& commands : layers) {
    mapping::LayerProgram layer;
    layer.name = "layer" + std::to_string(p.layers.size());
    layer.commands = std::move(commands);
    p.layers.push_back(std::move(layer));
  }
  return p;
}

Ringer::Ringer(sc_core::sc_module_name name, Picoseconds first, Picoseconds gap, int layers,
               kernel::ActivityRecorder& recorder)
    : sc_module(name),
      port("port",
           [this](kernel::Payload& payload) {
             answers.push_back(payload.get_response_status());
             payload.release();
           }),
      gap_(gap),
      layers_(layers),
      recorder_(recorder) {
  sc_core::sc_spawn_options rings;
  rings.spawn_method();
  rings.dont_initialize();
  rings.set_sensitivity(&ring_);
  sc_core::sc_spawn([this] { ring(); }, "ring", &rings);
  sc_core::sc_spawn_options interrupts;
  interrupts.spawn_method();
  interrupts.dont_initialize();
  interrupts.set_sensitivity(&irq.event());
  sc_core::sc_spawn([this] { interrupted(); }, "interrupted", &interrupts);
  ring_.notify(kernel::to_sc_time(first));
}

void Ringer::ring() {
  const auto layer = static_cast<std::uint32_t>(rung.size());
  task_ = recorder_.begin_task(0, static_cast<int>(layer));
  rung.push_back(kernel::time_now());
  for (int byte = 0; byte < 4; ++byte) data_[byte] = static_cast<unsigned char>(layer >> (8 * byte));
  kernel::Payload& payload = pool_.acquire(tlm::TLM_WRITE_COMMAND, 0, 4);
  payload.set_data_ptr(data_);
  port.send(payload);
}

void Ringer::interrupted() {
  irq.take();
  interruptions.push_back(kernel::time_now());
  if (static_cast<int>(rung.size()) < layers_) {
    recorder_.end_task(task_);
    ring_.notify(kernel::to_sc_time(gap_));
  } else {
    recorder_.end_task(task_);
    sc_core::sc_stop();
  }
}

NpuBench::Environment::Environment(const NpuBench::Options& options) : TestEnvironment(options.environment) {
  if (!options.buffer_domain) return;
  buffers =
      std::make_unique<kernel::PowerDomain>(options.buffer_domain->name.c_str(), *options.buffer_domain, recorder());
}

kernel::PowerDomain& NpuBench::Environment::power_domain_of(const std::string& component) {
  const bool buffer = component.find("buffer") != std::string::npos;
  return buffer && buffers ? *buffers : power_domain();
}

NpuBench::NpuBench(const Options& options, mapping::Program program_in)
    : environment(options),
      program(std::move(program_in)),
      npu("npu", hw::NpuConfig::schema().read(yaml(options.npu)), environment),
      memory("memory", options.latency, options.memory, options.accept),
      host("host", options.doorbell, options.gap, static_cast<int>(program.layers.size()), environment.recorder()) {
  npu.load_program(&program);
  npu.observe([this](const hw::CommandSpan& s) { spans[{s.layer, s.command}] = s; });
  host.port.socket.bind(dynamic_cast<kernel::TargetPort&>(*npu.target_side("control")).socket);
  dynamic_cast<kernel::InitiatorPort&>(*npu.initiator_side("dma")).socket.bind(memory.port.socket);
  dynamic_cast<kernel::InterruptOut&>(*npu.initiator_side("irq")).bind(host.irq);
}

namespace {

// Tasks are layers here.
std::vector<std::pair<std::string, std::int64_t>> traffic_of(const power::ActivityRecord& record, int task) {
  std::vector<std::pair<std::string, std::int64_t>> traffic;
  std::int32_t id = 0;
  for (const power::ComponentDeclaration& component : record.components) {
    for (const power::EventDeclaration& event : component.events) {
      std::int64_t bytes = 0;
      for (const power::Epoch& epoch : record.epochs) {
        for (const power::EventCount& e : epoch.events) bytes += epoch.task == task && e.event == id ? e.count : 0;
        for (const power::OwnedCount& o : epoch.others) bytes += o.task == task && o.event == id ? o.count : 0;
      }
      if (event.role == power::EventRole::kReadBytes) traffic.emplace_back(component.name + ".read", bytes);
      if (event.role == power::EventRole::kWriteBytes) traffic.emplace_back(component.name + ".write", bytes);
      ++id;
    }
  }
  return traffic;
}

}  // namespace

void NpuBench::simulate() {
  sc_core::sc_start();
  record = environment.finish();
  record.operating_points = {"nominal"};
  std::int64_t expected_at_work = 0;
  record.clock_domains = {{environment.clock().name(), {environment.clock().frequency()}}};
  for (std::size_t l = 0; l < program.layers.size() && l < host.interruptions.size(); ++l) {
    power::LayerActivity layer;
    layer.name = program.layers[l].name;
    layer.begin = host.rung[l];
    layer.end = host.interruptions[l];
    layer.time = layer.end - layer.begin;
    layer.cycles = cycles(static_cast<int>(l));
    for (const power::Epoch& epoch : record.epochs) {
      if (epoch.task != static_cast<int>(l)) continue;
      layer.macs += test::events(record, epoch, "npu.array.mac_int8");
      layer.array_cycles += test::events(record, epoch, "npu.compute_cycles");
    }
    expected_at_work += layer.cycles;
    layer.traffic_B = traffic_of(record, static_cast<int>(l));
    record.macs += layer.macs;
    record.layers.push_back(layer);
  }
  EXPECT_EQ(record.macs, test::events(record, "npu.array.mac_int8"));
  EXPECT_EQ(test::events(record, "npu.accelerator_cycles"), expected_at_work);
  record.total_cycles = environment.clock().edges_before(record.total_time);
  record.peak_macs_per_cycle = npu.npu_capabilities().most_macs_per_cycle();
  EXPECT_EQ(host.interruptions.size(), program.layers.size());
  EXPECT_THAT(host.answers, testing::Each(tlm::TLM_OK_RESPONSE));
  EXPECT_THAT(power::violations(record), testing::IsEmpty());
}

std::int64_t NpuBench::cycles(int layer) const {
  const auto l = static_cast<std::size_t>(layer);
  const kernel::ClockDomain& clock = npu.clock();
  return clock.edges_before(host.interruptions[l]) - clock.edges_before(host.rung[l]);
}

std::pair<std::int64_t, std::int64_t> NpuBench::span(int layer, int command) const {
  const auto found = spans.find({layer, command});
  if (found == spans.end()) {
    ADD_FAILURE() << "command " << command << " of layer " << layer << " never ended";
    return {-1, -1};
  }
  return {found->second.begin / 1000, found->second.end / 1000};
}

std::int64_t NpuBench::attributed() const {
  std::int64_t sum = 0;
  for (const char* fact : {"compute_cycles", "stall_load_cycles", "stall_vector_cycles", "stall_store_cycles",
                           "stall_control_cycles", "stall_power_cycles"}) {
    sum += events(std::string("npu.") + fact);
  }
  return sum;
}

}  // namespace subvolt::test
