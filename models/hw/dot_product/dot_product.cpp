#include "models/hw/dot_product/dot_product.h"

#include <algorithm>
#include <cstdio>

#include "models/hw/dot_product/dot_product_facts.h"
#include "sim/kernel/component_registry.h"
#include "sim/mapping/dot_product/dot_product_planner.h"

namespace subvolt::hw {
namespace {

power::Inventory inventory() {
  power::Inventory inventory;
  inventory.flip_flops = 2 * 1200;
  inventory.logic_gates = 6 * inventory.flip_flops + 3000;
  inventory.basis =
      "estimate: two groups of some 40 registers of 30 bits, so that one is written while the other one works, at 6 "
      "gates per flip-flop, 3000 gates of decoder and control";
  return inventory;
}

// Children's events under the names that they have in the record.
std::vector<power::EventDeclaration> all_events() {
  std::vector<power::EventDeclaration> all = DotProduct::events();
  DotProductConfig config;
  config.buffer.size = Bytes(131072);
  config.buffer.banks = 32;
  kernel::add_events_of("buffer", SramBuffer::events(config.buffer), all);
  kernel::add_events_of("array", dot_product_array(config).events, all);
  kernel::add_events_of("output", dot_product_output(config).events, all);
  kernel::add_events_of("dma", dot_product_dma(config).events, all);
  return all;
}

const bool dot_product_registered = kernel::register_component(
    {"dot_product",
     "Convolution engine of dot products, as NVDLA is one: array, shared buffer, output stage.",
     &DotProductConfig::schema(),
     {{"dma", kernel::PortRole::kInitiator, false, "Reads of input and weights, writes of results."},
      {"control", kernel::PortRole::kTarget, false, "Doorbell register at offset 0."},
      {"irq", kernel::PortRole::kInterruptOut, false, "Raised when a layer is done."}},
     all_events(),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       return std::make_unique<DotProduct>(name.c_str(), DotProductConfig::schema().read(configuration), environment);
     },
     [](const std::string& name, const config::Node& configuration) {
       const SramBufferConfig buffer = DotProductConfig::schema().read(configuration).buffer;
       return std::vector<kernel::SramBanks>{{name + ".buffer", static_cast<double>(buffer.size.value()) / buffer.banks,
                                              Cycles(1), configuration.path() + ".buffer", false, false}};
     }});

std::string hexadecimal(std::uint64_t address) {
  char text[19];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(address));
  return text;
}

}  // namespace

std::vector<power::EventDeclaration> DotProduct::events() { return dot_product_facts(); }

DotProduct::DotProduct(sc_core::sc_module_name name, const DotProductConfig& config, kernel::Environment& environment)
    : Component(name, environment, {"dot_product", "", inventory(), events()}),
      config_(config),
      machine_(config.machine()),
      control_("control", [this](kernel::Payload& payload) { request(payload); }),
      dma_port_("dma_port", [this](kernel::Payload& payload) { answered(payload); }),
      buffer_("buffer", config.buffer, environment),
      array_("array", environment, dot_product_array(config)),
      output_("output", environment, dot_product_output(config)),
      dma_("dma", environment, dot_product_dma(config)),
      read_timer_([this] { read(); }, kernel::Timer::Order::kLast),
      write_timer_([this] { write(); }) {
  const Component* const children[] = {&buffer_, &array_, &output_, &dma_};
  for (const Component* child : children) {
    if (&child->clock() == &clock()) continue;
    throw Error(ErrorKind::kConfiguration, child->instance() + " is in clock domain " + child->clock().name() + ", " +
                                               instance() + " in " + clock().name() +
                                               ": the parts of a dot_product share one clock; name \"" + instance() +
                                               "\" and \"" + instance() + ".*\" in the same domain's elements");
  }
}

kernel::Port* DotProduct::initiator_side(const std::string& port) {
  if (port == "dma") return &dma_port_;
  if (port == "irq") return &irq_;
  return nullptr;
}

std::shared_ptr<const mapping::Accelerator> DotProduct::accelerator() const {
  return std::make_shared<mapping::DotProductPlanner>(instance(), machine_,
                                                      config_.grouped == GroupedConvolution::kDense);
}

std::int64_t DotProduct::edge_now() const { return clock().edges_before(kernel::time_now()); }

void DotProduct::request(kernel::Payload& payload) {
  payload.set_response_status(layers_.ring(payload, program_, instance()));
  if (!layers_.working() && layers_.waiting()) begin_layer();
  control_.accept(payload);
  control_.respond(payload);
}

void DotProduct::begin_layer() {
  const LayerQueue::Rung next = layers_.begin();
  task_ = next.task;
  if (program_->barrier == mapping::Barrier::kAccelerator) recorder().begin(task_);
  starts_ = mapping::starts_of(program_->layers[static_cast<std::size_t>(next.layer)].commands, machine_);
  start_ = 0;
  layer_edge_ = array_edge_ = edge_now();
  const Picoseconds ready = std::max({begin_work(), buffer_.open(), array_.open(), output_.open(), dma_.open()});
  begin_hardware_layer(clock().edges_before(ready));
}

void DotProduct::begin_hardware_layer(std::int64_t edge) {
  origin_ = edge;
  if (origin_ > array_edge_) {  // the array waits for power, or for the restart
    spread(start_ == 0 ? DotProductFact::kStallPowerCycles : DotProductFact::kStallControlCycles, origin_ - array_edge_,
           clock().edge_time(array_edge_), time(0), task_);
    array_edge_ = origin_;
  }
  load_edge_ = load_end_ = origin_;
  run_.emplace(machine_, starts_[start_].layer);
  run_->whole_requests(whole_answers_);
  read_timer_.at(time(machine_.weight_start));
}

void DotProduct::read() {
  if (!run_) return;
  const std::int64_t now = edge_now() - origin_;
  while (true) {
    const mapping::DotProductRun::Request request = run_->next();
    if (request.beats == 0) return;
    if (request.open && run_->in_flight() > 0) return;  // it does not go out in pieces
    if (request.at > now) return read_timer_.at(time(request.at));
    send(request);
  }
}

void DotProduct::send(const mapping::DotProductRun::Request& wanted) {
  const mapping::DotProductStart& start = starts_[start_];
  const mapping::BeatRun run = wanted.weights ? start.weight_run(machine_, wanted.first, wanted.beats)
                                              : start.input_run(machine_, wanted.first, wanted.beats);
  mapping::DotProductRun::Request request = wanted;
  request.beats = run.beats;
  const std::int64_t edge = origin_ + request.at;
  if (run_->in_flight() == 0 && edge > load_end_) {
    count_reads();
    load_edge_ = edge;  // none were under way since load_end_
  }
  run_->sent(request);
  Flight& flight = flights_.emplace_back();
  if (!spare_answers_.empty()) {
    flight.beats.answers = std::move(spare_answers_.back());
    flight.beats.answers.clear();
    spare_answers_.pop_back();
  }
  flight.beats.beats = request.beats;
  flight.beats.clock = &clock();
  flight.beats.first_edge = edge;
  flight.beats.step = request.step;
  flight.payload = &pool_.acquire(tlm::TLM_READ_COMMAND, run.address, run.bytes, task_);
  flight.payload->set_extension(&flight.beats);
  dma_port_.send(*flight.payload);
}

void DotProduct::check_answer(const kernel::Payload& payload) const {
  if (payload.get_response_status() == tlm::TLM_OK_RESPONSE) return;
  throw Error(ErrorKind::kInternal, instance() + ": " + (payload.is_write() ? "write" : "read") + " of " +
                                        std::to_string(payload.get_data_length()) + " B at " +
                                        hexadecimal(payload.get_address()) + " was answered with " +
                                        payload.get_response_string());
}

void DotProduct::answered(kernel::Payload& payload) {
  check_answer(payload);
  if (payload.is_write()) {
    --writes_;
    payload.release();
    return finish();
  }
  const auto flight =
      std::find_if(flights_.begin(), flights_.end(), [&](const Flight& f) { return f.payload == &payload; });
  // Answers of several memories overtake each other; the payload serves another read before this flight is taken.
  flight->payload = nullptr;
  flight->answered = true;
  std::vector<std::int64_t>& at = flight->beats.answers;
  const std::int64_t now = edge_now();
  const kernel::ClockDomain* const other = flight->beats.answer_clock;
  whole_answers_ = !other;
  run_->whole_requests(whole_answers_);
  if (other) {
    for (std::int64_t& edge : at) {
      if (other != &clock()) edge = clock().edges_before(other->edge_time(edge));
      edge = std::max(edge, now) - origin_;
    }
  } else {
    flight->at = now - origin_;
  }
  read_bytes_ += static_cast<std::int64_t>(payload.get_data_length());
  read_beats_ += flight->beats.beats;
  ++requests_;
  payload.clear_extension<kernel::Beats>();
  payload.release();
  while (!flights_.empty() && flights_.front().answered) {
    take(flights_.front());
    spare_answers_.push_back(std::move(flights_.front().beats.answers));
    flights_.pop_front();
  }
  follow();
  read();
  finish();
}

void DotProduct::take(Flight& flight) {
  if (flight.beats.answer_clock) {
    run_->answered(flight.beats.beats, flight.beats.answers.data());
  } else {
    run_->answered_at_once(flight.beats.beats, flight.at);
  }
  const std::int64_t last = std::max(run_->weights_taken_at(), run_->data_taken_at());
  load_end_ = std::max(load_end_, origin_ + last);
}

// Groups that compute from now on, and the writes that come of it.
void DotProduct::follow() {
  for (const mapping::DotProductRun::Group& group : run_->groups()) account(group);
  run_->groups().clear();
  if (run_->stripes().empty()) return;
  for (const mapping::DotProductRun::Stripe& stripe : run_->stripes()) stripes_.push_back(stripe);
  run_->stripes().clear();
  write_timer_.at(time(stripes_.front().at));
}

void DotProduct::account(const mapping::DotProductRun::Group& group) {
  const mapping::DotProductLayer& layer = starts_[start_].layer;
  // Behind the last results there is no block whose weights the array would wait for.
  const bool last = group.group + 1 == layer.groups(machine_);
  const std::int64_t begin = array_edge_, end = origin_ + (last ? std::min(group.end, run_->end()) : group.end);
  const Picoseconds from = clock().edge_time(begin), start = time(group.start), to = clock().edge_time(end);
  // What it waited for data, then what for the output stage; the rest is the array's own.
  const std::int64_t compute = layer.positions * layer.blocks(machine_);
  const std::int64_t load = std::clamp<std::int64_t>(origin_ + group.data - begin, 0, origin_ + group.start - begin);
  const std::int64_t moved = end - begin - load - group.waited - compute;
  spread(DotProductFact::kStallLoadCycles, load, from, start, task_);
  spread(DotProductFact::kStallVectorCycles, group.waited, start, to, task_);
  spread(DotProductFact::kWeightCycles, moved, from, to, task_);
  spread(DotProductFact::kComputeCycles, compute, start, to, task_);
  array_edge_ = end;

  const std::int64_t kernels = layer.group_kernels(machine_, group.group);
  const std::int64_t slots = compute * machine_.channels * machine_.kernels;
  const std::int64_t macs = layer.positions * kernels * layer.inputs * layer.taps / starts_[start_].weights.rows;
  array_.add_over(kMacInt8, macs, start, to, task_);
  array_.add_over(kIdleMacs, slots - macs, start, to, task_);
  std::int64_t stripes = 0;
  for (std::int64_t left = layer.positions; left > 0; left -= machine_.stripe(left)) ++stripes;
  const std::int64_t first = group.group == 0 ? 0 : layer.group_end(machine_, group.group - 1);
  const std::int64_t words = layer.group_end(machine_, group.group) - first;
  // Per block and stripe the weights, twice; per position the input and a sum of each kernel.
  const std::int64_t block = 2 * machine_.channels * kernels, position = machine_.channels + 4 * kernels;
  array_.add_over(kRegisterByte, stripes * layer.blocks(machine_) * block + compute * position, start, to, task_);
  buffer_.read((stripes * words + compute) * machine_.channels, start, to, task_);
  const Picoseconds out_to = time(group.end + machine_.array_latency + machine_.output_interval);
  output_.add_over(kOutputOperation, layer.positions * kernels, start, out_to, task_);
  spread(DotProductFact::kVectorCycles, layer.positions * machine_.output_interval, start,
         time(std::max(group.end, group.start + layer.positions * machine_.output_interval)), task_);
}

void DotProduct::write() {
  const Picoseconds now = kernel::time_now();
  while (!stripes_.empty() && time(stripes_.front().at) <= now) {
    const mapping::DotProductRun::Stripe stripe = stripes_.front();
    stripes_.pop_front();
    const std::vector<mapping::BeatRun> runs =
        starts_[start_].output_runs(stripe.group, stripe.first, stripe.positions);
    writes_ += static_cast<int>(runs.size());
    count_for(task_, DotProductFact::kStoreCycles, stripe.positions);
    for (const mapping::BeatRun& run : runs) {
      dma_.add(kDmaByte, run.bytes, task_);
      dma_.add(kDmaWriteBytes, run.bytes, task_);
      dma_.add(kDmaRequests, 1, task_);
      dma_port_.send(pool_.acquire(tlm::TLM_WRITE_COMMAND, run.address, run.bytes, task_));
    }
  }
  if (!stripes_.empty()) return write_timer_.at(time(stripes_.front().at));
  finish();
}

void DotProduct::finish() {
  if (!run_ || !run_->done() || !stripes_.empty() || writes_ > 0 || !flights_.empty()) return;
  const std::int64_t now = edge_now();
  if (now < origin_ + run_->end()) return;  // known, and not there yet
  if (observer_) observer_(*run_);
  count_tail(now);
  count_reads();
  run_.reset();
  if (++start_ < starts_.size()) return begin_hardware_layer(now + machine_.restart);
  settle();
  layers_.end();
  end_work();
  buffer_.close();
  array_.close();
  output_.close();
  dma_.close();
  const int task = task_;
  if (program_->barrier == mapping::Barrier::kAccelerator) recorder().end_task(task);
  irq_.raise();
  if (!layers_.working() && layers_.waiting()) begin_layer();
}

// Behind the array the last results leave: the output stage takes what the accumulators still hold, the last of it
// passes both latencies; what the memory took longer to take it is its affair.
void DotProduct::count_tail(std::int64_t until) {
  if (until <= array_edge_) return;
  const std::int64_t left = origin_ + run_->end();
  const std::int64_t taken = left - machine_.array_latency - machine_.output_latency;
  const std::int64_t drains = std::clamp(taken, array_edge_, until), gone = std::clamp(left, drains, until);
  const auto count = [this](int event, std::int64_t cycles) {
    if (cycles > 0) count_for(task_, event, cycles);
  };
  count(DotProductFact::kStallVectorCycles, drains - array_edge_);
  count(DotProductFact::kDrainCycles, gone - drains);
  count(DotProductFact::kStallStoreCycles, until - gone);
  array_edge_ = until;
}

// What has come from memory since the last time.
void DotProduct::count_reads() {
  const std::int64_t now = edge_now();
  const std::int64_t until = run_ && run_->in_flight() > 0 ? now : std::min(now, load_end_);
  if (until > load_edge_) {
    count_for(task_, DotProductFact::kLoadCycles, until - load_edge_);
    load_edge_ = until;
  }
  if (requests_ == 0) return;
  dma_.add(kDmaByte, read_bytes_, task_);
  dma_.add(kDmaReadBytes, read_bytes_, task_);
  dma_.add(kDmaRequests, requests_, task_);
  buffer_.write_words(read_beats_, read_bytes_, task_);
  read_bytes_ = read_beats_ = requests_ = 0;
}

void DotProduct::settle() {
  if (!layers_.working()) return;
  const std::int64_t now = edge_now();
  count_for(task_, DotProductFact::kAcceleratorCycles, now - layer_edge_);
  layer_edge_ = now;
  count_reads();
  if (!run_ || now <= array_edge_) return;
  if (run_->done()) return count_tail(now);
  // Waiting for data: nothing is known of the array yet.
  count_for(task_, DotProductFact::kStallLoadCycles, now - array_edge_);
  array_edge_ = now;
}

}  // namespace subvolt::hw
