// On-chip SRAM: independent banks with power states of their own, words interleaved over them.
//
// Parameters: see SramConfig. Port: "" (target, TLM-2.0 base protocol, b_transport).
//
// Timing (cycles of its clock). A request for bytes [a, a + n) touches the words floor(a / word) ...
// floor((a + n - 1) / word); word i lies in bank floor(i word / stripe) mod banks. It may begin at the first clock edge
// e at or after its arrival at which the power domain is ON. Each bank serves its words one per cycle, requests in
// order of arrival, banks independently of each other:
//   bank b with c_b > 0 words of the request:  begin_b = max(e_b, free_b),  free_b' = begin_b + c_b
//   answer at                                  max over those b of free_b'  + latency - 1
// so that an undisturbed request of w words takes ceil(w / banks) + latency - 1 cycles when a stripe is a word.
// 1r1w banks have a free_b for reads and one for writes, 2rw banks two of which each word takes the sooner. The rest
// is waiting for banks: conflict_cycles. A request that touches memory outside of `size` gets an address error after
// `latency` cycles.
//   e_b = e, or for a bank in retention or off the first edge at least `*_wake` and `*_wake_cycles` later. A read from
//   a bank that is off and holds nothing gets a generic error, a write wakes the bank and from then on it keeps its
//   data.
//   ecc: reads take ecc_latency more; a word that is written in part has to be read first, one more cycle and read.
//
// Power: sram_bank.h. The power manager's request for all banks is the state of the power domain.
//
// `latency` is what the configuration says, or what an access takes at the operating point in force
// (Environment::access_cycles).
//
// Events (attributes capacity_B of one bank, word_B, both with check bits; bits, of one bank; access_cycles of reads):
//   read, write         one word; sram.read, sram.write, with two ports sram.read_two_port, sram.write_two_port
//   bank_active, bank_clock_gated, bank_retention    picoseconds of one bank, all banks together; sram.bit_leakage
//   bank_off            the same; sram.bit_off_leakage
//   bank_wake           from retention or off, of itself or with the domain; sram.bit_wake
//   bank_clock          clock edges x flip-flops of the bank; logic.clock_pin; attributes banks, flip_flops of one
//   ecc_encode, ecc_decode   one word; sram.ecc_gate, attribute gates
// Facts without a price: read_B, write_B (bytes asked for), conflict_cycles.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/mem/sram/sram_bank.h"
#include "models/mem/sram/sram_config.h"
#include "sim/kernel/agenda.h"
#include "sim/kernel/component.h"
#include "sim/kernel/ports.h"
#include "sim/mapping/capabilities.h"

namespace subvolt::mem {

class Sram : public kernel::Component, public kernel::HasPorts, public mapping::Memory, public kernel::DirectTarget {
 public:
  Sram(sc_core::sc_module_name name, const SramConfig& config, kernel::Environment& environment);

  kernel::Port* initiator_side(const std::string&) override { return nullptr; }
  kernel::Port* target_side(const std::string& port) override { return port.empty() ? &port_ : nullptr; }

  Bytes capacity() const override { return config_.size; }
  double cost_per_byte() const override { return config_.cost_per_byte; }
  std::vector<mapping::Passage> passages(bool write, const mapping::PointRates& at) const override;
  bool off_chip() const override { return false; }
  void hold_data(Bytes begin, Bytes end) override;

  bool begin_direct(std::uint64_t address, std::uint64_t bytes, std::int64_t gap_ps) override;
  void end_direct() override { end_direct_work(); }
  std::int64_t direct(const kernel::DirectAccess& access, std::int64_t at_ps) override;

  void settle() override;
  void state(kernel::StateKey& key) const override;

 private:
  void arrive(kernel::Payload& payload);
  void start(kernel::Payload& payload);
  // Edge of the answer. `now_ps`: when the request arrives.
  std::int64_t schedule(const kernel::DirectAccess& access, std::int64_t first_edge, std::int64_t now_ps);
  void answer();

  // The words of one request that lie in one bank; `partial` of them are written in part.
  struct Share {
    std::size_t bank;
    std::int64_t words, partial;
  };
  // Fills shares_; false when a read would find a bank that is off.
  bool split(const kernel::DirectAccess& access);
  std::size_t bank_of(std::int64_t word) const;
  void wake(SramBank& bank, std::int64_t first_edge, int task);  // if need be
  void settle_banks();
  BankSurroundings surroundings() const;
  void report(const BankResidency& residency);

  SramConfig config_;
  Cycles latency_;
  SramBankSize bank_size_;
  kernel::TargetPort port_;
  std::vector<SramBank> banks_;
  std::int64_t retention_after_ps_;                    // -1: never
  bool states_ = false;                                // banks may be down while their domain is up
  power::PowerState domain_ = power::PowerState::kOn;  // as last seen
  std::int64_t settled_ps_ = 0;                        // all banks
  std::vector<Share> shares_;                          // of the request in hand
  bool direct_ = false;                                // no epoch closes while a request is under way
  int in_flight_ = 0;
  kernel::Payload* waiting_ = nullptr;  // arrived while `outstanding` others were in flight
  kernel::Agenda<kernel::Payload*> answers_;
};

}  // namespace subvolt::mem
