// A memory that answers every request a fixed time after its arrival, and notes what it was asked.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/kernel/agenda.h"
#include "sim/kernel/ports.h"
#include "sim/units/picoseconds.h"

namespace subvolt::test {

class SimpleTarget : public sc_core::sc_module {
 public:
  struct Request {
    Picoseconds at{};
    bool write = false;
    std::uint64_t address = 0;
    std::int64_t bytes = 0;
    std::vector<unsigned char> data;  // of writes up to 8 bytes
  };
  // With `one_at_a_time` a request is accepted when its answer leaves, otherwise on arrival.
  SimpleTarget(sc_core::sc_module_name name, Picoseconds latency, bool one_at_a_time = false)
      : sc_module(name),
        port("port", [this](kernel::Payload& payload) { arrive(payload); }),
        latency_(latency),
        one_at_a_time_(one_at_a_time),
        answers_([this] { answer(); }) {}

  kernel::TargetPort port;
  const std::vector<Request>& requests() const { return requests_; }
  // Calls back with every request's address and time of answer.
  std::function<void(const Request&)> on_request;

 private:
  void arrive(kernel::Payload& payload) {
    Request request{kernel::time_now(), payload.is_write(), payload.get_address(), payload.get_data_length(), {}};
    if (payload.is_write() && payload.get_data_length() <= 8) {
      request.data.assign(payload.get_data_ptr(), payload.get_data_ptr() + payload.get_data_length());
    }
    requests_.push_back(request);
    answers_.add(kernel::time_now() + latency_, &payload);
    if (!one_at_a_time_) port.accept(payload);
    if (on_request) on_request(requests_.back());
  }
  void answer() {
    for (kernel::Payload* payload = nullptr; answers_.take_due(payload);) {
      payload->set_response_status(tlm::TLM_OK_RESPONSE);
      if (one_at_a_time_) port.accept(*payload);
      port.respond(*payload);
    }
  }

  Picoseconds latency_;
  bool one_at_a_time_;
  std::vector<Request> requests_;
  kernel::Agenda<kernel::Payload*> answers_;
};

}  // namespace subvolt::test
