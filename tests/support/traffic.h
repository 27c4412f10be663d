// A legal initiator that plays a list of accesses and notes when each was answered.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/kernel/clock_domain.h"
#include "sim/kernel/ports.h"
#include "sim/units/picoseconds.h"

namespace subvolt::test {

struct Access {
  Picoseconds at{};  // when it is handed to the port; earlier ones that still wait go first
  bool write = false;
  std::uint64_t address = 0;
  std::int64_t bytes = 0;
};

class Traffic : public sc_core::sc_module {
 public:
  // `outstanding`: at most that many accesses without answer; later ones wait for their turn.
  Traffic(sc_core::sc_module_name name, std::vector<Access> accesses, int outstanding = 1 << 30);

  kernel::InitiatorPort port;

  struct Answer {
    Picoseconds at{-1};  // -1: none yet
    int times = 0;
    tlm::tlm_response_status status = tlm::TLM_INCOMPLETE_RESPONSE;
  };
  const std::vector<Access>& accesses() const { return accesses_; }
  const std::vector<Answer>& answers() const { return answers_; }
  Picoseconds answered(std::size_t access) const { return answers_[access].at; }
  Picoseconds last_answer() const;
  std::int64_t bytes(bool write) const;  // of all accesses answered with TLM_OK_RESPONSE
  // Every access was answered once, with TLM_OK_RESPONSE.
  bool all_served() const;

 private:
  void step();
  void answered(kernel::Payload& payload);

  std::vector<Access> accesses_;
  std::vector<Answer> answers_;
  kernel::PayloadPool pool_;
  std::unordered_map<const kernel::Payload*, std::size_t> sent_;
  std::size_t next_ = 0;
  int free_;
  sc_core::sc_event wake_;
};

}  // namespace subvolt::test
