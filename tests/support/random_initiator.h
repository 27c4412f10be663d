// An initiator of another make: everything that the base protocol allows and our own models never do.
//
// Lengths from zero, any alignment, byte enables, ignored commands, addresses beyond the end, requests while others
// are outstanding, responses ended late. It keeps the memory as it should be and compares every byte that it reads.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "sim/kernel/clock_domain.h"
#include "sim/kernel/ports.h"
#include "sim/units/picoseconds.h"

namespace subvolt::test {

class RandomInitiator : public sc_core::sc_module {
 public:
  // `capacity` of the memory in bytes; requests come up to `longest_gap` apart.
  RandomInitiator(sc_core::sc_module_name name, std::uint64_t capacity, int requests, unsigned seed,
                  Picoseconds longest_gap);

  tlm_utils::simple_initiator_socket<RandomInitiator> socket;

  int answered() const { return answered_; }
  std::int64_t read_bytes() const { return read_bytes_; }  // that the memory served
  std::int64_t write_bytes() const { return write_bytes_; }
  const std::vector<std::string>& faults() const { return faults_; }  // of protocol and data; the first few

 private:
  struct Transaction {
    tlm::tlm_generic_payload payload;
    std::vector<unsigned char> data, expected, enables;
    bool accepted = false, responded = false;
    tlm::tlm_response_status status = tlm::TLM_OK_RESPONSE;
  };
  void run();  // thread
  std::unique_ptr<Transaction> make();
  void expect(Transaction& t);
  void check(Transaction& t);
  void end_late();
  void fault(const std::string& what);
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);

  std::uint64_t capacity_;
  int requests_;
  std::mt19937 random_;
  Picoseconds longest_gap_;
  std::map<std::uint64_t, unsigned char> memory_;
  std::deque<std::unique_ptr<Transaction>> all_;
  Transaction* requesting_ = nullptr;
  Transaction* responding_ = nullptr;
  sc_core::sc_event accepted_, end_response_;
  int answered_ = 0;
  std::int64_t read_bytes_ = 0, write_bytes_ = 0;
  std::vector<std::string> faults_;
};

}  // namespace subvolt::test
