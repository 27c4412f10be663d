#include "models/mem/simple_memory/simple_memory.h"

#include <algorithm>

#include "sim/kernel/beats.h"
#include "sim/kernel/component_registry.h"

namespace subvolt::mem {
namespace {

enum SimpleMemoryEvent { kAskedBytes, kTakenBytes, kWaitedCycles };

const bool simple_memory_registered = kernel::register_component(
    {"simple_memory",
     "Memory with a fixed latency and rate, for measurements at a port.",
     &SimpleMemoryConfig::schema(),
     {{"", kernel::PortRole::kTarget, true, "Reads and writes."}},
     SimpleMemory::events(),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       return std::make_unique<SimpleMemory>(name.c_str(), SimpleMemoryConfig::schema().read(configuration),
                                             environment);
     }});

}  // namespace

const config::Schema<SimpleMemoryConfig>& SimpleMemoryConfig::schema() {
  static const auto schema =
      config::Schema<SimpleMemoryConfig>("simple_memory",
                                         "A memory with a fixed latency and rate of reads; writes are free.")
          .required("size", &SimpleMemoryConfig::size, "Capacity.", config::at_least(Bytes(1)))
          .optional("latency", &SimpleMemoryConfig::latency, "Cycles of its clock from a beat's request to its data.",
                    config::between<std::int64_t>(1, 1'000'000))
          .optional("cycles_per_beat", &SimpleMemoryConfig::cycles_per_beat,
                    "Cycles of its clock from one beat to the next.", config::between<std::int64_t>(1, 1'000'000))
          .optional("beat", &SimpleMemoryConfig::beat, "Bytes of a beat.", config::between(Bytes(1), Bytes(4096)))
          .optional("cost_per_byte", &SimpleMemoryConfig::cost_per_byte,
                    "Relative cost of a byte for the mapper; an SRAM byte is the unit.", config::between(0.0, 1e9));
  return schema;
}

std::vector<power::EventDeclaration> SimpleMemory::events() {
  return {{"read_B", "", power::Cause::kSwitching, "Bytes asked for by reads.", {}, power::EventRole::kReadBytes},
          {"write_B", "", power::Cause::kSwitching, "Bytes written.", {}, power::EventRole::kWriteBytes},
          {"wait_cycles", "", power::Cause::kSwitching, "Cycles for which beats waited for the one before.", {}}};
}

SimpleMemory::SimpleMemory(sc_core::sc_module_name name, const SimpleMemoryConfig& config,
                           kernel::Environment& environment)
    : Component(name, environment, {"simple_memory", "", {}, events()}),
      config_(config),
      timer_([this] { answer(); }) {}

kernel::Port* SimpleMemory::target_side(const std::string& port) {
  if (!port.empty()) return nullptr;
  const std::size_t number = ports_.size();
  std::string child = instance() + "_port_" + std::to_string(number);
  std::replace(child.begin(), child.end(), '.', '_');
  ports_.push_back(std::make_unique<kernel::TargetPort>(
      child.c_str(), [this, number](kernel::Payload& payload) { request(number, payload); }));
  return ports_.back().get();
}

std::vector<mapping::Passage> SimpleMemory::passages(bool write, const mapping::PointRates& /*at*/) const {
  if (write) return {};
  const auto rate = static_cast<double>(config_.cycles_per_beat) / static_cast<double>(config_.beat.value());
  mapping::Passage passage{instance(), 0.0, rate, static_cast<double>(config_.latency), "", config_.beat.value()};
  passage.then = passage.latency;
  passage.by_beats = true;
  return {passage};
}

void SimpleMemory::state(kernel::StateKey& key) const {
  key.at_work_if(!answers_.empty());
  key.add_ahead(free_edge_, clock().edges_before(kernel::time_now()));
}

void SimpleMemory::request(std::size_t port, kernel::Payload& payload) {
  kernel::TargetPort& from = *ports_[port];
  const auto size = static_cast<std::uint64_t>(config_.size.value());
  const Picoseconds now = kernel::time_now();
  from.accept(payload);
  if (payload.get_address() >= size || payload.get_data_length() > size - payload.get_address()) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return from.respond(payload);
  }
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  const Picoseconds ready = ready_at();
  if (payload.is_write() && ready <= clock().edge_after(now, Cycles(0))) {
    count_for(kernel::task_of(payload), kTakenBytes, payload.get_data_length());
    busy(ready, clock().edge_after(ready, Cycles(1)));
    return from.respond(payload);
  }
  Picoseconds at = ready;
  if (payload.is_write()) {  // it has to wake first
    count_for(kernel::task_of(payload), kTakenBytes, payload.get_data_length());
    busy(ready, clock().edge_after(ready, Cycles(1)));
  } else {
    at = clock().edge_time(read(payload, ready));
  }
  // Reads are answered in order; a write that has waited comes between them.
  auto place = answers_.end();
  while (place != answers_.begin() && (place - 1)->at > at) --place;
  answers_.insert(place, {at, &payload, &from});
  timer_.at(answers_.front().at);
}

std::int64_t SimpleMemory::read(kernel::Payload& payload, Picoseconds ready_time) {
  const std::int64_t latency = config_.latency, interval = config_.cycles_per_beat;
  const std::int64_t ready = clock().edges_before(ready_time);
  const std::int64_t bytes = payload.get_data_length();
  auto* const beats = payload.get_extension<kernel::Beats>();
  const std::int64_t n = beats ? beats->beats : std::max<std::int64_t>(1, ceil_div(bytes, config_.beat.value()));
  std::int64_t waited = 0, accepted = 0;
  if (beats) {
    beats->answer_clock = &clock();
    beats->answers.resize(static_cast<std::size_t>(n));
  }
  const bool same_clock = beats && beats->clock == &clock();
  for (std::int64_t j = 0; j < n; ++j) {
    std::int64_t asked = ready;
    if (beats) {
      const std::int64_t edge = beats->first_edge + j * beats->step;
      asked = std::max(ready, same_clock ? edge : clock().edges_before(beats->clock->edge_time(edge)));
    }
    accepted = std::max(asked, free_edge_);
    waited += accepted - asked;
    free_edge_ = accepted + interval;
    if (beats) beats->answers[static_cast<std::size_t>(j)] = accepted + latency;
  }
  const int task = kernel::task_of(payload);
  count_for(task, kAskedBytes, bytes);
  if (waited > 0) count_for(task, kWaitedCycles, waited);
  busy(ready_time, clock().edge_time(accepted + latency));
  return beats ? beats->answers.front() : accepted + latency;
}

void SimpleMemory::answer() {
  while (!answers_.empty() && answers_.front().at <= kernel::time_now()) {
    const Answer answer = answers_.front();
    answers_.pop_front();
    answer.port->respond(*answer.payload);
  }
  if (!answers_.empty()) timer_.at(answers_.front().at);
}

}  // namespace subvolt::mem
