#include <algorithm>

#include "sim/kernel/ports.h"
#include "sim/kernel/sim_time.h"

namespace subvolt::kernel {

InitiatorPort::InitiatorPort(sc_core::sc_module_name name, Handler on_response)
    : sc_module(name), socket("socket"), on_response_(std::move(on_response)), queue_(this, &InitiatorPort::arrive) {
  socket.register_nb_transport_bw(this, &InitiatorPort::nb_transport_bw);
}

void InitiatorPort::bind(TargetPort& target) {
  socket.bind(target.socket);
  target_ = &target;
  target.initiator_ = this;
}

void InitiatorPort::keep_spans(power::SpanLog& log) {
  spans_ = &log;
  span_track_ = log.add_track(name(), power::SpanKind::kPort, {"read", "write", "other"});
}

void InitiatorPort::tell_answered(const Payload& payload) {
  const auto sent =
      std::find_if(sent_.begin(), sent_.end(), [&payload](const Sent& s) { return s.payload == &payload; });
  if (sent == sent_.end()) return;
  const int what = payload.is_read() ? 0 : payload.is_write() ? 1 : 2;
  spans_->add(span_track_,
              {sent->at, time_now(), what, task_of(payload), static_cast<std::int64_t>(payload.get_data_length())});
  sent_.erase(sent);
}

void InitiatorPort::send(Payload& payload) {
  if (spans_) sent_.push_back({&payload, time_now()});
  if (payload.has_mm()) payload.acquire();
  if (can_send()) return begin_request(payload);
  waiting_.push_back(&payload);
}

void InitiatorPort::send_next_request() {
  if (requesting_ || waiting_.empty()) return;
  Payload& payload = *waiting_.front();
  waiting_.pop_front();
  begin_request(payload);
}

void InitiatorPort::begin_request(Payload& payload) {
  requesting_ = &payload;
  payload.set_address(payload.get_address() - base_);
  if (target_) return target_->arrive(payload, tlm::BEGIN_REQ);
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  const tlm::tlm_sync_enum status = socket->nb_transport_fw(payload, phase, delay);
  if (status == tlm::TLM_COMPLETED) {  // the target skipped the rest of the protocol and wants no END_RESP
    phase = tlm::BEGIN_RESP;
    completed_.push_back(&payload);
  }
  if (status == tlm::TLM_ACCEPTED) return;
  if (delay == sc_core::SC_ZERO_TIME) {
    arrive(payload, phase);
  } else {
    queue_.notify(payload, phase, delay);
  }
}

tlm::tlm_sync_enum InitiatorPort::nb_transport_bw(Payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  if (delay == sc_core::SC_ZERO_TIME) {
    arrive(payload, phase);
  } else {
    queue_.notify(payload, phase, delay);
  }
  return tlm::TLM_ACCEPTED;
}

void InitiatorPort::arrive(Payload& payload, const tlm::tlm_phase& phase) {
  if (phase == tlm::END_REQ) {
    request_ended(payload);
  } else if (phase == tlm::BEGIN_RESP) {
    request_ended(payload);  // an early response ends the request phase, too
    payload.set_address(payload.get_address() + base_);
    if (spans_) tell_answered(payload);
    on_response_(payload);
    if (!hold_responses_) end_response(payload);
  }
}

void InitiatorPort::request_ended(Payload& payload) {
  if (requesting_ != &payload) return;
  requesting_ = nullptr;
  if (on_accepted_) on_accepted_(payload);
  send_next_request();
}

void InitiatorPort::end_response(Payload& payload) {
  if (target_) {
    target_->arrive(payload, tlm::END_RESP);
    if (payload.has_mm()) payload.release();
    return;
  }
  const auto completed = std::find(completed_.begin(), completed_.end(), &payload);
  if (completed != completed_.end()) {
    completed_.erase(completed);
    if (payload.has_mm()) payload.release();
    return;
  }
  tlm::tlm_phase phase = tlm::END_RESP;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  socket->nb_transport_fw(payload, phase, delay);
  if (payload.has_mm()) payload.release();
}

}  // namespace subvolt::kernel
