#include "models/hw/subtile/subtile_config.h"

#include <algorithm>
#include <string>

namespace subvolt::config {

const std::vector<std::pair<mapping::SubtileTensors, std::string>>& EnumNames<mapping::SubtileTensors>::names() {
  static const std::vector<std::pair<mapping::SubtileTensors, std::string>> all{
      {mapping::SubtileTensors::kInMemory, "in_memory"}, {mapping::SubtileTensors::kInL1, "in_l1"}};
  return all;
}

}  // namespace subvolt::config

namespace subvolt::hw {
namespace {

using mapping::SubtileMachine;
using power::Cause;
using power::EventRole;

constexpr std::int64_t kFlipFlopGates = 6;
// Horowitz, ISSCC 2014 (45 nm): int32 adder 137 um2 and multiplier 3495 um2; NAND2 0.798 um2 (Nangate).
constexpr std::int64_t kAdderGates = 172, kWideMultiplierGates = 4380;
// Estimate: an adder of n bits has n / 32 of the gates of one of 32; the sum of two products of 8 bits has 9, further
// up the tree and behind the shift by a weight bit's place some 16 in the mean.
constexpr std::int64_t kTreeAdderGates = kAdderGates / 2;
constexpr std::int64_t kLanes = 4;  // kernels scaled in a cycle (RTL: NMULT)

void check(const SubtileConfig& c, const config::Node& node, config::Diagnostics& d) {
  const auto expect = [&](const char* key, const std::string& what) {
    const config::Node& culprit = config::node_at(node, {key});
    d.error(culprit, "expected " + what + ", got " + culprit.describe());
  };
  if (c.most_weight_bits < c.least_weight_bits) {
    expect("most_weight_bits", "at least the " + std::to_string(c.least_weight_bits) + " of least_weight_bits");
  }
  if (c.inputs % 8 != 0) expect("inputs", "a multiple of 8, so that a bit of each is whole bytes");
  const std::int64_t most = std::max(SubtileMachine::taps() * c.inputs / 8, SubtileMachine{}.port);
  const std::int64_t banks = ceil_div(most, c.l1.word.value());
  if (c.l1.banks < banks) {
    const config::Node& culprit = config::node_at(config::node_at(node, {"l1"}), {"banks"});
    d.error(culprit, "expected at least " + std::to_string(banks) + " banks of " + std::to_string(c.l1.word.value()) +
                         " B, for the " + std::to_string(most) + " B that the engine takes in a cycle, got " +
                         std::to_string(c.l1.banks));
  }
}

}  // namespace

const config::Schema<SubtileConfig>& SubtileConfig::schema() {
  using C = SubtileConfig;
  const auto cycles = [] { return config::between(Cycles(0), Cycles(1'000'000)); };
  static const auto schema =
      config::Schema<C>("subtile", "Engine of sub-tiles of 3x3 outputs with bit-serial weights and an L1 of its own.")
          .optional("inputs", &C::inputs, "Input channels that are multiplied at a time.", config::between(8, 256))
          .optional("kernels", &C::kernels, "Kernels of a sub-tile, which have an accumulator per output.",
                    config::between(1, 256))
          .optional("least_weight_bits", &C::least_weight_bits,
                    "Narrowest weights that it takes; those of which it multiplies most per cycle.",
                    config::between(2, 8))
          .optional("most_weight_bits", &C::most_weight_bits, "Widest weights that it takes.", config::between(2, 8))
          .optional("scale", &C::scale, "Bytes of a kernel's scale.", config::between(Bytes(1), Bytes(4)))
          .optional("kernel_shifts", &C::kernel_shifts, "Whether each kernel has a shift of its own, which is read.")
          .required("l1", &C::l1, "Holds tiles of input, weights and output.")
          .optional(
              "tensors", &C::tensors,
              "Where a layer finds its operands: in memory, from where the DMA brings tile by tile, or as a whole "
              "in the L1 already, where results stay, as in the bench of the RTL.")
          .optional("sequencer", &C::sequencer, "Issues transfers and jobs.")
          .optional("dma", &C::dma, "DMA between memory and L1.")
          .optional("start", &C::start, "Cycles of a job beside its phases.", cycles())
          .optional("load_latency", &C::load_latency, "Cycles of the input phase beside one per slot.", cycles())
          .optional("offset", &C::offset, "Cycles of the offset phase, beside one per depthwise kernel.", cycles())
          .optional("multiply_latency", &C::multiply_latency, "Cycles of the multiply phase beside one per step.",
                    cycles())
          .optional("index", &C::index, "Cycles to the next block.", cycles())
          .optional("scale_latency", &C::scale_latency, "Cycles of the scale phase beside one per four bytes.",
                    cycles())
          .optional("bias_latency", &C::bias_latency, "Cycles of the bias phase beside one per eight kernels.",
                    cycles())
          .optional("output_latency", &C::output_latency, "Cycles of the output phase beside one per output.", cycles())
          .check(check);
  return schema;
}

SubtileMachine SubtileConfig::machine() const {
  SubtileMachine m;
  m.inputs = inputs;
  m.kernels = kernels;
  m.least_bits = least_weight_bits;
  m.most_bits = most_weight_bits;
  m.scale_bytes = scale.value();
  m.kernel_shifts = kernel_shifts;
  m.start = start.value();
  m.load_latency = load_latency.value();
  m.offset = offset.value();
  m.multiply_latency = multiply_latency.value();
  m.index = index.value();
  m.scale_latency = scale_latency.value();
  m.bias_latency = bias_latency.value();
  m.output_latency = output_latency.value();
  return m;
}

kernel::Traits subtile_engine(const SubtileConfig& c) {
  const SubtileMachine m = c.machine();
  const std::int64_t accumulators = m.outputs() * m.kernels;
  const std::int64_t buffer = SubtileMachine::kUnder * SubtileMachine::kUnder * m.inputs;
  power::Inventory inventory;
  // Accumulators, input buffer, a register of weights, sums of the columns in two stages, scales and results.
  inventory.flip_flops = accumulators * 32 + buffer * 8 + m.taps() * m.inputs + m.outputs() * 2 * 32 + 4 * m.port * 8;
  inventory.logic_gates = m.products() * (8 + kTreeAdderGates) + m.outputs() * kAdderGates +
                          m.outputs() * kLanes * (kWideMultiplierGates / 4 + kAdderGates) +
                          kFlipFlopGates * inventory.flip_flops + 8000;
  inventory.basis =
      "per product of a bit and a byte 8 AND gates and an adder of the tree, at half of an int32 adder of 137 um2 at "
      "45 nm (Horowitz, ISSCC 2014) over 0.798 um2 per NAND2 (Nangate 45 nm); per output position an accumulating "
      "adder "
      "and, for four kernels at a time, multipliers of 32 x 8 bits, a quarter of one of 32 x 32; accumulators, input "
      "buffer, weights, sums and two words of scales and of results in flip-flops at 6 gates; estimate: 8000 gates of "
      "controller and address generators";
  const auto statistic = [](const char* name, const char* meaning) {
    return power::EventDeclaration{name, "", Cause::kSwitching, meaning, {}};
  };
  const auto phase = [](const char* name, const char* meaning, const char* cause, const char* why, const char* remedy) {
    return power::EventDeclaration{name, "", Cause::kSwitching,   meaning, {}, EventRole::kNone,
                                   1,    0,  {cause, why, remedy}};
  };
  return {
      "subtile_engine",
      "",
      inventory,
      {{"mac",
        "",
        Cause::kSwitching,
        "One multiplication and accumulation of the layer, bit by bit.",
        {},
        EventRole::kMac,
        m.most_macs_per_cycle()},
       {"bit_product",
        "mac.bit_product",
        Cause::kSwitching,
        "One bit of a weight times an input, with its part of the sum.",
        {},
        EventRole::kNone,
        m.products()},
       {"input_buffer_byte", "pe.register_byte", Cause::kSwitching, "One byte latched in the input buffer.", {}},
       {"accumulator_byte", "pe.register_byte", Cause::kSwitching, "One byte of a sum latched in an accumulator.", {}},
       {"scale_operation", "vector.lane_operation", Cause::kSwitching, "One sum scaled, shifted and clamped.", {}},
       statistic("stream_input_B", "Bytes of input read from the L1."),
       statistic("stream_weight_B", "Bytes of weights read from the L1."),
       statistic("stream_scale_B", "Bytes of scales, biases and shifts read from the L1."),
       statistic("stream_output_B", "Bytes of results written to the L1."),
       {"idle_bits",
        "",
        Cause::kSwitching,
        "Multiplications of the narrowest weights that the further bits of wider ones displace.",
        {},
        EventRole::kIdleMac,
        0,
        0,
        {"weight_bits", "Weights are wider than the narrowest that it takes, and multiplied bit by bit.",
         "Weights of fewer bits; for layers of single pixels they change nothing."}},
       {"idle_products",
        "",
        Cause::kSwitching,
        "Multiplications of the narrowest weights for which there is nothing to multiply.",
        {},
        EventRole::kIdleMac,
        0,
        0,
        {"edges",
         "Multipliers have nothing to multiply: taps, channels and outputs do not fill a sub-tile, or channels are "
         "apart.",
         "3x3 windows rather than single pixels, outputs in multiples of 3x3 and channels of `inputs`."}},
       phase(
           "start_cycles", "Cycles of a job before its first and behind its last phase.", "jobs",
           "The engine starts a job: there are several where a layer is cut, and one per sub-tile with a stride of 2.",
           "A larger L1, so that the layer is cut into fewer jobs."),
       phase("input_cycles", "Cycles of the input phase.", "input",
             "The input buffer is loaded, beside which nothing is multiplied.",
             "More `kernels` of a sub-tile, so that its input serves longer."),
       phase("offset_cycles", "Cycles of the offset phase.", "offset", "Sums are corrected for the weights' offset.",
             "None: each block of channels has it."),
       phase("latency_cycles", "Cycles of latency and to the next block.", "latency",
             "Products and sums are on their way, and the controller goes on to the next block.",
             "More `kernels` of a sub-tile, or layers with more of them."),
       phase("scale_cycles", "Cycles of the scale, bias and shift phases.", "scale",
             "Sums are scaled, beside which nothing is multiplied.", "Layers with more input channels."),
       phase("output_cycles", "Cycles of the output phase.", "write_back",
             "Results are written, beside which nothing is multiplied.", "Layers with more input channels.")}};
}

}  // namespace subvolt::hw
