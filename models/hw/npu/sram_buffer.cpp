#include "models/hw/npu/sram_buffer.h"

#include <cmath>
#include <utility>

namespace subvolt::hw {
namespace {

// The largest on-chip SRAM of one chip has 900 MB (Graphcore's second IPU, 2020).
constexpr Bytes kLargestOnChip = Bytes(std::int64_t{1} << 30);

enum Event { kRead, kWrite, kReadBytes, kWriteBytes };

power::Inventory inventory(const SramBufferConfig& config) {
  const std::int64_t data_bits = 8 * config.word.value();
  const auto address_bits = static_cast<std::int64_t>(std::ceil(std::log2(static_cast<double>(config.size.value()))));
  power::Inventory inventory;
  inventory.sram_bits = 8 * config.size.value();
  inventory.flip_flops = config.banks * (address_bits + data_bits);
  inventory.logic_gates = 6 * inventory.flip_flops + config.banks * data_bits * 4;
  inventory.basis =
      "estimate: bit cells = 8 x size; per bank, address and write-data registers at 6 gates per flip-flop and "
      "4 gates per data bit for the multiplexers between DMA, array and vector unit; decoders and sense "
      "amplifiers belong to the macro's access energy";
  return inventory;
}

}  // namespace

const config::Schema<SramBufferConfig>& SramBufferConfig::schema() {
  static const auto schema =
      config::Schema<SramBufferConfig>("npu_buffer", "A buffer of the NPU: banked SRAM, one word per bank and cycle.")
          .required("size", &SramBufferConfig::size, "Capacity of all banks together.",
                    config::between(Bytes(1), kLargestOnChip))
          .optional("banks", &SramBufferConfig::banks, "Banks that work in parallel.", config::between(1, 256))
          .optional("word", &SramBufferConfig::word, "Bytes that one bank delivers per access.",
                    config::between(Bytes(1), Bytes(256)))
          .check([](const SramBufferConfig& c, const config::Node& node, config::Diagnostics& d) {
            const config::Node* culprit = node.find("size");
            const std::int64_t row = c.banks * c.word.value();
            if (c.size.value() % row != 0) {
              d.error(*culprit, "expected a multiple of banks x word = " + std::to_string(row) + " B, got " +
                                    culprit->describe());
            }
          });
  return schema;
}

std::vector<power::EventDeclaration> SramBuffer::events(const SramBufferConfig& config) {
  const std::vector<std::pair<std::string, double>> sizes = {
      {"capacity_B", static_cast<double>(config.size.value()) / config.banks},
      {"word_B", static_cast<double>(config.word.value())}};
  std::vector<std::pair<std::string, double>> reading = sizes;
  reading.emplace_back("access_cycles", 1.0);
  return {{"read", "sram.read", power::Cause::kSwitching, "One word read from one bank.", reading},
          {"write", "sram.write", power::Cause::kSwitching, "One word written to one bank.", sizes},
          {"read_B", "", power::Cause::kSwitching, "Bytes read.", {}, power::EventRole::kReadBytes},
          {"write_B", "", power::Cause::kSwitching, "Bytes written.", {}, power::EventRole::kWriteBytes}};
}

SramBuffer::SramBuffer(sc_core::sc_module_name name, const SramBufferConfig& config, kernel::Environment& environment)
    : Component(name, environment, {"npu_buffer", "", inventory(config), events(config)}), config_(config) {}

void SramBuffer::read(std::int64_t bytes, Picoseconds begin, Picoseconds end, int task) {
  spread(kRead, ceil_div(bytes, word()), begin, end, task);
  spread(kReadBytes, bytes, begin, end, task);
}

void SramBuffer::write(std::int64_t bytes, Picoseconds begin, Picoseconds end, int task) {
  spread(kWrite, ceil_div(bytes, word()), begin, end, task);
  spread(kWriteBytes, bytes, begin, end, task);
}

void SramBuffer::read_words(std::int64_t words, std::int64_t bytes, int task) {
  count_for(task, kRead, words);
  count_for(task, kReadBytes, bytes);
}

void SramBuffer::write_words(std::int64_t words, std::int64_t bytes, int task) {
  count_for(task, kWrite, words);
  count_for(task, kWriteBytes, bytes);
}

}  // namespace subvolt::hw
