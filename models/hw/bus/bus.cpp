#include "models/hw/bus/bus.h"

#include <algorithm>

#include "sim/config/error.h"

namespace subvolt::hw {
namespace {

enum Event { kByte, kReadBytes, kWriteBytes, kWaitCycles };
constexpr int kNobody = 0;  // the target that answers for addresses without one

}  // namespace

Bus::Bus(sc_core::sc_module_name name, const BusConfig& config, kernel::Environment& environment)
    : Component(name, environment, {"bus", "", inventory(config), events(config)}),
      config_(config),
      requests_{Channel(config.topology, config.arbitration), Todo::kArbitrateRequests},
      responses_{Channel(config.topology, config.arbitration), Todo::kArbitrateResponses},
      agenda_([this] { step(); }) {
  targets_.emplace_back();
  requests_.channel.add_output();
  responses_.channel.add_input();
}

// Ports come into being when the SoC is wired, after this module's construction: they are modules of their own
// beside it.
std::string Bus::child_name(const char* what, std::size_t number) const {
  std::string text = instance() + "_" + what + "_" + std::to_string(number);
  std::replace(text.begin(), text.end(), '.', '_');
  return text;
}

kernel::Port* Bus::target_side(const std::string& port) {
  if (!port.empty()) return nullptr;
  const std::size_t number = initiators_.size();
  if (static_cast<int>(number) == config_.initiators) {
    throw Error(ErrorKind::kConfiguration, config_.place + ".initiators: the bus is laid out for " +
                                               std::to_string(config_.initiators) +
                                               " initiators and more are connected: raise initiators");
  }
  const int index = requests_.channel.add_input();
  responses_.channel.add_output();
  initiators_.emplace_back();
  initiators_.back().port = std::make_unique<kernel::TargetPort>(
      child_name("initiator", number).c_str(), [this, index](kernel::Payload& payload) { request(index, payload); });
  initiators_.back().entrance = std::make_unique<Entrance>(*this, index);
  initiators_.back().port->set_direct(initiators_.back().entrance.get());
  return initiators_.back().port.get();
}

kernel::Port* Bus::initiator_side(const std::string& port) {
  if (!port.empty()) return nullptr;
  const std::size_t number = targets_.size() - 1;
  if (static_cast<int>(number) == config_.targets) {
    throw Error(ErrorKind::kConfiguration, config_.place + ".targets: the bus is laid out for " +
                                               std::to_string(config_.targets) +
                                               " targets and more are connected: raise targets");
  }
  const int index = requests_.channel.add_output();
  responses_.channel.add_input();
  targets_.emplace_back();
  targets_.back().port = std::make_unique<kernel::InitiatorPort>(
      child_name("target", number).c_str(), [this, index](kernel::Payload& payload) { response(index, payload); });
  targets_.back().port->hold_responses();
  targets_.back().port->on_accepted([this, index](kernel::Payload&) { accepted(index); });
  return targets_.back().port.get();
}

void Bus::state(kernel::StateKey& key) const {
  key.at_work_if(!transits_.empty() || !refused_.empty());
  for (const Target& target : targets_) key.add(target.on_the_way);
  const std::int64_t edge = clock().edges_before(kernel::now_ps());
  for (const Direction* direction : {&requests_, &responses_}) {
    direction->channel.state(key, edge);
    key.add_ahead(direction->planned_edge, edge);
  }
}

std::vector<mapping::Passage> Bus::passages(bool write, const mapping::PointRates& /*at*/) const {
  const double per_byte = 1.0 / static_cast<double>(config_.width.value());
  // A request waits for the next edge, half a cycle on average, an answer a whole one: it comes at an edge.
  const double latency = static_cast<double>(config_.latency.value()) - 0.5;
  const std::int64_t width = config_.width.value();
  mapping::Passage request{instance(), write ? 0.0 : 1.0,        write ? per_byte : 0.0,
                           latency,    instance() + ".requests", width};
  mapping::Passage response{instance(), write ? 1.0 : 0.0,         write ? 0.0 : per_byte,
                            1.0,        instance() + ".responses", width};
  response.back = true;
  request.edge = response.edge = mapping::Edge::kBehind;
  request.then = static_cast<double>(config_.latency.value()) - 1.0;
  return {request, response};
}

void Bus::map_range(kernel::Port* port, std::uint64_t base, std::uint64_t size) {
  for (Target& target : targets_) {
    if (target.port.get() != port) continue;
    target.base = base;
    target.size = size;
  }
}

std::vector<Bus::Transit>::iterator Bus::transit_of(const kernel::Payload& payload) {
  return std::find_if(transits_.begin(), transits_.end(), [&](const Transit& t) { return t.payload == &payload; });
}

int Bus::target_of(std::uint64_t address, std::uint64_t bytes) const {
  for (std::size_t t = 1; t < targets_.size(); ++t) {
    const std::uint64_t base = targets_[t].base;
    const std::uint64_t size = targets_[t].size;
    if (address < base || address - base >= size) continue;
    return bytes <= size - (address - base) ? static_cast<int>(t) : kNobody;
  }
  return kNobody;
}

std::int64_t Bus::beats(std::int64_t bytes) const {
  return std::max<std::int64_t>(ceil_div(bytes, config_.width.value()), 1);
}

std::int64_t Bus::enter() {
  if (join_work()) return clock().edges_before(kernel::now_ps() + 1);
  const std::int64_t awake_ps = begin_work();
  return std::max(clock().edges_before(kernel::now_ps() + 1), clock().edges_before(awake_ps));
}

void Bus::plan(Direction& direction) {
  if (!direction.channel.offered()) return;
  const std::int64_t edge = direction.channel.next_edge();
  if (edge >= direction.planned_edge) return;
  direction.planned_edge = edge;
  agenda_.add(clock().edge_ps(edge), {direction.arbitrate, nullptr});
}

void Bus::request(int initiator, kernel::Payload& payload) {
  const int target = target_of(payload.get_address(), payload.get_data_length());
  transits_.push_back({&payload, payload.get_address(), initiator, target});
  initiators_[static_cast<std::size_t>(initiator)].request = &payload;
  const std::int64_t beats_needed = payload.is_write() ? beats(payload.get_data_length()) : 1;
  requests_.channel.offer(initiator, target, enter(), beats_needed);
  plan(requests_);
}

void Bus::response(int target, kernel::Payload& payload) {
  const bool data = payload.is_read() && payload.is_response_ok();
  targets_[static_cast<std::size_t>(target)].response = &payload;
  responses_.channel.offer(target, transit_of(payload)->initiator, enter(),
                           data ? beats(payload.get_data_length()) : 1);
  plan(responses_);
}

void Bus::accepted(int target) {
  if (targets_[static_cast<std::size_t>(target)].on_the_way-- < config_.queue) return;
  requests_.channel.open(target, clock().edges_before(kernel::now_ps() + 1));
  plan(requests_);
}

void Bus::step() {
  for (Todo todo; agenda_.take_due(todo);) {
    switch (todo.what) {
      case Todo::kArbitrateRequests:
        grant_requests();
        break;
      case Todo::kArbitrateResponses:
        grant_responses();
        break;
      case Todo::kForward:
        forward(*todo.payload);
        break;
      case Todo::kDeliver:
        deliver(*todo.payload);
        break;
    }
  }
}

// At the grant, not spread over the beats: they are too few to matter to any epoch.
void Bus::account(int task, std::int64_t bytes, bool read, std::int64_t waited) {
  if (waited > 0) count_for(task, kWaitCycles, waited);
  if (bytes == 0) return;
  count_for(task, kByte, bytes);
  count_for(task, read ? kReadBytes : kWriteBytes, bytes);
}

void Bus::grant_requests() {
  const std::int64_t edge = clock().edges_before(kernel::now_ps());
  requests_.planned_edge = Channel::kNever;
  while (const auto grant = requests_.channel.grant(edge)) {
    Initiator& initiator = initiators_[static_cast<std::size_t>(grant->input)];
    Target& target = targets_[static_cast<std::size_t>(grant->output)];
    kernel::Payload& payload = *initiator.request;
    account(kernel::task_of(payload), payload.is_write() ? payload.get_data_length() : 0, false, grant->waited);
    if (target.port && ++target.on_the_way == config_.queue) requests_.channel.close(grant->output);
    agenda_.add(clock().edge_ps(edge + grant->beats + config_.latency.value() - 1), {Todo::kForward, &payload});
    initiator.port->accept(payload);  // it may send its next request at once
  }
  plan(requests_);
}

void Bus::forward(kernel::Payload& payload) {
  const Transit transit = *transit_of(payload);
  Target& target = targets_[static_cast<std::size_t>(transit.target)];
  if (target.port) {
    payload.set_address(transit.address - target.base);
    target.port->send(payload);
  } else {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    refused_.push_back(&payload);
    answer_refused();
  }
  end_work();
}

void Bus::answer_refused() {
  if (refused_.empty() || targets_[kNobody].response) return;
  kernel::Payload& payload = *refused_.front();
  refused_.pop_front();
  response(kNobody, payload);
}

void Bus::grant_responses() {
  const std::int64_t edge = clock().edges_before(kernel::now_ps());
  responses_.planned_edge = Channel::kNever;
  while (const auto grant = responses_.channel.grant(edge)) {
    Target& target = targets_[static_cast<std::size_t>(grant->input)];
    kernel::Payload& payload = *target.response;
    target.response = nullptr;
    const bool data = payload.is_read() && payload.is_response_ok();
    account(kernel::task_of(payload), data ? payload.get_data_length() : 0, true, grant->waited);
    agenda_.add(clock().edge_ps(edge + grant->beats), {Todo::kDeliver, &payload});
    if (target.port) {
      target.port->end_response(payload);  // it may send its next response at once
    } else {
      answer_refused();
    }
  }
  plan(responses_);
}

void Bus::deliver(kernel::Payload& payload) {
  const auto transit = transit_of(payload);
  kernel::TargetPort& port = *initiators_[static_cast<std::size_t>(transit->initiator)].port;
  payload.set_address(transit->address);
  *transit = transits_.back();
  transits_.pop_back();
  end_work();
  port.respond(payload);
}

}  // namespace subvolt::hw
