#include "models/hw/bursts/link.h"

#include <algorithm>
#include <string>
#include <utility>

namespace subvolt::hw {
namespace {

enum LinkEvent { kMovedByte, kBytesRead, kBytesWritten, kRequestsAnswered };

}  // namespace

std::vector<power::EventDeclaration> link_events() {
  using power::Cause;
  using power::EventRole;
  return {{"byte", "dma.byte", Cause::kSwitching, "One byte moved between memory and buffers.", {}},
          {"read_B", "", Cause::kSwitching, "Bytes read from memory.", {}, EventRole::kReadBytes},
          {"write_B", "", Cause::kSwitching, "Bytes written to memory.", {}, EventRole::kWriteBytes},
          {"requests", "", Cause::kSwitching, "Requests answered.", {}}};
}

Link::Link(sc_core::sc_module_name name, kernel::Environment& environment, kernel::Traits traits,
           kernel::InitiatorPort& port, Bytes width, Bytes burst, int outstanding,
           std::function<void(Picoseconds)> done)
    : Component(name, environment, std::move(traits)),
      port_(port),
      width_(width),
      burst_(burst),
      outstanding_(outstanding),
      done_(std::move(done)),
      timer_([this] { step(); }) {}

void Link::start(const mapping::Block& block, tlm::tlm_command command, int task) {
  begin_work();
  transfers_.push_back({mapping::BurstCutter(block, burst_.value()), command, task, -1, 0, 0, next_number_++});
  timer_.at(kernel::time_now());
}

void Link::step() {
  const Picoseconds now = kernel::time_now();
  while (!transfers_.empty()) {
    const Transfer& oldest = transfers_.front();
    if (!oldest.bursts.done() || oldest.unanswered > 0) break;
    if (oldest.last > now) {
      timer_.at(oldest.last);
      break;
    }
    const Picoseconds begin = oldest.begin;
    transfers_.pop_front();
    end_work();
    done_(begin);
  }
  const auto next =
      std::find_if(transfers_.begin(), transfers_.end(), [](const Transfer& t) { return !t.bursts.done(); });
  if (next == transfers_.end() || unanswered_ >= outstanding_) return;
  const std::int64_t edge = std::max(free_edge_, clock().edges_before(ready_at()));
  if (clock().edge_time(edge) > now) return timer_.at(clock().edge_time(edge));
  const mapping::BurstCutter::Burst burst = next->bursts.next();
  free_edge_ = edge + ceil_div(burst.bytes, width_.value());
  if (next->begin < Picoseconds()) next->begin = now;
  next->last = clock().edge_time(free_edge_);
  ++next->unanswered;
  ++unanswered_;
  kernel::Payload& payload = pool_.acquire(next->command, burst.address, burst.bytes, next->task);
  under_way_.emplace_back(&payload, next->number);
  port_.send(payload);
  timer_.at(clock().edge_time(free_edge_));
}

void Link::answered(kernel::Payload& payload) {
  if (payload.get_response_status() != tlm::TLM_OK_RESPONSE) {
    throw Error(ErrorKind::kInternal, instance() + ": " + (payload.is_write() ? "write" : "read") + " of " +
                                          std::to_string(payload.get_data_length()) + " B at " +
                                          std::to_string(payload.get_address()) + " was answered with " +
                                          payload.get_response_string());
  }
  const auto sent =
      std::find_if(under_way_.begin(), under_way_.end(), [&](const auto& flight) { return flight.first == &payload; });
  Transfer& of = transfers_[static_cast<std::size_t>(sent->second - transfers_.front().number)];
  under_way_.erase(sent);
  --of.unanswered;
  --unanswered_;
  const std::int64_t bytes = payload.get_data_length();
  count_for(of.task, kMovedByte, bytes);
  count_for(of.task, payload.is_write() ? kBytesWritten : kBytesRead, bytes);
  count_for(of.task, kRequestsAnswered);
  payload.release();
  timer_.at(kernel::time_now());
}

}  // namespace subvolt::hw
