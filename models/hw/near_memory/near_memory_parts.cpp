// Hardware and events of a near_memory engine.
#include <utility>

#include "models/hw/near_memory/near_memory_config.h"

namespace subvolt::hw {
namespace {

using mapping::NearMemoryMachine;
using power::Cause;
using power::EventDeclaration;
using power::EventRole;

// Horowitz, ISSCC 2014 (45 nm): int8 multiplier 282 um2, int32 adder 137 um2 and multiplier 3495 um2; NAND2 0.798 um2
// and DFF_X1 4.52 um2 (Nangate).
constexpr std::int64_t kMultiplierGates = 353, kAdderGates = 172, kFlipFlopGates = 6;

using Sizes = std::vector<std::pair<std::string, double>>;

EventDeclaration fact(const char* name, const char* meaning, EventRole role = EventRole::kNone,
                      std::int64_t most_per_cycle = 0) {
  return {name, "", Cause::kSwitching, meaning, {}, role, most_per_cycle};
}

EventDeclaration lost(const char* name, const char* meaning, power::Loss loss) {
  EventDeclaration event = fact(name, meaning);
  event.loss = std::move(loss);
  return event;
}

int processors(const NearMemoryConfig& c) { return c.machine().processors(); }

}  // namespace

kernel::Traits near_memory_weights(const NearMemoryConfig& c) {
  const std::int64_t instances = ceil_div(c.all_weight_words(), c.instance_words());
  power::Inventory inventory;
  inventory.sram_bits = c.all_weight_words() * NearMemoryMachine::kWeightWordBits;
  inventory.flip_flops = instances * (10 + NearMemoryMachine::kWeightWordBits);
  inventory.logic_gates =
      kFlipFlopGates * inventory.flip_flops + processors(c) * NearMemoryMachine::kWeightWordBits * 4;
  inventory.basis =
      "estimate: 72 bits per word; instances of 1,024 words (izer/tornadocnn.py), each with registers for address and "
      "write data at 6 gates per flip-flop; 4 gates per bit and processor for the multiplexer between its instances";
  const double bytes = static_cast<double>(c.instance_words() * NearMemoryConfig::kWeightWordBytes);
  const Sizes sizes = {{"capacity_B", bytes}, {"word_B", double{NearMemoryConfig::kWeightWordBytes}}};
  Sizes reading = sizes;
  reading.emplace_back("access_cycles", 1.0);
  return {"near_memory_weights",
          "",
          inventory,
          {{"kernel_word", "sram.read", Cause::kSwitching, "One word of 72 bits that a processor reads.", reading},
           fact("kernel_bits", "Bits of these words that are weights."),
           fact("kernel_flips",
                "Of these, those that differ from the word before: by the share that the network's "
                "mapping hints say, or half."),
           fact("weight_bits", "Bits of one weight of each of these words."),
           fact("weight_flips", "Of these, those that differ from the word before."),
           {"word_loaded", "sram.write", Cause::kSwitching, "One word of 72 bits written.", sizes}}};
}

kernel::Traits near_memory_processors(const NearMemoryConfig& c) {
  const std::int64_t n = processors(c), lanes = n * NearMemoryMachine::kLanes;
  power::Inventory inventory;
  // A window and a weight word, the pooling unit's and the sum's registers; the row buffer is SRAM.
  inventory.flip_flops = lanes * 16 + n * (2 * 8 + 32);
  inventory.sram_bits = n * c.longest_side * 6 * 8;
  inventory.logic_gates =
      lanes * (kMultiplierGates + kAdderGates) + n * 3 * kAdderGates + kFlipFlopGates * inventory.flip_flops;
  inventory.basis =
      "per multiplier: int8 multiplier 282 um2 and int32 adder 137 um2 at 45 nm (Horowitz, ISSCC 2014) over 0.798 um2 "
      "per NAND2 (Nangate 45 nm), a weight and a byte of the window; estimate: three adders and 48 flip-flops per "
      "processor for pooling and sums, a row buffer of 6 bytes per column (12,288 words, izer/tornadocnn.py)";
  const Sizes data_word = {
      {"capacity_B", 4.0 * static_cast<double>(c.data_words)}, {"word_B", 4.0}, {"access_cycles", 1.0}};
  return {"near_memory_processors",
          "",
          inventory,
          {{"mac_int8",
            "mac.int8",
            Cause::kSwitching,
            "One multiplication of the layer with its part of the sum.",
            {},
            EventRole::kMac,
            lanes},
           {"idle_macs",
            "",
            Cause::kSwitching,
            "Multipliers without a weight in a write clock.",
            {},
            EventRole::kIdleMac,
            0,
            0,
            {"edges",
             "Multipliers have nothing to multiply: kernels of fewer than nine taps, fewer channels than processors, "
             "zeros of a transposed convolution, or one output channel at a time of a depthwise one.",
             "3x3 kernels on as many channels as there are processors.", false}},
           {"data_word_again", "sram.read", Cause::kSwitching,
            "One 32-bit word of data that is read again for each output channel.", data_word},
           fact("data_word_first", "32-bit words of data read for the first time."),
           {"window_byte", "pe.register_byte", Cause::kSwitching, "One byte that moves into a window or a pool.", {}},
           fact("processor_clocks", "Clocks of processors that are enabled."),
           fact("quadrant_clocks", "Clocks of quadrants with one that is enabled, or that is written to.")}};
}

kernel::Traits near_memory_sums(const NearMemoryConfig& c) {
  power::Inventory inventory;
  inventory.flip_flops = 4 * c.quadrants * 32 + 200;
  inventory.logic_gates = processors(c) * kAdderGates + c.quadrants * (2 * kAdderGates + 480 + 100) +
                          kFlipFlopGates * inventory.flip_flops + 2000;
  inventory.basis =
      "estimate: an adder tree over the processors (137 um2 per int32 adder, Horowitz, ISSCC 2014), per quadrant bias, "
      "rounding, 480 gates of shifter and 100 of clamp, four sums in flip-flops at 6 gates, 2000 gates of control";
  return {"near_memory_sums",
          "",
          inventory,
          {{"result", "vector.lane_operation", Cause::kSwitching, "One sum with bias, shift, rounding and clamp.", {}},
           fact("bytes_written", "Bytes written to the data memories, one at a time.")}};
}

kernel::Traits near_memory_loader(const NearMemoryConfig&) {
  power::Inventory inventory;
  inventory.flip_flops = 200;
  inventory.logic_gates = kFlipFlopGates * inventory.flip_flops + 3000;
  inventory.basis =
      "estimate: three words of a bus interface and a word of 72 bits being put together, at 6 gates per flip-flop, "
      "3000 "
      "gates of decoder and control";
  return {
      "near_memory_loader",
      "",
      inventory,
      {{"byte", "dma.byte", Cause::kSwitching, "One byte copied between a memory of the SoC and one of its own.", {}},
       fact("read_B", "Bytes read from memory.", EventRole::kReadBytes),
       fact("write_B", "Bytes written to memory.", EventRole::kWriteBytes),
       fact("weight_B", "Of the bytes read, weights and biases."),
       fact("input_B", "Of the bytes read, input."),
       fact("input_words", "32-bit words in which the host writes input, or reads results."),
       fact("weight_load_clocks", "Clocks while weights are loaded, divided down to `load_clock`."),
       fact("input_load_clocks", "The same while input or output is copied.")}};
}

std::vector<EventDeclaration> near_memory_facts() {
  return {
      fact("load_cycles", "Cycles in which it read data.", EventRole::kNone, 1),
      fact("compute_cycles", "Write clocks: an output channel at a time.", EventRole::kNone, 1),
      fact("store_cycles", "Cycles in which it wrote results.", EventRole::kNone, 1),
      lost("read_cycles", "Read clocks: data are read, pooled, padded and shifted.",
           {"reads", "Reading and writing take turns: windows move while nothing is multiplied.",
            "Fewer positions for each output channel: pooling earlier, more output channels.", false}),
      lost("pipeline_cycles", "Cycles that the pipeline stands still between two positions.",
           {"pipeline", "The pipeline stands still after each output position.",
            "Up to 50 MHz, `pipeline: false`; more output channels per position.", false}),
      lost("weight_load_cycles", "Cycles of loading weights.",
           {"weight_load", "Weights are copied to the weight memories, where they stay.",
            "Further inferences do without. A faster `load_clock`, up to the engine's own clock, and a host that needs "
            "less `weight_load_time` per byte; a faster memory only where it takes longer than both.",
            false}),
      lost("bias_load_cycles", "Cycles of loading biases.",
           {"bias_load", "Biases are copied to their memories, where they stay.",
            "Further inferences do without. A host that needs less `input_load_time` per word.", false}),
      lost("input_load_cycles", "Cycles of copying input or output between the data memory and another one.",
           {"input_load", "The host's words are copied to the data memory, or results from it.",
            "Place it in the data memory, where whoever makes it can; or a host that needs less `input_load_time` per "
            "word.",
            false}),
      lost("stall_store_cycles", "Cycles in which it waited for memories.",
           {"memories", "A memory takes longer than the machine.", "A faster memory.", true}),
      lost("stall_control_cycles", "Cycles to start from rest.",
           {"start", "It starts from rest.", "Layers that follow each other without a pause.", false}),
      lost("stall_power_cycles", "Cycles in which a power domain woke up.",
           {"wake", "A power domain wakes up.",
            "A gating policy that waits longer before it goes down, or a state from which it wakes faster.", false}),
      fact("accelerator_cycles", "Cycles of each layer from its start to its last result."),
      fact("working_cycles", "Read and write clocks, without stalls.", EventRole::kNone, 1),
      fact("idle_cycles", "Cycles between two layers.", EventRole::kNone, 1)};
}

}  // namespace subvolt::hw
