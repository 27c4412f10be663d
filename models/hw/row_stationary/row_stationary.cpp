#include "models/hw/row_stationary/row_stationary.h"

#include <algorithm>

#include "sim/kernel/component_registry.h"
#include "sim/mapping/row_stationary/row_stationary_planner.h"

namespace subvolt::hw {
namespace {

using mapping::PassTimes;
using mapping::RowStationaryPass;

constexpr std::int64_t kWordBytes = 2;

power::Inventory inventory() {
  power::Inventory inventory;
  inventory.flip_flops = 1794 + 20 * 32;
  inventory.logic_gates = 6 * inventory.flip_flops + 5000;
  inventory.basis =
      "estimate: a scan chain of 1794 bits of configuration (Chen et al., JSSC 2017), 20 counters of 32 bits, at 6 "
      "gates per flip-flop; 5000 gates of control";
  return inventory;
}

RowStationaryConfig standard() {
  RowStationaryConfig config;
  config.buffer = {Bytes(100 * 1024), 25, Bytes(8)};
  config.filter_buffer = {Bytes(8 * 1024), 2, Bytes(8)};
  return config;
}

// Children's events under the names that they have in the record.
std::vector<power::EventDeclaration> all_events() {
  std::vector<power::EventDeclaration> all = RowStationary::events();
  const RowStationaryConfig config = standard();
  kernel::add_events_of("buffer", SramBuffer::events(config.buffer), all);
  kernel::add_events_of("filter_buffer", SramBuffer::events(config.filter_buffer), all);
  kernel::add_events_of("array", row_stationary_array(config).events, all);
  kernel::add_events_of("noc", row_stationary_noc(config).events, all);
  kernel::add_events_of("link", row_stationary_link(config).events, all);
  return all;
}

const bool row_stationary_registered = kernel::register_component(
    {"row_stationary",
     "Row-stationary array with scratchpads and a global buffer, as Eyeriss is one.",
     &RowStationaryConfig::schema(),
     {{"dma", kernel::PortRole::kInitiator, false, "Reads of ifmaps and filters, writes of ofmaps."},
      {"control", kernel::PortRole::kTarget, false, "Doorbell register at offset 0."},
      {"irq", kernel::PortRole::kInterruptOut, false, "Raised when a layer is done."}},
     all_events(),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       return std::make_unique<RowStationary>(name.c_str(), RowStationaryConfig::schema().read(configuration),
                                              environment);
     },
     [](const std::string& name, const config::Node& configuration) {
       const RowStationaryConfig c = RowStationaryConfig::schema().read(configuration);
       std::vector<kernel::SramBanks> all;
       const auto add = [&](const std::string& child, const SramBufferConfig& buffer) {
         all.push_back({name + "." + child, static_cast<double>(buffer.size.value()) / buffer.banks, Cycles(1),
                        configuration.path() + "." + child, false, false});
       };
       add("buffer", c.buffer);
       add("filter_buffer", c.filter_buffer);
       return all;
     }});

}  // namespace

RowStationary::RowStationary(sc_core::sc_module_name name, const RowStationaryConfig& config,
                             kernel::Environment& environment)
    : Component(name, environment, {"row_stationary", "", inventory(), events()}),
      config_(config),
      machine_(config.machine()),
      control_("control", [this](kernel::Payload& payload) { request(payload); }),
      dma_port_("dma_port", [this](kernel::Payload& payload) { link_.answered(payload); }),
      buffer_("buffer", config.buffer, environment),
      filter_buffer_("filter_buffer", config.filter_buffer, environment),
      array_("array", environment, row_stationary_array(config)),
      noc_("noc", environment, row_stationary_noc(config)),
      link_("link", environment, row_stationary_link(config), dma_port_, config.link_width, config.burst,
            config.outstanding, [this](Picoseconds begin_time) { moved(begin_time); }),
      timer_(machine_),
      thread_("run", [this] { run(); }) {
  const Component* const children[] = {&buffer_, &filter_buffer_, &array_, &noc_};
  for (const Component* child : children) {
    if (&child->clock() == &clock()) continue;
    throw Error(ErrorKind::kConfiguration,
                child->instance() + " is in clock domain " + child->clock().name() + ", " + instance() + " in " +
                    clock().name() + ": the parts of a row_stationary but its link share one clock; name \"" +
                    child->instance() + "\" and \"" + instance() + "\" in the same domain's elements");
  }
}

kernel::Port* RowStationary::initiator_side(const std::string& port) {
  if (port == "dma") return &dma_port_;
  if (port == "irq") return &irq_;
  return nullptr;
}

std::shared_ptr<const mapping::Accelerator> RowStationary::accelerator() const {
  mapping::LinkMachine link;
  link.width = config_.link_width.value();
  link.cycle =
      static_cast<double>(clock().frequency().value()) / static_cast<double>(link_.clock().frequency().value());
  link.burst = config_.burst.value();
  link.outstanding = config_.outstanding;
  return std::make_shared<mapping::RowStationaryPlanner>(instance(), machine_, link, config_.shares(),
                                                         config_.run_length, config_.told_mappings(), config_.origin);
}

void RowStationary::request(kernel::Payload& payload) {
  payload.set_response_status(layers_.ring(payload, program_, instance()));
  if (payload.is_response_ok()) thread_.wake();
  control_.accept(payload);
  control_.respond(payload);
}

void RowStationary::run() {
  while (true) {
    while (!layers_.waiting()) thread_.wait();
    const LayerQueue::Rung next = layers_.begin();
    task_ = next.task;
    const bool own_turns = program_->barrier == mapping::Barrier::kAccelerator;
    if (own_turns) recorder().begin(task_);
    layer_edge_ = fact_edge_ = edge_now();
    fact_ = RowStationaryFact::kStallPowerCycles;
    const std::int64_t ready =
        std::max({begin_work(), buffer_.open(), filter_buffer_.open(), array_.open(), noc_.open()});
    if (ready > kernel::time_now()) thread_.wait_until(ready);
    work(program_->layers[static_cast<std::size_t>(next.layer)]);
    settle();
    fact_ = -1;
    layers_.end();
    end_work();
    buffer_.close();
    filter_buffer_.close();
    array_.close();
    noc_.close();
    if (own_turns) recorder().end_task(task_);
    irq_.raise();
  }
}

void RowStationary::work(const mapping::LayerProgram& layer) {
  macs_ = gated_ = tail_ = 0;
  next_filters_ = 0;
  std::int64_t ifmap_words = 0;
  ask_for_filters(layer);
  for (std::size_t c = 0; c < layer.commands.size(); ++c) {
    const mapping::Command& command = layer.commands[c];
    if (const auto* load = std::get_if<mapping::Load>(&command.what)) {
      if (load->operand == mapping::Operand::kWeight) continue;
      move(load->from, tlm::TLM_READ_COMMAND);
      wait_for(RowStationaryFact::kStallLoadCycles, started_);
    } else if (const auto* compute = std::get_if<mapping::Compute>(&command.what)) {
      const auto* declared = static_cast<const mapping::RowStationaryZeros*>(compute->machine.get());
      zeros_ = config_.zero_gating && declared ? declared->ifmaps : 0.0;
      const RowStationaryPass next = mapping::pass_of(compute->tile);
      const bool filters_alone = c >= 2 && std::holds_alternative<mapping::Compute>(layer.commands[c - 2].what);
      if (!filters_alone) {  // ifmaps came before
        ifmap_words = next.ifmap_words();
        buffer_.write_words(ceil_div(ifmap_words * kWordBytes, buffer_.word()), ifmap_words * kWordBytes, task_);
      }
      wait_for(RowStationaryFact::kStallLoadCycles, filters_transfer_);
      pass(next, layer);
    } else if (const auto* store = std::get_if<mapping::Store>(&command.what)) {
      const std::int64_t left = tail_from_ + tail_ - edge_now();
      if (left > 0) {
        count_until(edge_now());
        fact_ = RowStationaryFact::kDrainCycles;
        thread_.wait_until(clock().edge_time(tail_from_ + tail_));
      }
      tail_ = 0;
      move(store->to, tlm::TLM_WRITE_COMMAND);
      wait_for(RowStationaryFact::kStallStoreCycles, started_);
    }
  }
}

void RowStationary::move(const mapping::Block& block, tlm::tlm_command command) {
  ++started_;
  moves_.emplace_back(command == tlm::TLM_WRITE_COMMAND, block.bytes());
  link_.start(block, command, task_);
}

void RowStationary::moved(Picoseconds begin_time) {
  const std::int64_t from = std::max(link_edge_, clock().edges_before(begin_time)), now = edge_now();
  if (now > from) {
    count_for(task_, moves_.front().first ? RowStationaryFact::kStoreCycles : RowStationaryFact::kLoadCycles,
              now - from);
  }
  link_edge_ = std::max(link_edge_, now);
  moves_.pop_front();
  ++done_;
  thread_.wake();
}

void RowStationary::wait_for(int fact, std::int64_t transfers) {
  if (done_ >= transfers) return;
  count_until(edge_now());
  fact_ = fact;
  while (done_ < transfers) thread_.wait();
}

// The next ones of the program, if there are.
void RowStationary::ask_for_filters(const mapping::LayerProgram& layer) {
  for (; next_filters_ < layer.commands.size(); ++next_filters_) {
    const auto* load = std::get_if<mapping::Load>(&layer.commands[next_filters_].what);
    if (!load || load->operand != mapping::Operand::kWeight) continue;
    move(load->from, tlm::TLM_READ_COMMAND);
    filters_transfer_ = started_;
    ++next_filters_;
    return;
  }
}

void RowStationary::pass(const RowStationaryPass& pass, const mapping::LayerProgram& layer) {
  const std::int64_t begin = edge_now();
  count_until(begin);
  const PassTimes& times = timer_.time(pass, std::max<std::int64_t>(0, tail_from_ + tail_ - begin));
  count_pass(pass, times, begin);
  fact_ = -1;
  fact_edge_ = begin + times.cycles();
  tail_ = times.tail;
  tail_from_ = fact_edge_;
  thread_.wait_until(clock().edge_time(begin + times.reload));
  ask_for_filters(layer);
  thread_.wait_until(clock().edge_time(fact_edge_));
}

void RowStationary::count_pass(const RowStationaryPass& pass, const PassTimes& times, std::int64_t begin_edge) {
  const Picoseconds from = clock().edge_time(begin_edge), work = clock().edge_time(begin_edge + times.reload);
  const Picoseconds to = clock().edge_time(begin_edge + times.cycles());
  spread(RowStationaryFact::kWeightCycles, times.reload, from, work, task_);
  spread(RowStationaryFact::kComputeCycles, times.compute, work, to, task_);
  spread(RowStationaryFact::kStallControlCycles, times.wait, work, to, task_);

  using Event = RowStationaryArrayEvent;
  const std::int64_t macs = pass.macs();
  macs_ += macs;
  const auto gated_until_now = static_cast<std::int64_t>(zeros_ * static_cast<double>(macs_));
  const std::int64_t gated = gated_until_now - gated_, multiplied = macs - gated;
  gated_ = gated_until_now;
  array_.add_over(Event::kMacInt16, multiplied, work, to, task_);
  array_.add_over(Event::kGatedMacs, gated, work, to, task_);
  array_.add_over(Event::kIdleMacs, times.compute * machine_.pes() - macs, work, to, task_);
  array_.add_over(Event::kActivePeClocks, times.sets.active(pass) * times.cycles(), from, to, task_);
  // Each column of a set has the filters, each of the t sets the ifmaps; sums go up through R PEs of each of r sets.
  const std::int64_t psums = pass.psums(), filters = pass.filter_words(), e = pass.rows.out;
  const std::int64_t rows_of_words = pass.images * pass.channels * pass.columns.in() * pass.rows.kernel * e;
  const std::int64_t filter_spad = filters * e + multiplied;
  const std::int64_t ifmap_spad = rows_of_words * times.sets.t + macs;
  const std::int64_t psum_spad = 2 * multiplied + psums * pass.rows.kernel * times.sets.r;
  array_.add_over(Event::kFilterSpadWords, filter_spad, from, to, task_);
  array_.add_over(Event::kIfmapSpadWords, ifmap_spad, from, to, task_);
  array_.add_over(Event::kPsumSpadWords, psum_spad, from, to, task_);
  array_.add_over(Event::kScratchpadByte, kWordBytes * (filter_spad + ifmap_spad + psum_spad), from, to, task_);

  const std::int64_t ifmaps = pass.ifmap_words(), in = pass.accumulate ? psums : 0;
  noc_.add_over(RowStationaryNocEvent::kByte, kWordBytes * (filters + ifmaps + in + psums), from, to, task_);
  noc_.add_over(RowStationaryNocEvent::kFilterWords, filters, from, work, task_);
  noc_.add_over(RowStationaryNocEvent::kIfmapWords, ifmaps, work, to, task_);
  noc_.add_over(RowStationaryNocEvent::kPsumWords, in + psums, work, to, task_);
  filter_buffer_.write_words(ceil_div(filters * kWordBytes, filter_buffer_.word()), filters * kWordBytes, task_);
  filter_buffer_.read(filters * kWordBytes, from, work, task_);
  buffer_.read((ifmaps + in) * kWordBytes, from, to, task_);
  buffer_.write(psums * kWordBytes, from, to, task_);
}

void RowStationary::count_until(std::int64_t edge) {
  if (fact_ >= 0 && edge > fact_edge_) count_for(task_, fact_, edge - fact_edge_);
  fact_edge_ = std::max(fact_edge_, edge);
}

void RowStationary::settle() {
  if (!layers_.working()) return;
  const std::int64_t now = edge_now();
  if (now > layer_edge_) count_for(task_, RowStationaryFact::kAcceleratorCycles, now - layer_edge_);
  layer_edge_ = std::max(layer_edge_, now);
  if (fact_ >= 0) count_until(now);
}

}  // namespace subvolt::hw
