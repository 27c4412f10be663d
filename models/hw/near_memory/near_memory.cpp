#include "models/hw/near_memory/near_memory.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "sim/config/diagnostics.h"
#include "sim/kernel/component_registry.h"
#include "sim/mapping/near_memory/near_memory_planner.h"

namespace subvolt::hw {
namespace {

using mapping::Block;

// AN7664; izer/tornadocnn.py.
constexpr Hertz kFastestWithoutPipeline{50'000'000};
// Of its clock while it loads: 1, 2, 4, 8 or 16 (docs/models/near_memory.md).
constexpr std::int64_t kMostDivider = 16;
// Clocks that differ by less are one: periods are whole picoseconds.
constexpr double kSameClock = 1e-9;
// Of one request to the data memories.
constexpr std::int64_t kDataBurst = 4096;

// Children's events under the names that they have in the record.
std::vector<power::EventDeclaration> all_events() {
  std::vector<power::EventDeclaration> all = near_memory_facts();
  const NearMemoryConfig config;
  kernel::add_events_of("weights", near_memory_weights(config).events, all);
  kernel::add_events_of("processors", near_memory_processors(config).events, all);
  kernel::add_events_of("sums", near_memory_sums(config).events, all);
  kernel::add_events_of("loader", near_memory_loader(config).events, all);
  return all;
}

const bool near_memory_registered = kernel::register_component(
    {"near_memory",
     "Convolution engine whose processors have weight memories of their own, as the MAX78002 has one.",
     &NearMemoryConfig::schema(),
     {{"data", kernel::PortRole::kInitiator, false, "The memory that its data memories are."},
      {"dma", kernel::PortRole::kInitiator, false, "Weights, and input and output in other memories."},
      {"control", kernel::PortRole::kTarget, false, "Doorbell register at offset 0."},
      {"host", kernel::PortRole::kTarget, false, "Others' way to the data memories, at their addresses."},
      {"irq", kernel::PortRole::kInterruptOut, false, "Raised when a layer is done."}},
     all_events(),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       return std::make_unique<NearMemory>(name.c_str(), NearMemoryConfig::schema().read(configuration), environment);
     },
     [](const std::string& name, const config::Node& configuration) {
       const NearMemoryConfig config = NearMemoryConfig::schema().read(configuration);
       const auto bytes = static_cast<double>(config.instance_words() * NearMemoryConfig::kWeightWordBytes);
       return std::vector<kernel::SramBanks>{
           {name + ".weights", bytes, Cycles(1), configuration.path() + ".weight_words", false, false}};
     }});

}  // namespace

power::Inventory NearMemory::inventory() {
  power::Inventory inventory;
  inventory.flip_flops = 4 * 600;
  inventory.logic_gates = 6 * inventory.flip_flops + 4 * 3000;
  inventory.basis =
      "estimate: per quadrant registers of the layer at work, some 20 of 30 bits, at 6 gates per flip-flop, and 3000 "
      "gates of decoder, counters and control";
  return inventory;
}

NearMemory::NearMemory(sc_core::sc_module_name name, const NearMemoryConfig& config, kernel::Environment& environment)
    : Component(name, environment, {"near_memory", "", inventory(), near_memory_facts()}),
      config_(config),
      machine_(config.machine()),
      control_("control", [this](kernel::Payload& payload) { request(payload); }),
      host_("host", [this](kernel::Payload& payload) { pass(payload); }),
      data_port_("data_port", [this](kernel::Payload& payload) { answered(payload); }),
      dma_port_("dma_port", [this](kernel::Payload& payload) { answered(payload); }),
      weights_("weights", environment, near_memory_weights(config)),
      processors_("processors", environment, near_memory_processors(config)),
      sums_("sums", environment, near_memory_sums(config)),
      loader_("loader", environment, near_memory_loader(config)),
      thread_("run", [this] { run(); }) {
  const Component* const children[] = {&weights_, &processors_, &sums_, &loader_};
  for (const Component* child : children) {
    if (&child->clock() == &clock()) continue;
    throw Error(ErrorKind::kConfiguration, child->instance() + " is in clock domain " + child->clock().name() + ", " +
                                               instance() + " in " + clock().name() +
                                               ": the parts of a near_memory share one clock; name \"" + instance() +
                                               "\" and \"" + instance() + ".*\" in the same domain's elements");
  }
  const Hertz slowest = ceil_div(clock().frequency(), kMostDivider);
  if (config.load_clock.si() * (1.0 + kSameClock) < static_cast<double>(slowest.value())) {
    const config::Node& at = config::node_at(config.origin, {"load_clock"});
    const std::string least = std::to_string(slowest.value()) + " Hz";
    config::Diagnostics diagnostics;
    diagnostics.error(at, "no clock of " + instance() + " is as slow: expected at least " + least + ", a " +
                              std::to_string(kMostDivider) + "th of clock domain " + clock().name() + ": --set 'soc." +
                              instance() + ".load_clock=" + least + "'");
    diagnostics.throw_if_any();
  }
  if (!config.pipeline && clock().frequency() > kFastestWithoutPipeline) {
    throw Error(ErrorKind::kConfiguration,
                clock().where() + instance() + " without its pipeline runs at up to 50 MHz: set soc." + instance() +
                    ".pipeline=true, or clock domain " + clock().name() + " to 50 MHz or less");
  }
}

kernel::Port* NearMemory::initiator_side(const std::string& port) {
  if (port == "data") return &data_port_;
  if (port == "dma") return &dma_port_;
  return port == "irq" ? &irq_ : nullptr;
}

std::shared_ptr<const mapping::Accelerator> NearMemory::accelerator() const {
  return std::make_shared<mapping::NearMemoryPlanner>(instance(), machine_, config_.data_words, config_.burst.value(),
                                                      config_.origin, data_begin_);
}

void NearMemory::map_range(kernel::Port* port, std::uint64_t base, std::uint64_t size) {
  if (port != &data_port_) return;
  data_begin_ = base;
  data_end_ = base + size;
}

std::int64_t NearMemory::edge_now() const { return clock().edges_before(kernel::time_now()); }

bool NearMemory::in_data(const Block& block) const { return block.base >= data_begin_ && block.base < data_end_; }

void NearMemory::request(kernel::Payload& payload) {
  payload.set_response_status(layers_.ring(payload, program_, instance()));
  if (payload.is_response_ok()) thread_.wake();
  control_.accept(payload);
  control_.respond(payload);
}

void NearMemory::run() {
  while (true) {
    while (!layers_.waiting()) thread_.wait();
    settle();
    const LayerQueue::Rung next = layers_.begin();
    const bool own_turns = program_->barrier == mapping::Barrier::kAccelerator;
    task_ = next.task;
    if (own_turns) recorder().begin(task_);
    begun_edge_ = layer_edge_ = counted_edge_ = edge_now();
    CountingUnit* const children[] = {&weights_, &processors_, &sums_, &loader_};
    Picoseconds ready = begin_work();
    for (CountingUnit* child : children) ready = std::max(ready, child->open());
    phase_ = NearMemoryFact::kStallPowerCycles;
    thread_.wait_until(std::max(ready, clock().edge_time(layer_edge_)));
    lose();
    work(program_->layers[static_cast<std::size_t>(next.layer)]);
    settle();
    layers_.end();
    done_edge_ = rest_edge_ = edge_now();
    end_work();
    for (CountingUnit* child : children) child->close();
    if (own_turns) recorder().end_task(task_);
    irq_.raise();
  }
}

void NearMemory::work(const mapping::LayerProgram& program) {
  const auto compute_command = std::find_if(program.commands.begin(), program.commands.end(), [](const auto& command) {
    return command.engine() == mapping::Engine::kCompute;
  });
  const auto& layer =
      static_cast<const mapping::NearMemoryLayer&>(*std::get<mapping::Compute>(compute_command->what).machine);
  Blocks reads, writes;
  std::vector<Copy> streamed, stored;
  for (const mapping::Command& command : program.commands) {
    if (const auto* load = std::get_if<mapping::Load>(&command.what)) {
      const Block& from = load->from;
      if (load->operand == mapping::Operand::kWeight) {
        copy({&from, false, NearMemoryFact::kWeightLoadCycles, 0});
      } else if (load->operand == mapping::Operand::kBias) {
        copy({&from, false, NearMemoryFact::kBiasLoadCycles, from.bytes()});
      } else if (in_data(from)) {
        reads.push_back(&from);
      } else {
        const Copy input{&from, false, NearMemoryFact::kInputLoadCycles, layer.words_of_input(from.bytes())};
        if (layer.streaming) streamed.push_back(input);
        if (!layer.streaming) copy(input);
      }
    }
    if (const auto* store = std::get_if<mapping::Store>(&command.what)) {
      if (in_data(store->to)) writes.push_back(&store->to);
      const std::int64_t positions = store->to.bytes() / layer.out_channels / layer.out_bytes;
      const std::int64_t words = positions * ceil_div(layer.out_channels * layer.out_bytes, std::int64_t{4});
      if (!in_data(store->to)) stored.push_back({&store->to, true, NearMemoryFact::kInputLoadCycles, words});
    }
  }
  if (begun_edge_ != done_edge_) {
    phase_ = NearMemoryFact::kStallControlCycles;
    thread_.wait_until(clock().edge_time(edge_now() + 1));
    lose();
  }
  compute(layer, reads, writes, streamed);
  for (const Copy& store : stored) copy(store);
}

std::int64_t NearMemory::load_divider() const {
  const auto hertz = static_cast<double>(clock().frequency().value());
  std::int64_t divider = 1;
  while (divider < kMostDivider && hertz > config_.load_clock.si() * (1.0 + kSameClock) * static_cast<double>(divider))
    divider *= 2;
  return divider;
}

Picoseconds NearMemory::copied(const Copy& what, std::int64_t bytes, std::int64_t edge) const {
  const Picoseconds begin = clock().edge_time(edge);
  const auto lasting = [](Time time, double times) { return Picoseconds(std::llround(time.si() * 1e12 * times)); };
  if (what.phase != NearMemoryFact::kWeightLoadCycles) {
    const double share = static_cast<double>(bytes) / static_cast<double>(what.block->bytes());
    return begin + lasting(config_.input_load_time, share * static_cast<double>(what.words));
  }
  const double cycles = config_.weight_load_cycles * static_cast<double>(load_divider() * bytes);
  return clock().edge_time(edge + static_cast<std::int64_t>(std::ceil(cycles))) +
         lasting(config_.weight_load_time, static_cast<double>(bytes));
}

void NearMemory::copy(const Copy& what) {
  phase_ = what.phase;
  const bool weights = what.phase == NearMemoryFact::kWeightLoadCycles;
  const std::int64_t begin = edge_now(), all = what.block->bytes();
  count_load_clocks(what, begin);
  for (std::int64_t done = 0; done < all;) {
    const std::int64_t bytes = std::min(config_.burst.value(), all - done);
    send(dma_port_, what.block->base + static_cast<std::uint64_t>(done), bytes, what.write);
    done += bytes;
    wait_for_answers();
    thread_.wait_until(std::max(kernel::time_now(), copied(what, done, begin)));
    count_copied(what, bytes);
  }
  if (weights) weights_.add(kWordLoaded, ceil_div(all, NearMemoryConfig::kWeightWordBytes), task_);
  thread_.wait_until(clock().edge_time(edge_now()));
  lose();
}

void NearMemory::count_load_clocks(const Copy& what, std::int64_t begin) {
  if (what.phase == NearMemoryFact::kBiasLoadCycles) return;
  const Picoseconds begin_time = clock().edge_time(begin), end_time = copied(what, what.block->bytes(), begin);
  const bool weights = what.phase == NearMemoryFact::kWeightLoadCycles;
  const double load_clock = static_cast<double>(clock().frequency().value()) / static_cast<double>(load_divider());
  const std::int64_t clocks = std::llround(static_cast<double>((end_time - begin_time).value()) * 1e-12 * load_clock);
  loader_.add_over(weights ? kWeightLoadClocks : kInputLoadClocks, clocks, begin_time, end_time, task_);
  if (!weights) loader_.add_over(kInputWordsLoaded, what.words, begin_time, end_time, task_);
}

void NearMemory::count_copied(const Copy& what, std::int64_t bytes) {
  loader_.add(kLoadedByte, bytes, task_);
  loader_.add(what.write ? kLoaderWriteBytes : kLoaderReadBytes, bytes, task_);
  const bool input = what.phase == NearMemoryFact::kInputLoadCycles;
  if (!what.write) loader_.add(input ? kInputBytesLoaded : kWeightBytesLoaded, bytes, task_);
}

void NearMemory::compute(const mapping::NearMemoryLayer& layer, const Blocks& reads, const Blocks& writes,
                         const std::vector<Copy>& streamed) {
  const mapping::NearMemoryClocks clocks = mapping::clocks_of(machine_, layer);
  const std::int64_t begin = edge_now(), end = begin + clocks.all();
  const auto through = [&](kernel::InitiatorPort& port, const Block& block, bool write) {
    for (std::int64_t at = 0; at < block.bytes(); at += kDataBurst) {
      send(port, block.base + static_cast<std::uint64_t>(at), std::min(kDataBurst, block.bytes() - at), write);
    }
  };
  for (const Block* block : reads) through(data_port_, *block, false);
  for (const Block* block : writes) through(data_port_, *block, true);
  for (const Copy& input : streamed) {
    through(dma_port_, *input.block, false);
    count_copied(input, input.block->bytes());
    count_load_clocks(input, begin);
  }
  count_work(layer, clocks, clock().edge_time(begin), clock().edge_time(end));
  counted_edge_ = end;
  thread_.wait_until(clock().edge_time(end));
  phase_ = NearMemoryFact::kStallStoreCycles;
  wait_for_answers();
  thread_.wait_until(clock().edge_time(edge_now()));
  lose();
  // What came through FIFOs took as long as it takes, beside the work.
  phase_ = NearMemoryFact::kInputLoadCycles;
  Picoseconds there = kernel::time_now();
  for (const Copy& input : streamed) there = std::max(there, copied(input, input.block->bytes(), begin));
  thread_.wait_until(there);
  thread_.wait_until(clock().edge_time(edge_now()));
  lose();
}

void NearMemory::count_work(const mapping::NearMemoryLayer& layer, const mapping::NearMemoryClocks& clocks,
                            Picoseconds begin, Picoseconds end) {
  const mapping::NearMemoryCounts n = mapping::counts_of(machine_, layer);
  const auto own = [&](int fact, std::int64_t cycles) { spread(fact, cycles, begin, end, task_); };
  own(NearMemoryFact::kLoadCycles, clocks.read);
  own(NearMemoryFact::kComputeCycles, clocks.write);
  own(NearMemoryFact::kStoreCycles, clocks.write);
  own(NearMemoryFact::kReadCycles, clocks.read);
  own(NearMemoryFact::kPipelineCycles, clocks.stalled);
  own(NearMemoryFact::kWorkingCycles, clocks.read + clocks.write);
  const auto add = [&](CountingUnit& unit, int event, std::int64_t count) {
    unit.add_over(event, count, begin, end, task_);
  };
  add(weights_, kKernelWord, n.kernel_words);
  add(weights_, kKernelBits, n.kernel_bits);
  add(weights_, kKernelFlips, n.kernel_flips);
  add(weights_, kWeightBits, n.weight_bits);
  add(weights_, kWeightFlips, n.weight_flips);
  add(processors_, kMultiplication, layer.macs);
  add(processors_, kIdleMultiplication, clocks.write * machine_.multipliers() - layer.macs);
  add(processors_, kDataWordAgain, n.words_again);
  add(processors_, kDataWordFirst, n.words_first);
  add(processors_, kWindowByte, 4 * n.words_first);
  add(processors_, kProcessorClocks, n.processor_clocks);
  add(processors_, kQuadrantClocks, n.quadrant_clocks);
  add(sums_, kResult, layer.out_height * layer.out_width * layer.out_channels * layer.images);
  add(sums_, kBytesWritten, n.bytes_written);
}

void NearMemory::send(kernel::InitiatorPort& port, std::uint64_t address, std::int64_t bytes, bool write) {
  ++answers_;
  port.send(pool_.acquire(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND, address, bytes, task_));
}

// Seen from outside, addresses begin with 0.
void NearMemory::pass(kernel::Payload& payload) {
  passing_.push_back(&payload);
  host_.accept(payload);
  payload.set_address(payload.get_address() + data_begin_);
  data_port_.send(payload);
}

void NearMemory::answered(kernel::Payload& payload) {
  const auto passing = std::find(passing_.begin(), passing_.end(), &payload);
  if (passing != passing_.end()) {
    passing_.erase(passing);
    payload.set_address(payload.get_address() - data_begin_);
    return host_.respond(payload);
  }
  if (payload.get_response_status() != tlm::TLM_OK_RESPONSE) {
    char address[19];
    std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(payload.get_address()));
    throw Error(ErrorKind::kInternal, instance() + ": " + (payload.is_write() ? "write" : "read") + " of " +
                                          std::to_string(payload.get_data_length()) + " B at " + address +
                                          " was answered with " + payload.get_response_string());
  }
  payload.release();
  if (--answers_ == 0) thread_.wake();
}

void NearMemory::wait_for_answers() {
  while (answers_ > 0) thread_.wait();
}

void NearMemory::lose() {
  const std::int64_t now = edge_now();
  if (now > counted_edge_) count_for(task_, phase_, now - counted_edge_);
  counted_edge_ = std::max(counted_edge_, now);
}

void NearMemory::settle() {
  const std::int64_t now = edge_now();
  if (!layers_.working()) {
    if (now > rest_edge_ && power_domain().state() == power::PowerState::kOn) {
      count(NearMemoryFact::kIdleCycles, now - rest_edge_);
    }
    rest_edge_ = std::max(rest_edge_, now);
    return;
  }
  count_for(task_, NearMemoryFact::kAcceleratorCycles, now - layer_edge_);
  layer_edge_ = now;
  lose();
}

}  // namespace subvolt::hw
