#include "sim/kernel/ports.h"

namespace subvolt::kernel {

TargetPort::TargetPort(sc_core::sc_module_name name, Handler on_request)
    : sc_module(name), socket("socket"), on_request_(std::move(on_request)), queue_(this, &TargetPort::arrive) {
  socket.register_nb_transport_fw(this, &TargetPort::nb_transport_fw);
  socket.register_transport_dbg(this, &TargetPort::transport_dbg);
}

unsigned TargetPort::transport_dbg(Payload& payload) { return on_debug_ ? on_debug_(payload) : 0; }

tlm::tlm_sync_enum TargetPort::nb_transport_fw(Payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  if (delay == sc_core::SC_ZERO_TIME) {
    arrive(payload, phase);
  } else {
    queue_.notify(payload, phase, delay);
  }
  return tlm::TLM_ACCEPTED;
}

void TargetPort::arrive(Payload& payload, const tlm::tlm_phase& phase) {
  if (phase == tlm::BEGIN_REQ) {
    if (payload.has_mm()) payload.acquire();
    on_request_(payload);
  } else if (phase == tlm::END_RESP) {
    responding_ = nullptr;
    if (on_response_taken_) on_response_taken_(payload);
    if (payload.has_mm()) payload.release();
    send_next_response();
  }
}

void TargetPort::accept(Payload& payload) {
  if (initiator_) return initiator_->arrive(payload, tlm::END_REQ);
  tlm::tlm_phase phase = tlm::END_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  socket->nb_transport_bw(payload, phase, delay);
}

void TargetPort::respond(Payload& payload) {
  if (!responding_ && responses_.empty()) return begin_response(payload);
  responses_.push_back(&payload);
}

void TargetPort::send_next_response() {
  if (responding_ || responses_.empty()) return;
  Payload& payload = *responses_.front();
  responses_.pop_front();
  begin_response(payload);
}

void TargetPort::begin_response(Payload& payload) {
  responding_ = &payload;
  if (initiator_) return initiator_->arrive(payload, tlm::BEGIN_RESP);
  tlm::tlm_phase phase = tlm::BEGIN_RESP;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  const tlm::tlm_sync_enum status = socket->nb_transport_bw(payload, phase, delay);
  const bool ended = status == tlm::TLM_COMPLETED || (status == tlm::TLM_UPDATED && phase == tlm::END_RESP);
  if (!ended) return;
  if (delay == sc_core::SC_ZERO_TIME) {
    arrive(payload, tlm::END_RESP);
  } else {
    queue_.notify(payload, tlm::END_RESP, delay);
  }
}

}  // namespace subvolt::kernel
