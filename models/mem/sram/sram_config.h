// What an SRAM is built of, and what follows from it: bits, gates, events.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/power/record/activity_record.h"

namespace subvolt::mem {

// Accesses that a bank begins per cycle: one; one read and one write; any two.
enum class SramPorts { k1Rw, k1R1W, k2Rw };
enum class SramEcc { kNone, kSecded };
// Banks without live data: powered like the others, or OFF until something is written to them.
enum class UnusedBanks { kPowered, kOff };

struct SramConfig {
  Bytes size;
  int banks = 4;
  Bytes word{8};
  std::optional<Bytes> stripe;  // consecutive bytes of one bank; a word when absent
  SramPorts ports = SramPorts::k1Rw;
  std::optional<Cycles> latency;  // by the size of a bank when absent
  int outstanding = 8;
  SramEcc ecc = SramEcc::kNone;
  Cycles ecc_latency{1};
  std::string cell;                     // an SRAM device of the technology; empty: the power domain's
  std::optional<Time> retention_after;  // idle time before a bank goes to retention; never when absent
  Time retention_wake;
  Cycles retention_wake_cycles{2};
  UnusedBanks unused_banks = UnusedBanks::kPowered;
  Time off_wake = Time::from_si(100e-9);
  Cycles off_wake_cycles{2};
  double cost_per_byte = 1.0;             // the unit in which other memories are weighed
  std::optional<double> bytes_per_cycle;  // banks x word
  static const config::Schema<SramConfig>& schema();

  std::int64_t stripe_words() const { return stripe ? stripe->value() / word.value() : 1; }
  bool two_ports() const { return ports != SramPorts::k1Rw; }
};

// Check bits of a Hamming code for `data_bits` with one more for detecting double errors: the least r with
// 2^r >= data + r + 1, plus 1 (R. W. Hamming, Bell System Technical Journal 29(2), 1950). 64 bits want 8.
std::int64_t secded_check_bits(std::int64_t data_bits);

// NAND2 equivalents of the code's logic for one word, 2.5 per two-input XOR. M.-Y. Hsiao, IBM J. Res. Dev. 14(4), 1970:
// columns of three ones, so an encoder XORs 3 x data bits into its check bits; a decoder does so again with the check
// bits read, matches the syndrome against each column (3 gates per bit) and inverts the bit that is wrong (1 XOR).
std::int64_t ecc_encoder_gates(std::int64_t data_bits);
std::int64_t ecc_decoder_gates(std::int64_t data_bits);

// Of one bank.
struct SramBankSize {
  std::int64_t word_bits = 0;   // stored: data and check bits
  std::int64_t bits = 0;        // stored
  double leaking_bits = 0;      // single-port equivalents: a two-port cell leaks more
  std::int64_t flip_flops = 0;  // registered address and write data
};
SramBankSize bank_size(const SramConfig& config);

double bank_capacity_B(const SramConfig& config);  // as stored

power::Inventory sram_inventory(const SramConfig& config);

// Positions in sram_events(); the two of the code are declared only with one.
enum SramEvent {
  kRead,
  kWrite,
  kBankActive,
  kBankClockGated,
  kBankRetention,
  kBankOff,
  kBankWake,
  kBankClock,
  kReadBytes,
  kWriteBytes,
  kConflictCycles,
  kEccEncode,
  kEccDecode
};
std::vector<power::EventDeclaration> sram_events(const SramConfig& config, Cycles latency = Cycles(1));

}  // namespace subvolt::mem

namespace subvolt::config {
template <>
struct EnumNames<mem::SramPorts> {
  static const std::vector<std::pair<mem::SramPorts, std::string>>& names();
};
template <>
struct EnumNames<mem::SramEcc> {
  static const std::vector<std::pair<mem::SramEcc, std::string>>& names();
};
template <>
struct EnumNames<mem::UnusedBanks> {
  static const std::vector<std::pair<mem::UnusedBanks, std::string>>& names();
};
}  // namespace subvolt::config
