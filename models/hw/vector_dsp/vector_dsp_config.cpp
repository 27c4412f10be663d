#include "models/hw/vector_dsp/vector_dsp_config.h"

#include <algorithm>
#include <string>
#include <utility>

namespace subvolt::hw {
namespace {

using network::ElementType;
using power::Cause;
using power::EventRole;

constexpr std::int64_t kFlipFlopGates = 6;
// Horowitz, ISSCC 2014 (45 nm): int8 multiplier 282 um2, int32 adder 137 um2; fp16 multiplier 1640 um2 and adder 1360
// um2, fp32 7700 um2 and 4184 um2; NAND2 0.798 um2 (Nangate).
constexpr std::int64_t kMultiplierGates = 353, kAdderGates = 172, kFp16Gates = 3760, kFp32Gates = 14892;
// RI5CY with its extensions takes 40.7 kGE (M. Gautschi et al., IEEE TVLSI 25(10), 2017).
constexpr std::int64_t kCoreGates = 40'700;

const std::pair<const char*, ElementType> kNames[] = {{"int8", ElementType::kInt8},   {"int16", ElementType::kInt16},
                                                      {"int32", ElementType::kInt32}, {"fp16", ElementType::kFp16},
                                                      {"bf16", ElementType::kBf16},   {"fp32", ElementType::kFp32}};

// RI5CY: four products of 8 bits, two of 16, one of 32.
const config::NamedList<int> kTypes = {{"int8", 4}, {"int16", 2}, {"int32", 1}};

const ElementType* type_named(const std::string& name) {
  for (const auto& [known, type] : kNames) {
    if (name == known) return &type;
  }
  return nullptr;
}

void check(const VectorDspConfig& c, const config::Node& node, config::Diagnostics& d) {
  std::vector<std::string> names;
  for (const auto& [name, type] : kNames) names.push_back(name);
  for (const auto& [name, lanes] : c.types) {
    const config::Node& at = config::node_at(node, {"types", name});
    if (!type_named(name)) {
      d.error(at, "no type of the table: expected one of " + config::listed(names) + config::did_you_mean(name, names));
    } else if (lanes < 1 || lanes > 1024) {
      d.error(at, "expected 1 to 1024 products of an instruction, got " + at.describe());
    }
  }
  const std::int64_t words = ceil_div(c.cores * c.word.value(), c.l1.word.value());
  if (c.l1.banks < words) {
    const config::Node& culprit = config::node_at(config::node_at(node, {"l1"}), {"banks"});
    d.error(culprit, "expected at least " + std::to_string(words) + " banks of " + std::to_string(c.l1.word.value()) +
                         " B, for the " + std::to_string(c.cores * c.word.value()) +
                         " B that the cores load in a cycle, got " + std::to_string(c.l1.banks));
  }
}

bool has(const VectorDspConfig& c, const char* type) {
  const auto& types = c.types.empty() ? kTypes : c.types;
  return std::any_of(types.begin(), types.end(), [&](const auto& entry) { return entry.first == type; });
}

}  // namespace

const config::Schema<VectorDspConfig>& VectorDspConfig::schema() {
  using C = VectorDspConfig;
  const auto cycles = [] { return config::between(Cycles(0), Cycles(1'000'000)); };
  static const auto schema =
      config::Schema<C>("vector_dsp", "Cores with vector instructions, their L1 and DMA.")
          .optional("cores", &C::cores, "Cores that share the L1.", config::between(1, 64))
          .optional("types", &C::types,
                    "Type table: products of one instruction by type of its operands (int8, int16, int32, fp16, bf16, "
                    "fp32); that of RI5CY when left out: 4, 2 and 1 of int8, int16 and int32. Floating point that is "
                    "not in it is refused.")
          .optional("word", &C::word, "Bytes of a load.", config::between(Bytes(1), Bytes(128)))
          .optional("pixels", &C::pixels, "Pixels of a block of outputs in a core's registers.", config::between(1, 64))
          .optional("kernels", &C::kernels, "Kernels of such a block.", config::between(1, 64))
          .optional("dual", &C::dual, "Whether a core issues a load and a product in the same cycle.")
          // Estimate: fork and join of a cluster by its event unit some 50 cycles each, the call with its arguments,
          // loop bounds of each core.
          .optional("start", &C::start, "Cycles of a tile, or of a piece of a kernel, beside its work.", cycles())
          // Estimate: pointers, two hardware loops, four biases.
          .optional("block", &C::block, "Cycles of a block of outputs before its first product.", cycles())
          .optional("result", &C::result, "Cycles of each output: rescaled, clamped, stored.", cycles())
          .optional("gather", &C::gather, "Cycles per word that is copied into a window: a load and a store.", cycles())
          .optional("processor", &C::processor,
                    "Processor document with what kernels of other operators take on one core, such as ri5cy; a "
                    "Cortex-M4F's built-in table without one.")
          .required("l1", &C::l1, "Holds tiles and pieces of operands.")
          .optional("sequencer", &C::sequencer, "Issues transfers and tiles.")
          .optional("dma", &C::dma, "DMA between memory and L1.")
          .check(check);
  return schema;
}

mapping::VectorDspMachine VectorDspConfig::machine() const {
  mapping::VectorDspMachine m;
  m.cores = cores;
  m.word = word.value();
  for (const auto& [name, lanes] : types.empty() ? kTypes : types) m.lanes.emplace_back(*type_named(name), lanes);
  m.pixels = pixels;
  m.kernels = kernels;
  m.dual = dual;
  m.start = start.value();
  m.block = block.value();
  m.result = result.value();
  m.gather = gather.value();
  return m;
}

kernel::Traits vector_dsp_cores(const VectorDspConfig& c) {
  const mapping::VectorDspMachine m = c.machine();
  std::int64_t core = kCoreGates;
  // Beyond the four products of a byte that the core has.
  const std::int64_t more = std::max<std::int64_t>(0, m.lanes_of(ElementType::kInt8) - 4);
  core += more * (kMultiplierGates + kAdderGates);
  if (has(c, "fp16") || has(c, "bf16")) {
    core += kFp16Gates * std::max(m.lanes_of(ElementType::kFp16), m.lanes_of(ElementType::kBf16));
  }
  if (has(c, "fp32")) core += kFp32Gates * m.lanes_of(ElementType::kFp32);
  // Sums and a vector of each operand, twice where loads run ahead.
  const std::int64_t vectors =
      (c.pixels + c.kernels) * (c.dual ? 2 : 1) * std::max<std::int64_t>(4, m.most_lanes()) * 8;
  power::Inventory inventory;
  inventory.flip_flops = m.cores * (1500 + c.pixels * c.kernels * 32 + vectors);
  inventory.logic_gates = m.cores * core + kFlipFlopGates * inventory.flip_flops + 10'000;
  inventory.basis =
      "per core 40.7 kGE of a RI5CY with four products of 8 bits (M. Gautschi et al., IEEE TVLSI 25(10), 2017); "
      "further "
      "products of 8 bits, multipliers and adders of fp16 and fp32 by their areas at 45 nm (Horowitz, ISSCC 2014) over "
      "0.798 um2 per NAND2 (Nangate 45 nm); estimate: 1500 flip-flops of pipeline and state, registers of sums and "
      "operands, at 6 gates; 10,000 gates of event unit and interconnect";
  const auto statistic = [](const char* name, const char* meaning) {
    return power::EventDeclaration{name, "", Cause::kSwitching, meaning, {}};
  };
  const auto mac = [&](const char* name, const char* price, const char* meaning, std::int64_t lanes) {
    return power::EventDeclaration{name, price, Cause::kSwitching, meaning, {}, EventRole::kMac, m.cores * lanes};
  };
  const auto idle = [](const char* name, const char* meaning, const char* cause, const char* why, const char* remedy) {
    return power::EventDeclaration{name, "", Cause::kSwitching,   meaning, {}, EventRole::kIdleMac,
                                   0,    0,  {cause, why, remedy}};
  };
  const std::int64_t int8 = m.lanes_of(ElementType::kInt8), int16 = m.lanes_of(ElementType::kInt16),
                     int32 = m.lanes_of(ElementType::kInt32), fp32 = m.lanes_of(ElementType::kFp32),
                     fp16 = std::max(m.lanes_of(ElementType::kFp16), m.lanes_of(ElementType::kBf16));
  return {"vector_dsp_cores",
          "",
          inventory,
          {{"core_cycle",
            "cpu.cycle",
            Cause::kSwitching,
            "One clock cycle in which a core executes.",
            {},
            EventRole::kNone,
            m.cores},
           mac("mac_int8", "mac.int8", "One product of at most 8 bits with its part of the sum.", int8),
           mac("mac_int16", "mac.int16", "One product of 16 bits with its part of the sum.", int16),
           mac("mac_int32", "mac.int32", "One product of 32 bits with its part of the sum.", int32),
           mac("mac_fp16", "mac.fp16", "One product of 16-bit floating point with its part of the sum.", fp16),
           mac("mac_fp32", "mac.fp32", "One product of fp32 with its part of the sum.", fp32),
           {"kernel_macs",
            "",
            Cause::kSwitching,
            "Multiplications of kernels; their energy is in the cores' cycles.",
            {},
            EventRole::kMac,
            m.most_macs_per_cycle()},
           statistic("kernel_operations", "MACs or element operations of kernels."),
           statistic("product_instructions", "Instructions that form products of a tile."),
           statistic("words_loaded", "Words of operands loaded from the L1."),
           statistic("words_gathered", "Words copied into windows."),
           statistic("results", "Outputs of tiles rescaled and stored."),
           idle("idle_type", "Products of the narrowest type that wider ones displace.", "type",
                "Operands are wider than those of which an instruction forms most products.",
                "A narrower type, such as --quantize int8."),
           idle("idle_edges", "Products of instructions for which there is nothing to multiply.", "edges",
                "The reduction does not fill its last vector.", "Channels in multiples of the type's lanes."),
           idle("idle_issue", "Products that loads, gathers, results, loops and waiting cores displace.", "overhead",
                "A core loads, copies windows, rescales results or waits for the others.",
                "A larger block of outputs (`pixels`, `kernels`), `dual` issue, tiles with more outputs."),
           idle("idle_kernel", "Products that a kernel of another operator displaces.", "kernels",
                "The layer is a kernel of the library, with its cost per operation.",
                "A processor document with a faster kernel of that operator.")}};
}

}  // namespace subvolt::hw
