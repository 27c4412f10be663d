#include "models/mem/sram.h"

#include <algorithm>
#include <cmath>

#include "sim/kernel/component_registry.h"

namespace subvolt::mem {
namespace {

enum Event { kRead, kWrite, kReadBytes, kWriteBytes, kConflictCycles };

power::Inventory inventory(const SramConfig& config) {
  const std::int64_t data_bits = 8 * config.word.value();
  const auto address_bits = static_cast<std::int64_t>(std::ceil(std::log2(static_cast<double>(config.size.value()))));
  power::Inventory inventory;
  inventory.sram_bits = 8 * config.size.value();
  // Per bank: registered address and write data, and an output multiplexer of two gates per bit.
  inventory.flip_flops = config.banks * (address_bits + data_bits);
  inventory.logic_gates = inventory.flip_flops * 6 + config.banks * data_bits * 2 + 500;
  inventory.basis =
      "estimate: bit cells = 8 x size; interface per bank: address and write-data registers at 6 gates per "
      "flip-flop, 2 gates per output bit, 500 gates of control; decoders and sense amplifiers belong to the "
      "macro's access energy";
  return inventory;
}

const bool registered = kernel::register_component(
    {"sram",
     "On-chip SRAM with independent banks.",
     &SramConfig::schema(),
     {{"", kernel::PortRole::kTarget, false, "Reads and writes."}},
     Sram::events(SramConfig()),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       return std::make_unique<Sram>(name.c_str(), SramConfig::schema().read(configuration), environment);
     }});

}  // namespace

const config::Schema<SramConfig>& SramConfig::schema() {
  static const auto schema =
      config::Schema<SramConfig>("sram", "On-chip SRAM: independent banks, one word per bank and cycle.")
          .required("size", &SramConfig::size, "Capacity of all banks together.", config::at_least(Bytes(1)))
          .optional("banks", &SramConfig::banks, "Banks; consecutive words lie in consecutive banks.",
                    config::between(1, 256))
          .optional("word", &SramConfig::word, "Bytes that one bank delivers per access.",
                    config::between(Bytes(1), Bytes(256)))
          .optional("latency", &SramConfig::latency, "Cycles from the begin of an access to its data.",
                    config::between(Cycles(1), Cycles(64)))
          .optional("outstanding", &SramConfig::outstanding, "Requests in flight before the next one is held off.",
                    config::between(1, 1024))
          .optional("cost_per_byte", &SramConfig::cost_per_byte,
                    "Relative cost of a byte for the mapper; an SRAM byte is the unit.", config::at_least(0.0))
          .optional("bytes_per_cycle", &SramConfig::bytes_per_cycle,
                    "Bandwidth as the mapper weighs it; by default banks x word.",
                    config::Range<std::optional<double>>())
          .check([](const SramConfig& c, const config::Node& node, config::Diagnostics& d) {
            const config::Node* culprit = node.find("size");
            const std::int64_t row = c.banks * c.word.value();
            if (c.size.value() % row != 0) {
              d.error(*culprit, "expected a multiple of banks x word = " + std::to_string(row) + " B, got " +
                                    culprit->describe());
            }
          });
  return schema;
}

std::vector<power::EventDeclaration> Sram::events(const SramConfig& config) {
  const std::vector<std::pair<std::string, double>> sizes = {
      {"capacity_B", static_cast<double>(config.size.value()) / config.banks},
      {"word_B", static_cast<double>(config.word.value())}};
  return {{"read", "sram.read", power::Cause::kSwitching, "One word read from one bank.", sizes},
          {"write", "sram.write", power::Cause::kSwitching, "One word written to one bank.", sizes},
          {"read_B", "", power::Cause::kSwitching, "Bytes that read requests asked for.", {}},
          {"write_B", "", power::Cause::kSwitching, "Bytes that write requests brought.", {}},
          {"conflict_cycles", "", power::Cause::kSwitching, "Cycles that requests waited for busy banks.", {}}};
}

Sram::Sram(sc_core::sc_module_name name, const SramConfig& config, kernel::Environment& environment)
    : Component(name, environment, {"sram", "", inventory(config), events(config)}),
      config_(config),
      port_("port", [this](kernel::Payload& payload) { arrive(payload); }),
      free_edge_(static_cast<std::size_t>(config.banks), 0) {
  sc_core::sc_spawn_options options;
  options.spawn_method();
  options.dont_initialize();
  options.set_sensitivity(&answers_.event());
  sc_core::sc_spawn([this] { answer(); }, "answer", &options);
}

double Sram::bytes_per_cycle() const {
  return config_.bytes_per_cycle.value_or(static_cast<double>(config_.banks * config_.word.value()));
}

void Sram::arrive(kernel::Payload& payload) {
  if (in_flight_ < config_.outstanding) {
    start(payload);
  } else {
    waiting_ = &payload;  // the base protocol allows no second one before this is accepted
  }
}

void Sram::start(kernel::Payload& payload) {
  ++in_flight_;
  const std::int64_t begin_ps = ready_at();
  const std::int64_t first_edge = clock().edges_before(begin_ps);
  const std::uint64_t size = static_cast<std::uint64_t>(config_.size.value());
  std::int64_t answer_edge = first_edge + config_.latency.value();
  if (payload.get_address() >= size || payload.get_data_length() > size - payload.get_address()) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
  } else {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (payload.get_data_length() > 0) answer_edge = schedule(payload, first_edge);
  }
  const std::int64_t answer_ps = clock().edge_ps(answer_edge);
  busy(begin_ps, answer_ps);
  answers_.add(answer_ps, &payload);
  port_.accept(payload);
}

std::int64_t Sram::schedule(const kernel::Payload& payload, std::int64_t first_edge) {
  const std::int64_t word = config_.word.value();
  const std::int64_t banks = config_.banks;
  const auto address = static_cast<std::int64_t>(payload.get_address());
  const auto bytes = static_cast<std::int64_t>(payload.get_data_length());
  const std::int64_t first_word = address / word;
  const std::int64_t words = (address + bytes - 1) / word - first_word + 1;

  std::int64_t end = 0;
  for (std::int64_t i = 0; i < std::min(words, banks); ++i) {
    const std::int64_t accesses = ceil_div(words - i, banks);  // words i, i + banks, i + 2 banks, ...
    std::int64_t& free = free_edge_[static_cast<std::size_t>((first_word + i) % banks)];
    free = std::max(free, first_edge) + accesses;
    end = std::max(end, free);
  }
  const std::int64_t undisturbed = first_edge + ceil_div(words, banks);
  const bool read = payload.is_read();
  const std::int64_t begin_ps = clock().edge_ps(first_edge);
  const std::int64_t end_ps = clock().edge_ps(end);
  spread(read ? kRead : kWrite, words, begin_ps, end_ps);
  spread(read ? kReadBytes : kWriteBytes, bytes, begin_ps, end_ps);
  if (end > undisturbed) spread(kConflictCycles, end - undisturbed, begin_ps, end_ps);
  return end + config_.latency.value() - 1;
}

void Sram::answer() {
  for (kernel::Payload* payload = nullptr; answers_.take_due(payload);) {
    --in_flight_;
    port_.respond(*payload);
    if (waiting_ && in_flight_ < config_.outstanding) {
      kernel::Payload& next = *waiting_;
      waiting_ = nullptr;
      start(next);
    }
  }
}

}  // namespace subvolt::mem
