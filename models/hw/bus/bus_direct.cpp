// The bus for an initiator that is alone on it: the same grants at the same edges, without an event for each.
#include "models/hw/bus/bus.h"

namespace subvolt::hw {

bool Bus::Entrance::begin_direct(std::uint64_t address, std::uint64_t bytes, Picoseconds gap) {
  target_ = bus_.target_of(address, bytes);
  const Target& target = bus_.targets_[static_cast<std::size_t>(target_)];
  behind_ = target.port ? target.port->direct() : nullptr;
  if (!behind_ || !bus_.transits_.empty() || !bus_.begin_direct_work(gap)) return false;
  if (behind_->begin_direct(address - target.base, bytes, gap)) return true;
  bus_.end_direct_work();
  return false;
}

void Bus::Entrance::end_direct() {
  behind_->end_direct();
  bus_.end_direct_work();
}

Picoseconds Bus::Entrance::direct(const kernel::DirectAccess& access, Picoseconds at) {
  const kernel::ClockDomain& clock = bus_.clock();
  Channel& requests = bus_.requests_.channel;
  Channel& responses = bus_.responses_.channel;
  requests.offer(initiator_, target_, clock.edges_before(at + Picoseconds(1)),
                 access.write ? bus_.beats(access.bytes) : 1);
  const std::int64_t request_edge = requests.next_edge();
  const Channel::Grant request = *requests.grant(request_edge);
  bus_.account(access.task, access.write ? access.bytes : 0, false, request.waited);
  const std::int64_t forward_edge = request_edge + request.beats + bus_.config_.latency.value() - 1;

  const std::uint64_t base = bus_.targets_[static_cast<std::size_t>(target_)].base;
  const Picoseconds answer_time =
      behind_->direct({access.write, access.address - base, access.bytes, access.task}, clock.edge_time(forward_edge));

  responses.offer(target_, initiator_, clock.edges_before(answer_time + Picoseconds(1)),
                  access.write ? 1 : bus_.beats(access.bytes));
  const std::int64_t response_edge = responses.next_edge();
  const Channel::Grant response = *responses.grant(response_edge);
  bus_.account(access.task, access.write ? 0 : access.bytes, true, response.waited);
  const std::int64_t deliver_edge = response_edge + response.beats;
  last_ = {request.waited + response.waited,
           forward_edge - clock.edges_before(at) + deliver_edge - clock.edges_before(answer_time)};
  bus_.work_directly(last_.edges);
  return clock.edge_time(deliver_edge);
}

// The lanes that the last access left are free when the next one comes, however much later that is.
std::int64_t Bus::Entrance::repeat(const kernel::DirectAccess& next, Picoseconds since, Picoseconds period,
                                   std::int64_t most) {
  if (!bus_.clock().keeps_step(since) || !bus_.clock().keeps_step(period)) return 0;
  const std::uint64_t base = bus_.targets_[static_cast<std::size_t>(target_)].base;
  const std::int64_t times =
      behind_->repeat({next.write, next.address - base, next.bytes, next.task}, since, period, most);
  if (times == 0) return 0;
  if (since == period) steady_ = last_;
  bus_.account(next.task, times * next.bytes, !next.write, times * steady_.waited);
  bus_.work_directly(times * steady_.edges);
  return times;
}

}  // namespace subvolt::hw
