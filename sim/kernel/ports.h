// TLM-2.0 sockets with the base protocol already spoken.
//
// TargetPort and InitiatorPort wrap the standard simple sockets, so any model that speaks the approximately-
// timed base protocol (or, towards a target, b_transport) can be bound in place of one of ours. Timing
// annotations of foreign models are honoured through payload event queues; our own calls carry none.
#pragma once

#include <tlm_utils/peq_with_cb_and_phase.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "sim/kernel/direct_path.h"
#include "sim/power/record/activity_record.h"
#include "sim/power/record/spans.h"
#include "sim/units/picoseconds.h"

namespace subvolt::kernel {

using Payload = tlm::tlm_generic_payload;

// Anything that can be bound by name from a SoC file.
class Port {
 public:
  virtual ~Port() = default;
};

// Receives requests. The owner must accept() each once and respond() to each once, in any order.
class TargetPort : public sc_core::sc_module, public Port {
 public:
  using Handler = std::function<void(Payload&)>;
  TargetPort(sc_core::sc_module_name name, Handler on_request);
  tlm_utils::simple_target_socket<TargetPort> socket;

  // Ends the request phase: the initiator may send its next request. Call from any process.
  void accept(Payload& payload);
  // Begins the response phase with the status already set in the payload.
  void respond(Payload& payload);
  // The initiator has taken the response; the payload may be gone after this. Optional.
  void on_response_taken(Handler handler) { on_response_taken_ = std::move(handler); }
  // Answers transport_dbg with the number of bytes moved, without time. Optional: none are moved without it.
  using DebugHandler = std::function<unsigned(Payload&)>;
  void on_debug(DebugHandler handler) { on_debug_ = std::move(handler); }
  // Optional: answers without events (direct_path.h).
  void set_direct(DirectTarget* target) { direct_ = target; }
  DirectTarget* direct() const { return direct_; }
  bool between_ours() const { return initiator_ != nullptr; }

 private:
  friend class InitiatorPort;
  tlm::tlm_sync_enum nb_transport_fw(Payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  unsigned transport_dbg(Payload& payload);
  void arrive(Payload& payload, const tlm::tlm_phase& phase);
  void send_next_response();
  void begin_response(Payload& payload);

  Handler on_request_;
  Handler on_response_taken_;
  DebugHandler on_debug_;
  tlm_utils::peq_with_cb_and_phase<TargetPort> queue_;
  std::deque<Payload*> responses_;  // base protocol: one response phase at a time
  Payload* responding_ = nullptr;
  DirectTarget* direct_ = nullptr;
  class InitiatorPort* initiator_ = nullptr;  // bound to it; none: a foreign one
};

// Sends requests in order, one request phase at a time, any number outstanding.
class InitiatorPort : public sc_core::sc_module, public Port {
 public:
  using Handler = std::function<void(Payload&)>;
  // `on_response` is called at BEGIN_RESP; the port then ends the response phase by itself unless the owner
  // has called hold_responses(), as an interconnect does that must arbitrate for its return path.
  InitiatorPort(sc_core::sc_module_name name, Handler on_response);
  tlm_utils::simple_initiator_socket<InitiatorPort> socket;
  // Binds the sockets. The two know each other from then on: what the target can do without events, and the way to each
  // other without the sockets' detour. Foreign targets bind the socket.
  void bind(TargetPort& target);
  DirectTarget* direct() const { return target_ && base_ == 0 ? target_->direct() : nullptr; }
  // Of what hangs on this port without an interconnect: targets see addresses relative to it, the owner gets its own
  // back.
  void set_base(std::uint64_t base) { base_ = base; }
  bool between_ours() const { return target_ != nullptr; }

  // Queues a request. The payload must stay until its response (payloads from a pool: acquire() first).
  void send(Payload& payload);
  bool can_send() const { return requesting_ == nullptr && waiting_.empty(); }
  // Called when a request phase has ended (END_REQ, or an early response).
  void on_accepted(Handler handler) { on_accepted_ = std::move(handler); }
  void hold_responses() { hold_responses_ = true; }
  void end_response(Payload& payload);  // after hold_responses()
  // Tells the log of each transaction from now on.
  void keep_spans(power::SpanLog& log);

 private:
  friend class TargetPort;
  tlm::tlm_sync_enum nb_transport_bw(Payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  void arrive(Payload& payload, const tlm::tlm_phase& phase);
  void send_next_request();
  void begin_request(Payload& payload);
  void request_ended(Payload& payload);
  void tell_answered(const Payload& payload);

  Handler on_response_;
  Handler on_accepted_;
  tlm_utils::peq_with_cb_and_phase<InitiatorPort> queue_;
  std::deque<Payload*> waiting_;
  std::vector<Payload*> completed_;  // by targets that answered TLM_COMPLETED: no END_RESP
  Payload* requesting_ = nullptr;
  TargetPort* target_ = nullptr;
  std::uint64_t base_ = 0;
  bool hold_responses_ = false;
  struct Sent {
    const Payload* payload;
    Picoseconds at;
  };
  power::SpanLog* spans_ = nullptr;  // null: nobody wants them
  int span_track_ = -1;
  std::vector<Sent> sent_;  // and not answered, if somebody does
};

// An ignorable extension on payloads whose data buffer is a dummy: a memory need neither store nor deliver its bytes.
struct NoContents : tlm::tlm_extension<NoContents> {
  tlm::tlm_extension_base* clone() const override { return new NoContents; }
  void copy_from(const tlm::tlm_extension_base&) override {}
};

// On whose behalf a transaction is made (power::Task), carried along by all that pass it on. An ignorable extension:
// transactions of foreign models have none and are nobody's.
struct Owner : tlm::tlm_extension<Owner> {
  int task = power::kNobody;
  tlm::tlm_extension_base* clone() const override { return new Owner(*this); }
  void copy_from(const tlm::tlm_extension_base& other) override { task = static_cast<const Owner&>(other).task; }
};
inline int task_of(const Payload& payload) {
  const Owner* const owner = payload.get_extension<Owner>();
  return owner ? owner->task : power::kNobody;
}

// Recycles payloads. All transactions of the performance model share one dummy data buffer: sizes and
// addresses are real, contents are not modelled, which NoContents says.
class PayloadPool : public tlm::tlm_mm_interface {
 public:
  PayloadPool() = default;
  PayloadPool(const PayloadPool&) = delete;
  PayloadPool& operator=(const PayloadPool&) = delete;
  ~PayloadPool() override;
  // A payload with one reference held for the caller, who release()s it when done.
  Payload& acquire(tlm::tlm_command command, std::uint64_t address, std::int64_t bytes, int task = power::kNobody);
  void free(Payload* payload) override;

 private:
  std::vector<Payload*> free_;
  struct Made {
    explicit Made(tlm::tlm_mm_interface* pool) : payload(pool) {}
    Payload payload;
    Owner owner;
  };
  std::vector<std::unique_ptr<Made>> all_;
  std::vector<unsigned char> data_;
  NoContents no_contents_;
};

// A level-free interrupt line.
class InterruptOut : public Port {
 public:
  void raise();
  void bind(class InterruptIn& in) { in_ = &in; }
  bool bound() const { return in_ != nullptr; }

 private:
  InterruptIn* in_ = nullptr;
};
class InterruptIn : public Port {
 public:
  // Who raises it: an instance, "npu".
  const std::string& source() const { return source_; }
  void set_source(std::string source) { source_ = std::move(source); }
  // For foreign models: notified in a delta cycle after each.
  const sc_core::sc_event& event() const { return event_; }
  // Called at each, while the other side works still.
  void on_raised(std::function<void()> listener) { listener_ = std::move(listener); }
  bool pending() const { return pending_ > 0; }
  void take() { --pending_; }

 private:
  friend class InterruptOut;
  std::string source_;
  int pending_ = 0;
  std::function<void()> listener_;
  sc_core::sc_event event_;
};

// Implemented by components that have ports; names as in their PortDocs. nullptr: no such port.
// An interconnect makes a new port for every call on a port documented as `many`; its initiator side is told
// the address range that lies behind the port.
class HasPorts {
 public:
  virtual ~HasPorts() = default;
  virtual Port* initiator_side(const std::string& port) = 0;
  virtual Port* target_side(const std::string& port) = 0;
  virtual void map_range(Port*, std::uint64_t /*base*/, std::uint64_t /*size*/) {}
};

}  // namespace subvolt::kernel
