#include "tests/support/simple_memory.h"

#include <algorithm>

namespace subvolt::test {

SimpleMemory::SimpleMemory(sc_core::sc_module_name name, Picoseconds latency, std::uint64_t size, Picoseconds accept)
    : sc_module(name),
      port("port", [this](kernel::Payload& payload) { arrive(payload); }),
      latency_(latency),
      size_(size),
      accept_(accept),
      agenda_([this] { step(); }) {}

void SimpleMemory::arrive(kernel::Payload& payload) {
  requests_.push_back({kernel::time_now(), payload.is_write(), payload.get_address(),
                       static_cast<std::int64_t>(payload.get_data_length())});
  most_in_flight_ = std::max(most_in_flight_, ++in_flight_);
  payload.set_response_status(payload.get_address() < size_ ? tlm::TLM_OK_RESPONSE : tlm::TLM_ADDRESS_ERROR_RESPONSE);
  if (accept_ == 0) return take(payload);
  agenda_.add(kernel::time_now() + accept_, {&payload, true});
}

void SimpleMemory::take(kernel::Payload& payload) {
  agenda_.add(kernel::time_now() + latency_, {&payload, false});
  port.accept(payload);
}

void SimpleMemory::step() {
  for (Due due_now; agenda_.take_due(due_now);) {
    if (due_now.accept) {
      take(*due_now.payload);
    } else {
      --in_flight_;
      port.respond(*due_now.payload);
    }
  }
}

std::int64_t SimpleMemory::bytes(bool write) const {
  std::int64_t sum = 0;
  for (const Request& r : requests_) sum += r.write == write ? r.bytes : 0;
  return sum;
}

std::multiset<std::uint64_t> SimpleMemory::touched(bool write) const {
  std::multiset<std::uint64_t> addresses;
  for (const Request& r : requests_) {
    for (std::int64_t i = 0; r.write == write && i < r.bytes; ++i) {
      addresses.insert(r.address + static_cast<std::uint64_t>(i));
    }
  }
  return addresses;
}

}  // namespace subvolt::test
