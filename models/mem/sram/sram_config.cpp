#include "models/mem/sram/sram_config.h"

#include <cmath>

namespace subvolt::mem {
namespace {

// Leakage of a macro with two ports over that of the same with one: mean over CACTI 7's 1R1W and 1RW macros of 64 B to
// 2 KiB, 65 to 32 nm (scripts/data/cacti7_sram_ports.csv), subthreshold and gate; 1.15 to 1.47.
constexpr double kTwoPortLeakage = 1.227;

// The largest on-chip SRAM of one chip has 900 MB (Graphcore's second IPU, 2020).
constexpr Bytes kLargestOnChip = Bytes(std::int64_t{1} << 30);

constexpr double kGatesPerXor = 2.5;  // NAND2 equivalents; estimate: standard cell libraries lie between 2 and 3

std::int64_t address_bits(const SramConfig& config) {
  return static_cast<std::int64_t>(std::ceil(std::log2(static_cast<double>(config.size.value()))));
}

void check_sizes(const SramConfig& c, const config::Node& node, config::Diagnostics& d) {
  const std::int64_t row = c.banks * c.word.value();
  const auto expect = [&](const char* key, const std::string& what) {
    const config::Node& culprit = config::node_at(node, {key});
    d.error(culprit, "expected " + what + ", got " + culprit.describe());
  };
  if (c.size.value() % row != 0) {
    expect("size", "a multiple of banks x word = " + std::to_string(row) + " B");
  } else if (c.stripe) {
    const std::int64_t bank = c.size.value() / c.banks;
    if (c.stripe->value() % c.word.value() != 0 || bank % c.stripe->value() != 0) {
      expect("stripe", "a multiple of a word of " + std::to_string(c.word.value()) + " B that divides a bank of " +
                           std::to_string(bank) + " B");
    }
  }
}

}  // namespace

const config::Schema<SramConfig>& SramConfig::schema() {
  static const auto schema =
      config::Schema<SramConfig>("sram", "On-chip SRAM: independent banks with power states of their own.")
          .required("size", &SramConfig::size, "Capacity of all banks together.",
                    config::between(Bytes(1), kLargestOnChip))
          .optional("banks", &SramConfig::banks, "Banks; consecutive stripes lie in consecutive banks.",
                    config::between(1, 256))
          .optional("word", &SramConfig::word, "Bytes that one bank delivers per access.",
                    config::between(Bytes(1), Bytes(256)))
          .optional("stripe", &SramConfig::stripe,
                    "Consecutive bytes that lie in one bank; a word by default. size / banks keeps whole banks free of "
                    "data that is not needed, at the price of bandwidth.",
                    config::at_least(Bytes(1)))
          .optional("ports", &SramConfig::ports,
                    "Accesses that a bank begins per cycle: one (1rw), one read and one write (1r1w), any two (2rw).")
          .optional("latency", &SramConfig::latency,
                    "Cycles from the begin of an access to its data, pipelined; by the size of a bank when absent: one "
                    "up to 512 KiB. The clock must leave them the time that an access takes.",
                    config::between(Cycles(1), Cycles(64)))
          .optional("outstanding", &SramConfig::outstanding, "Requests in flight before the next one is held off.",
                    config::between(1, 1024))
          .optional("ecc", &SramConfig::ecc,
                    "Code over each word; secded corrects one bit, detects two, and lowers the minimum voltage.")
          .optional("ecc_latency", &SramConfig::ecc_latency, "Cycles that checking and correcting add to a read.",
                    config::between(Cycles(0), Cycles(64)))
          .optional("cell", &SramConfig::cell,
                    "Bit cells, one of the technology's devices of kind sram, such as hp, which decides leakage and "
                    "retention voltage; "
                    "those that the power domain is made of when empty.")
          .optional("retention_after", &SramConfig::retention_after,
                    "Idle time after which a bank by itself goes to retention; never when absent.")
          .optional("retention_wake", &SramConfig::retention_wake,
                    "Time that a bank takes from retention to its access; at least retention_wake_cycles.")
          .optional("retention_wake_cycles", &SramConfig::retention_wake_cycles, "The same in cycles.",
                    config::between(Cycles(0), Cycles(1'000'000)))
          .optional("unused_banks", &SramConfig::unused_banks,
                    "Banks that hold no tensor of the program: powered, or off until something is written to them.")
          .optional("off_wake", &SramConfig::off_wake,
                    "Time that a bank takes from off to its access; at least off_wake_cycles.")
          .optional("off_wake_cycles", &SramConfig::off_wake_cycles, "The same in cycles.",
                    config::between(Cycles(0), Cycles(1'000'000)))
          .optional("cost_per_byte", &SramConfig::cost_per_byte,
                    "Relative cost of a byte for the mapper; an SRAM byte is the unit.", config::between(0.0, 1e9))
          .optional("bytes_per_cycle", &SramConfig::bytes_per_cycle,
                    "Bandwidth as the mapper weighs it; by default banks x word, or with wider stripes what a request "
                    "of 256 B gets.",
                    config::between(1e-6, 1e6))
          .check(check_sizes);
  return schema;
}

std::int64_t secded_check_bits(std::int64_t data_bits) {
  std::int64_t r = 1;
  while ((std::int64_t{1} << r) < data_bits + r + 1) ++r;
  return r + 1;
}

std::int64_t ecc_encoder_gates(std::int64_t data_bits) {
  return std::llround(kGatesPerXor * static_cast<double>(3 * data_bits - secded_check_bits(data_bits)));
}

std::int64_t ecc_decoder_gates(std::int64_t data_bits) {
  return std::llround(kGatesPerXor * static_cast<double>(3 * data_bits + data_bits)) + 3 * data_bits;
}

SramBankSize bank_size(const SramConfig& config) {
  const std::int64_t data_bits = 8 * config.word.value();
  SramBankSize size;
  size.word_bits = data_bits + (config.ecc == SramEcc::kSecded ? secded_check_bits(data_bits) : 0);
  size.bits = config.size.value() / config.banks / config.word.value() * size.word_bits;
  size.leaking_bits = static_cast<double>(size.bits) * (config.two_ports() ? kTwoPortLeakage : 1.0);
  size.flip_flops = (address_bits(config) + size.word_bits) * (config.two_ports() ? 2 : 1);
  return size;
}

double bank_capacity_B(const SramConfig& config) { return static_cast<double>(bank_size(config).bits) / 8.0; }

power::Inventory sram_inventory(const SramConfig& config) {
  const SramBankSize bank = bank_size(config);
  const std::int64_t data_bits = 8 * config.word.value();
  power::Inventory inventory;
  // Per bank: registered address and write data, and an output multiplexer of two gates per bit. The registers are
  // clocked by bank (event bank_clock) and keep nothing in retention, so they count as gates.
  inventory.logic_gates = config.banks * (bank.flip_flops * 6 + data_bits * 2) + 500;
  inventory.basis =
      "estimate: interface per bank: address and write-data registers at 6 gates per flip-flop, 2 gates per output "
      "bit, 500 gates of control; bit cells are counted by bank and state; decoders and sense amplifiers belong to the "
      "macro's access energy";
  if (config.ecc == SramEcc::kSecded) {
    inventory.logic_gates += config.banks * (ecc_encoder_gates(data_bits) + ecc_decoder_gates(data_bits));
    inventory.basis += "; per bank an encoder and a decoder of a Hsiao code at 2.5 gates per XOR";
  }
  return inventory;
}

std::vector<power::EventDeclaration> sram_events(const SramConfig& config, Cycles latency) {
  using power::Cause;
  const SramBankSize bank = bank_size(config);
  // The macro stores check bits like data: its word and its capacity are those of what is stored.
  const std::vector<std::pair<std::string, double>> sizes = {{"capacity_B", bank_capacity_B(config)},
                                                             {"word_B", static_cast<double>(bank.word_bits) / 8.0}};
  std::vector<std::pair<std::string, double>> reading = sizes;
  reading.emplace_back("access_cycles", static_cast<double>(latency.value()));
  std::vector<std::pair<std::string, double>> bits = {{"bits", bank.leaking_bits}};
  const std::string cell = config.cell.empty() ? "" : "." + config.cell;
  const std::string on = "sram.bit_leakage" + cell, off = "sram.bit_off_leakage" + cell;
  const std::vector<std::pair<std::string, double>> waking = bits;
  if (config.ecc == SramEcc::kSecded) bits.emplace_back("correctable_bits", 1.0);
  const std::string ports = config.two_ports() ? "_two_port" : "";
  std::vector<power::EventDeclaration> events = {
      {"read", "sram.read" + ports, Cause::kSwitching, "One word read from one bank.", reading},
      {"write", "sram.write" + ports, Cause::kSwitching, "One word written to one bank.", sizes},
      {"bank_active", on, Cause::kLeakage, "A picosecond of one bank with its clock running or on its way up.", bits},
      {"bank_clock_gated", on, Cause::kLeakage, "A picosecond of one bank that idles at full voltage.", bits},
      {"bank_retention", on, Cause::kRetention, "A picosecond of one bank at the retention voltage.", bits},
      {"bank_off", off, Cause::kLeakage, "A picosecond of one bank that is switched off.", bits},
      {"bank_wake", "sram.bit_wake", Cause::kTransition, "One bank brought back from retention or off.", waking},
      {"bank_clock",
       "logic.clock_pin",
       Cause::kClockTree,
       "One clock edge at one flip-flop of a bank's interface.",
       {{"banks", static_cast<double>(config.banks)}, {"flip_flops", static_cast<double>(bank.flip_flops)}}},
      {"read_B", "", Cause::kSwitching, "Bytes that read requests asked for.", {}, power::EventRole::kReadBytes},
      {"write_B", "", Cause::kSwitching, "Bytes that write requests brought.", {}, power::EventRole::kWriteBytes},
      {"conflict_cycles", "", Cause::kSwitching, "Cycles that requests waited for busy or waking banks.", {}}};
  if (config.ecc == SramEcc::kSecded) {
    const std::int64_t data_bits = 8 * config.word.value();
    events.push_back({"ecc_encode",
                      "sram.ecc_gate",
                      Cause::kSwitching,
                      "Check bits made for one word.",
                      {{"gates", static_cast<double>(ecc_encoder_gates(data_bits))}}});
    events.push_back({"ecc_decode",
                      "sram.ecc_gate",
                      Cause::kSwitching,
                      "One word checked and corrected.",
                      {{"gates", static_cast<double>(ecc_decoder_gates(data_bits))}}});
  }
  const std::int64_t words = config.banks * (config.two_ports() ? 2 : 1), banks = config.banks;
  return power::limited(
      std::move(events), {{"read", words}, {"write", words}, {"bank_clock", banks * bank.flip_flops}},
      {{"bank_active", banks}, {"bank_clock_gated", banks}, {"bank_retention", banks}, {"bank_off", banks}});
}

}  // namespace subvolt::mem

namespace subvolt::config {

using mem::SramEcc;
using mem::SramPorts;
using mem::UnusedBanks;

const std::vector<std::pair<SramPorts, std::string>>& EnumNames<SramPorts>::names() {
  static const std::vector<std::pair<SramPorts, std::string>> names{
      {SramPorts::k1Rw, "1rw"}, {SramPorts::k1R1W, "1r1w"}, {SramPorts::k2Rw, "2rw"}};
  return names;
}
const std::vector<std::pair<SramEcc, std::string>>& EnumNames<SramEcc>::names() {
  static const std::vector<std::pair<SramEcc, std::string>> names{{SramEcc::kNone, "none"},
                                                                  {SramEcc::kSecded, "secded"}};
  return names;
}
const std::vector<std::pair<UnusedBanks, std::string>>& EnumNames<UnusedBanks>::names() {
  static const std::vector<std::pair<UnusedBanks, std::string>> names{{UnusedBanks::kPowered, "powered"},
                                                                      {UnusedBanks::kOff, "off"}};
  return names;
}

}  // namespace subvolt::config
