#include "models/hw/block_engine/block_engine_config.h"

#include "models/hw/bursts/link.h"

namespace subvolt::hw {
namespace {

using mapping::BlockEngineMachine;
using power::Cause;
using power::EventRole;

// Horowitz, ISSCC 2014 (45 nm): int8 multiplier 282 um2, int32 adder 137 um2 and multiplier 3495 um2; NAND2 0.798 um2
// (Nangate).
constexpr std::int64_t kMultiplierGates = 353, kAdderGates = 172, kWideMultiplierGates = 4380;
constexpr std::int64_t kFlipFlopGates = 6;

power::EventDeclaration fact(const char* name, const char* meaning, std::int64_t most_per_cycle = 1) {
  return {name, "", Cause::kSwitching, meaning, {}, EventRole::kNone, most_per_cycle};
}

power::EventDeclaration lost(const char* name, const char* meaning, const power::Loss& loss) {
  power::EventDeclaration event = fact(name, meaning);
  event.loss = loss;
  return event;
}

void check(const BlockEngineConfig& c, const config::Node& node, config::Diagnostics& d) {
  const auto whole = [&](const char* key, Bytes size) {
    if ((size.value() & (size.value() - 1)) == 0) return;
    const config::Node& culprit = config::node_at(node, {key});
    d.error(culprit, "expected a power of two such as \"256 B\", got " + culprit.describe());
  };
  whole("burst", c.burst);
  whole("weight_burst", c.weight_burst);
}

}  // namespace

const config::Schema<BlockEngineConfig>& BlockEngineConfig::schema() {
  using C = BlockEngineConfig;
  static const auto schema =
      config::Schema<C>("block_engine", "Engine that computes layers block by block, as Ethos-U.")
          .required("model", &C::model,
                    "Which of the machines of Ethos-U55 and U65, by MACs of int8 per cycle: sizes of micro-blocks, "
                    "banks of its buffer, speed of its output stage, width of its ports.")
          .required("weight_buffer", &C::weight_buffer,
                    "Part of the memory on chip that holds weights from off the chip while they are used: two slices.")
          .optional("weight_ratio", &C::weight_ratio, "Bits of the weight stream per bit of weights.",
                    config::between(0.05, 1.5))
          .optional("burst", &C::burst, "Largest request of feature maps, a power of two.",
                    config::between(Bytes(8), Bytes(4096)))
          .optional(
              "weight_burst", &C::weight_burst,
              "Largest request of weights, a power of two. A serial flash takes its command and latency for each.",
              config::between(Bytes(8), Bytes(4096)))
          .optional("outstanding", &C::outstanding, "Requests under way at most, of each of its ways to memory.",
                    config::between(1, 64))
          .check(check);
  return schema;
}

SramBufferConfig BlockEngineConfig::buffer() const {
  const BlockEngineMachine m = machine();
  // A bank is read and written in words of 16 bytes: estimate, so that the micro-blocks of the largest machine find
  // their four pixels of eight channels in a cycle.
  return {Bytes(m.banks * BlockEngineMachine::kBankBytes), static_cast<int>(m.banks), Bytes(16)};
}

kernel::Traits block_engine_array(const BlockEngineConfig& c) {
  const BlockEngineMachine m = c.machine();
  const std::int64_t multipliers = m.macs_per_cycle(), outputs = m.micro.elements() * m.cores;
  power::Inventory inventory;
  // A weight of each channel and kernel twice, as the next step's are decoded while one works, four steps deep; inputs
  // of a micro-block twice; products in a stage; a sum of each output read, added to and written.
  const std::int64_t weights = m.micro.channels * BlockEngineMachine::kDot * BlockEngineMachine::kStep * m.cores;
  const std::int64_t inputs = m.micro.rows * m.micro.columns * BlockEngineMachine::kDot * m.cores;
  inventory.flip_flops = 2 * 8 * (weights + inputs) + multipliers * 16 + outputs * 3 * 32;
  inventory.logic_gates =
      multipliers * (kMultiplierGates + kAdderGates) + kFlipFlopGates * inventory.flip_flops + 12000;
  inventory.basis =
      "per multiplier: int8 multiplier 282 um2 and int32 adder 137 um2 at 45 nm (Horowitz, ISSCC 2014) over 0.798 um2 "
      "per NAND2 (Nangate 45 nm) and a product; weights of four steps and inputs of a micro-block twice, three sums "
      "per "
      "output, in flip-flops at 6 gates; estimate: 12000 gates of block traversal and address generators";
  return {
      "block_engine_array",
      "",
      inventory,
      {{"mac_int8",
        "mac.int8",
        Cause::kSwitching,
        "One int8 multiplication of the layer with its part of the sum.",
        {},
        EventRole::kMac,
        multipliers},
       {"accumulator_byte", "pe.register_byte", Cause::kSwitching, "One byte of a sum latched on its way.", {}},
       {"idle_macs",
        "",
        Cause::kSwitching,
        "Multiplications that multipliers without operands, or while results leave, could have done.",
        {},
        EventRole::kIdleMac,
        0,
        0,
        {"blocks",
         "Multipliers have nothing to multiply: blocks, taps and channels do not fill the steps, weights are decoded, "
         "or the output stage and the way of blocks take longer.",
         "Layers of 32 channels or of taps in fours, images that whole blocks cover."}}}};
}

kernel::Traits block_engine_output(const BlockEngineConfig& c) {
  const BlockEngineMachine m = c.machine();
  const std::int64_t lanes = ceil_div(BlockEngineMachine::kFraction, m.element_time);
  power::Inventory inventory;
  inventory.flip_flops = lanes * 6 * 40 + 2 * 16 * 8;
  inventory.logic_gates =
      lanes * (kWideMultiplierGates + 2 * kAdderGates + 480 + 100) + kFlipFlopGates * inventory.flip_flops + 4000;
  inventory.basis =
      "per element unit: int32 multiplier 3495 um2 and two int32 adders of 137 um2 at 45 nm (Horowitz, ISSCC 2014) "
      "over "
      "0.798 um2 per NAND2 (Nangate 45 nm); estimate: 480 gates of shifter, 100 of clamp, 40 flip-flops at 6 gates per "
      "stage, two words of results, 4000 gates of control";
  return {"block_engine_output",
          "",
          inventory,
          {{"output_operation",
            "vector.lane_operation",
            Cause::kSwitching,
            "One element added, multiplied or compared where it is, scaled, rounded and clamped.",
            {}}}};
}

kernel::Traits block_engine_decoder(const BlockEngineConfig& c) {
  power::Inventory inventory;
  inventory.flip_flops = c.machine().cores * (2 * 128 + 32 * 9 + 64);
  inventory.logic_gates = kFlipFlopGates * inventory.flip_flops + c.machine().cores * 9000;
  inventory.basis =
      "estimate: two words of 16 bytes of stream, a palette of 32 weights of 9 bits and state in flip-flops at 6 "
      "gates; "
      "9000 gates of shifters and prefix decoders for eight weights a cycle";
  return {"block_engine_decoder",
          "",
          inventory,
          {{"decoded_weight", "pe.register_byte", Cause::kSwitching, "One weight decoded and latched.", {}}}};
}

kernel::Traits block_engine_link(const BlockEngineConfig& c) {
  power::Inventory inventory;
  inventory.flip_flops = 10 * 32 + c.outstanding * 48 + 16 * 8 * c.machine().port;
  inventory.logic_gates = kFlipFlopGates * inventory.flip_flops + 5 * kAdderGates + 2000;
  inventory.basis =
      "estimate: 10 registers of 32 bits, 48 bits per request under way and a FIFO of 16 beats at 6 gates per "
      "flip-flop; "
      "5 adders of 172 gates (Horowitz, ISSCC 2014), 2000 gates of control";
  return {"block_engine_link", "", inventory, link_events()};
}

std::vector<power::EventDeclaration> block_engine_facts() {
  return {fact("load_cycles", "Cycles in which inputs or weights were under way from memory.", 0),
          fact("compute_cycles", "Cycles in which blocks were multiplied or their results scaled."),
          fact("store_cycles", "Cycles in which results were under way to memory.", 0),
          lost("stall_load_cycles", "Cycles in which the engine waited for an input block.",
               {"loads", "The engine waits for the input of a block.",
                "Feature maps in a memory that is faster, or layers with more work per input.", true}),
          lost("weight_load_cycles", "Cycles in which the engine waited for weights.",
               {"weights", "The engine waits for weights from memory.",
                "A faster memory for weights, or a larger `weight_buffer`, so that more come under the layer before.",
                true}),
          lost("stall_store_cycles", "Cycles in which the engine waited for results on their way to memory.",
               {"stores", "Results leave the buffer more slowly than blocks are done, or the layer's last ones leave.",
                "Feature maps in a memory that is faster.", true}),
          lost("stall_power_cycles", "Cycles until the power domain was awake.",
               {"wake", "A power domain wakes up.",
                "A gating policy that waits longer before it goes down, or a state from which it wakes faster."}),
          fact("accelerator_cycles", "Cycles of each layer from its start to its last result.")};
}

}  // namespace subvolt::hw
