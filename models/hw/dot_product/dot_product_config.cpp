#include "models/hw/dot_product/dot_product_config.h"

#include <string>

namespace subvolt::config {

const std::vector<std::pair<hw::GroupedConvolution, std::string>>& EnumNames<hw::GroupedConvolution>::names() {
  static const std::vector<std::pair<hw::GroupedConvolution, std::string>> all{
      {hw::GroupedConvolution::kBlocks, "blocks"}, {hw::GroupedConvolution::kDense, "dense"}};
  return all;
}

}  // namespace subvolt::config

namespace subvolt::hw {
namespace {

using power::Cause;
using power::EventRole;

// Horowitz, ISSCC 2014 (45 nm): int8 multiplier 282 um2, int32 adder 137 um2 and multiplier 3495 um2; NAND2 0.798 um2
// (Nangate).
constexpr std::int64_t kMultiplierGates = 353, kAdderGates = 172, kWideMultiplierGates = 4380;
constexpr std::int64_t kFlipFlopGates = 6;
constexpr std::int64_t kSumBytes = 4;

void check(const DotProductConfig& c, const config::Node& node, config::Diagnostics& d) {
  // `least`: such a value, for a key whose default does not do either.
  const auto expect = [&](const char* key, const std::string& what, const std::string& least = "") {
    const config::Node* const culprit = node.find(key);
    if (culprit) return d.error(*culprit, "expected " + what + ", got " + culprit->describe());
    d.error(config::last_said(node, {"channels", "kernels", "output_interval"}),
            std::string(key) + " is not given, and its default is not " + what + ": --set '" + node.path() + "." + key +
                "=" + least + "'");
  };
  if (c.buffer.word.value() != c.channels) {
    const config::Node& buffer = config::node_at(node, {"buffer"});
    const config::Node& culprit = config::node_at(buffer, {"word"});
    d.error(culprit, "expected " + std::to_string(c.channels) + " B, a byte of each of its `channels`, got " +
                         std::to_string(c.buffer.word.value()) + " B");
  }
  if (c.buffer.banks < 2) expect("buffer", "at least 2 banks, as input and weights share none");
  if (c.accumulators < 2 * c.kernels) {
    const std::string stripe = std::to_string(2 * c.kernels);
    expect("accumulators", "room for a stripe of 2 x kernels = " + stripe + " positions", stripe);
  }
  const auto limit = [&](const char* key, const std::optional<int>& banks) {
    if (banks && *banks >= c.buffer.banks) {
      expect(key, "fewer than the " + std::to_string(c.buffer.banks) + " banks of the buffer");
    }
  };
  limit("data_banks", c.data_banks);
  limit("weight_banks", c.weight_banks);
  const std::string beat = std::to_string(c.channels) + " B";
  if (c.burst.value() % c.channels != 0) expect("burst", "a multiple of " + beat, beat);
  if (c.weight_alignment.value() % c.channels != 0) expect("weight_alignment", "a multiple of " + beat, beat);
  if (c.output_latency < c.output_interval) {
    const std::string interval = std::to_string(c.output_interval.value()) + " cycles";
    expect("output_latency", "at least the " + interval + " of output_interval, which a beat is in the output stage",
           interval);
  }
}

}  // namespace

const config::Schema<DotProductConfig>& DotProductConfig::schema() {
  using C = DotProductConfig;
  const auto cycles = [] { return config::between(Cycles(0), Cycles(1'000'000)); };
  static const auto schema =
      config::Schema<C>("dot_product", "Convolution engine of dot products: channels x kernels int8 multipliers.")
          .optional("channels", &C::channels, "Input channels multiplied at a time, which are bytes of a beat.",
                    config::between(1, 256))
          .optional("kernels", &C::kernels, "Kernels that work side by side.", config::between(1, 256))
          .required("buffer", &C::buffer, "Holds input and weights, each in banks of its own.")
          .optional("data_banks", &C::data_banks, "Banks for input at most; all but one when absent.",
                    config::between(1, 255))
          .optional("weight_banks", &C::weight_banks,
                    "Banks for weights at most; all that the input leaves when absent.", config::between(1, 255))
          .optional("accumulators", &C::accumulators, "Output beats that the accumulators hold.",
                    config::between(1, 4096))
          .optional("reads_in_flight", &C::reads_in_flight, "Beats asked for and not there, at most.",
                    config::between(1, 65536))
          .optional("burst", &C::burst, "Bytes of a request at most, beats that lie next to each other.",
                    config::between(Bytes(1), Bytes(4096)))
          .optional("weight_alignment", &C::weight_alignment, "Weights of a hardware layer are read up to a multiple.",
                    config::between(Bytes(1), Bytes(4096)))
          .optional("grouped", &C::grouped,
                    "Grouped convolutions: in blocks of `channels` channels or of one group, where these are whole "
                    "planes, or always as one dense convolution with zeros.")
          .optional("weight_start", &C::weight_start, "Cycles from the start to the first weights asked for.", cycles())
          .optional("input_start", &C::input_start, "Cycles from the start to the first input asked for.", cycles())
          .optional("input_latency", &C::input_latency,
                    "Cycles of an input beat from the port to the registers before "
                    "the buffer.",
                    cycles())
          .optional("array_latency", &C::array_latency, "Cycles from a position's issue to the output stage.", cycles())
          .optional("output_interval", &C::output_interval, "Cycles of the output stage for a beat.",
                    config::between(Cycles(1), Cycles(1'000'000)))
          .optional("output_latency", &C::output_latency, "Cycles from the output stage to the port; `output_interval` at least.", cycles())
          .optional("release_latency", &C::release_latency,
                    "Cycles from a group's last weights leaving the buffer to the reader's use of their room.",
                    config::between(Cycles(1), Cycles(1'000'000)))
          .optional("restart", &C::restart, "Cycles between two hardware layers of a layer.", cycles())
          .check(check);
  return schema;
}

mapping::DotProductMachine DotProductConfig::machine() const {
  mapping::DotProductMachine m;
  m.channels = channels;
  m.kernels = kernels;
  m.banks = buffer.banks;
  m.bank_entries = buffer.size.value() / buffer.banks / buffer.word.value();
  m.data_banks = data_banks;
  m.weight_banks = weight_banks;
  m.accumulators = accumulators;
  m.reads_in_flight = reads_in_flight;
  m.burst_beats = burst.value() / channels;
  m.weight_start = weight_start.value();
  m.input_start = input_start.value();
  m.input_latency = input_latency.value();
  m.array_latency = array_latency.value();
  m.output_interval = output_interval.value();
  m.output_latency = output_latency.value();
  m.release_latency = release_latency.value();
  m.restart = restart.value();
  m.weight_alignment = weight_alignment.value();
  return m;
}

kernel::Traits dot_product_array(const DotProductConfig& c) {
  power::Inventory inventory;
  const std::int64_t multipliers = c.channels * c.kernels;
  // Weights twice, as the next block's come while one works; inputs and products in two stages; a sum and its stage per
  // kernel; the accumulators.
  inventory.flip_flops = multipliers * 2 * 8 + 2 * c.channels * 8 + multipliers * 16 + 2 * c.kernels * 8 * kSumBytes +
                         c.accumulators * c.kernels * 8 * kSumBytes;
  inventory.logic_gates = multipliers * (kMultiplierGates + kAdderGates) + c.kernels * kAdderGates +
                          kFlipFlopGates * inventory.flip_flops + 4000;
  inventory.basis =
      "per multiplier: int8 multiplier 282 um2 and int32 adder 137 um2 at 45 nm (Horowitz, ISSCC 2014) over 0.798 um2 "
      "per NAND2 (Nangate 45 nm), a weight twice and a product; per kernel an accumulating adder and two sums, and the "
      "accumulators, in flip-flops at 6 gates; estimate: 4000 gates of sequencer";
  return {
      "dot_product_array",
      "",
      inventory,
      {{"mac_int8",
        "mac.int8",
        Cause::kSwitching,
        "One int8 multiplication of the layer with its part of the sum.",
        {},
        EventRole::kMac,
        multipliers},
       {"register_byte", "pe.register_byte", Cause::kSwitching, "One byte latched in a register of the array.", {}},
       {"idle_macs",
        "",
        Cause::kSwitching,
        "Multiplications by channels, kernels and weights that there are not: multipliers are gated.",
        {},
        EventRole::kIdleMac,
        0,
        0,
        {"edges", "Multipliers have nothing to multiply: channels and kernels do not fill them, or groups are apart.",
         "Another array shape; `grouped: blocks` where grouped convolutions are run as dense ones."}}}};
}

kernel::Traits dot_product_output(const DotProductConfig& c) {
  power::Inventory inventory;
  const std::int64_t lanes = ceil_div(std::int64_t{c.kernels}, c.output_interval.value());
  inventory.flip_flops = lanes * 6 * 40 + 2 * c.kernels * 8;
  inventory.logic_gates =
      lanes * (kWideMultiplierGates + 2 * kAdderGates + 480 + 100) + kFlipFlopGates * inventory.flip_flops + 2000;
  inventory.basis =
      "per lane, of which there are as many as results in a cycle: int32 multiplier 3495 um2 and two int32 adders of "
      "137 "
      "um2 at 45 nm (Horowitz, ISSCC 2014) over 0.798 um2 per NAND2 (Nangate 45 nm); estimate: 480 gates of shifter, "
      "100 of clamp, 40 flip-flops at 6 gates per stage, two beats of results, 2000 gates of control";
  return {"dot_product_output",
          "",
          inventory,
          {{"output_operation",
            "vector.lane_operation",
            Cause::kSwitching,
            "One sum of a kernel at a position scaled, rounded and clamped.",
            {}}}};
}

kernel::Traits dot_product_dma(const DotProductConfig& c) {
  power::Inventory inventory;
  inventory.flip_flops = 3 * 10 * 32 + c.reads_in_flight + 10 * c.channels * 8;
  inventory.logic_gates = kFlipFlopGates * inventory.flip_flops + 3 * 5 * kAdderGates + 3000;
  inventory.basis =
      "estimate: readers of input and weights and a writer with 10 registers of 32 bits and 5 adders of 172 gates each "
      "(Horowitz, ISSCC 2014), a bit per read in flight, 10 beats of FIFO and registers before the buffer, at 6 gates "
      "per flip-flop; 3000 gates of control";
  return {"dot_product_dma",
          "",
          inventory,
          {{"byte", "dma.byte", Cause::kSwitching, "One byte moved between memory and buffer or output stage.", {}},
           {"read_B", "", Cause::kSwitching, "Bytes read from memory.", {}, EventRole::kReadBytes},
           {"write_B", "", Cause::kSwitching, "Bytes written to memory.", {}, EventRole::kWriteBytes},
           {"requests", "", Cause::kSwitching, "Requests answered.", {}}}};
}

}  // namespace subvolt::hw
