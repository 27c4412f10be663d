// A memory that answers every request a fixed time after it took it, in order, and remembers them all.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "sim/kernel/agenda.h"
#include "sim/kernel/ports.h"
#include "sim/units/picoseconds.h"

namespace subvolt::test {

class SimpleMemory : public sc_core::sc_module {
 public:
  // Requests at addresses of at least `size` get an address error. The request phase lasts `accept_time`.
  SimpleMemory(sc_core::sc_module_name name, Picoseconds latency, std::uint64_t size = UINT64_MAX,
               Picoseconds accept = {});

  kernel::TargetPort port;

  struct Request {
    Picoseconds at{};
    bool write = false;
    std::uint64_t address = 0;
    std::int64_t bytes = 0;
  };
  const std::vector<Request>& requests() const { return requests_; }
  int most_in_flight() const { return most_in_flight_; }
  std::int64_t bytes(bool write) const;
  // Addresses of all bytes read or written; a byte accessed twice is there twice.
  std::multiset<std::uint64_t> touched(bool write) const;

 private:
  struct Due {
    kernel::Payload* payload = nullptr;
    bool accept = false;
  };
  void arrive(kernel::Payload& payload);
  void take(kernel::Payload& payload);
  void step();

  Picoseconds latency_;
  std::uint64_t size_;
  Picoseconds accept_;
  kernel::Agenda<Due> agenda_;
  std::vector<Request> requests_;
  int in_flight_ = 0;
  int most_in_flight_ = 0;
};

}  // namespace subvolt::test
