#include "models/hw/row_stationary/row_stationary_config.h"

#include "models/hw/bursts/link.h"

namespace subvolt::hw {
namespace {

using power::Cause;
using power::EventRole;

// Horowitz, ISSCC 2014 (45 nm): int8 multiplier 282 um2, int32 adder 137 um2; NAND2 0.798 um2 (Nangate). Of 16 bits a
// multiplier is four times, an adder half as large.
constexpr std::int64_t kMultiplierGates = 4 * 353, kAdderGates = 86;
constexpr std::int64_t kFlipFlopGates = 6;
constexpr std::int64_t kWordBits = 16, kWordBytes = kWordBits / 8;

void check(const RowStationaryConfig& c, const config::Node& node, config::Diagnostics& d) {
  const auto whole = [&](const char* key, const SramBufferConfig& buffer) {
    const config::Node& culprit = config::node_at(node, {key});
    if (buffer.size.value() / buffer.banks % kWordBytes != 0) {
      d.error(culprit, "expected banks of whole words of 2 B, got " + culprit.describe());
    }
  };
  whole("buffer", c.buffer);
  whole("filter_buffer", c.filter_buffer);
  if (c.buffer.banks < 2) {
    const config::Node& culprit = config::node_at(node, {"buffer"});
    d.error(culprit, "expected at least 2 banks, as ifmaps and psums share none, got " + culprit.describe());
  }
  const std::int64_t burst = c.burst.value();
  if ((burst & (burst - 1)) != 0) {
    const config::Node& culprit = config::node_at(node, {"burst"});
    d.error(culprit, "expected a power of two, got " + culprit.describe());
  }
}

power::EventDeclaration fact(const char* name, const char* meaning, std::int64_t most_per_cycle = 1) {
  return {name, "", Cause::kSwitching, meaning, {}, EventRole::kNone, most_per_cycle};
}

power::EventDeclaration lost(const char* name, const char* meaning, const power::Loss& loss) {
  power::EventDeclaration event = fact(name, meaning);
  event.loss = loss;
  return event;
}

}  // namespace

const config::Schema<ZeroShareConfig>& ZeroShareConfig::schema() {
  static const auto schema =
      config::Schema<ZeroShareConfig>("zero_shares", "Shares of zeros in the activations of a layer.")
          .optional("input", &ZeroShareConfig::input, "Of its ifmaps, those of the padding included.",
                    config::between(0.0, 1.0))
          .optional("output", &ZeroShareConfig::output, "Of its ofmaps.", config::between(0.0, 1.0));
  return schema;
}

const config::Schema<RowStationaryMappingConfig>& RowStationaryMappingConfig::schema() {
  using C = RowStationaryMappingConfig;
  const auto sizes = [] { return config::between<std::int64_t>(1, 1'000'000); };
  static const auto schema =
      config::Schema<C>("row_stationary_mapping", "How a layer is mapped, in the words of Eyeriss' papers.")
          .required("m", &C::m, "Filters whose psums are in the buffer.", sizes())
          .required("n", &C::n, "Images of a pass.", sizes())
          .required("e", &C::e, "Output rows of a strip.", sizes())
          .required("channels", &C::channels, "Of a pass: q r.", sizes())
          .required("filters", &C::filters, "Of a pass: p t.", sizes());
  return schema;
}

const config::Schema<RowStationaryConfig>& RowStationaryConfig::schema() {
  using C = RowStationaryConfig;
  static const auto schema =
      config::Schema<C>("row_stationary", "Row-stationary array with scratchpads and a global buffer, as Eyeriss.")
          .optional("rows", &C::rows, "Rows of PEs: of a kernel at most.", config::between(1, 256))
          .optional("columns", &C::columns, "Columns of PEs: output rows side by side.", config::between(1, 256))
          .optional("filter_spad", &C::filter_spad, "Filter words in a PE's scratchpad.", config::between(1, 65536))
          .optional("ifmap_spad", &C::ifmap_spad, "Ifmap words in a PE's scratchpad.", config::between(1, 65536))
          .optional("psum_spad", &C::psum_spad, "Psum words in a PE's scratchpad.", config::between(1, 65536))
          .required("buffer", &C::buffer, "Global buffer of ifmaps and psums, each in banks of its own.")
          .required("filter_buffer", &C::filter_buffer, "Holds the filters of the next pass.")
          .optional("filter_rate", &C::filter_rate, "Filter words to the PEs per cycle.", config::between(1, 256))
          .optional("ifmap_rate", &C::ifmap_rate, "Ifmap words to the PEs per cycle.", config::between(1, 256))
          .optional("psum_rate", &C::psum_rate, "Psum words to and from the PEs per cycle, each.",
                    config::between(1, 256))
          .optional("ifmap_ahead", &C::ifmap_ahead, "Windows whose ifmap words may be on their way before their turn.",
                    config::between(1, 64))
          .optional("link_width", &C::link_width, "Bytes of the link to memory per cycle of its clock.",
                    config::between(Bytes(1), Bytes(256)))
          .optional("burst", &C::burst, "Bytes of a request at most.", config::between(Bytes(8), Bytes(4096)))
          .optional("outstanding", &C::outstanding, "Requests under way at most.", config::between(1, 64))
          .optional("zero_gating", &C::zero_gating, "Whether PEs skip multiplications by ifmap words that are zero.")
          .optional("run_length", &C::run_length, "Whether activations with declared zeros are run-length coded.")
          .optional("zeros", &C::zeros, "Zeros in the activations of layers, by their names, where they are known.")
          .optional("mappings", &C::mappings, "Mappings of layers, by their names; others are searched for.")
          .check(check)
          .settle([](C& c, const config::Node& node) { c.origin = node; });
  return schema;
}

mapping::MappingsByLayer RowStationaryConfig::told_mappings() const {
  mapping::MappingsByLayer all;
  for (const auto& [layer, told] : mappings) {
    all.push_back({layer, {told.m, told.n, told.e, told.channels, told.filters}});
  }
  return all;
}

mapping::RowStationaryMachine RowStationaryConfig::machine() const {
  mapping::RowStationaryMachine m;
  m.rows = rows;
  m.columns = columns;
  m.filter_words = filter_spad;
  m.ifmap_words = ifmap_spad;
  m.psum_words = psum_spad;
  m.banks = buffer.banks;
  m.bank_words = buffer.size.value() / buffer.banks / kWordBytes;
  m.filter_buffer_words = filter_buffer.size.value() / kWordBytes;
  m.filter_rate = filter_rate;
  m.ifmap_rate = ifmap_rate;
  m.psum_rate = psum_rate;
  m.ifmap_ahead = ifmap_ahead;
  m.word_bits = kWordBits;
  return m;
}

mapping::ZerosByLayer RowStationaryConfig::shares() const {
  mapping::ZerosByLayer all;
  for (const auto& [layer, zero] : zeros) all.push_back({layer, {zero.input, zero.output}});
  return all;
}

kernel::Traits row_stationary_array(const RowStationaryConfig& c) {
  power::Inventory inventory;
  const std::int64_t pes = std::int64_t{c.rows} * c.columns;
  inventory.sram_bits = pes * c.filter_spad * kWordBits;
  inventory.flip_flops = pes * (c.ifmap_spad + c.psum_spad + 6) * kWordBits;
  inventory.logic_gates = pes * (kMultiplierGates + 2 * kAdderGates + 400) + kFlipFlopGates * inventory.flip_flops;
  inventory.basis =
      "per PE: 16-bit multiplier, four of int8's 282 um2, and two adders, half of int32's 137 um2 at 45 nm (Horowitz, "
      "ISSCC 2014) over 0.798 um2 per NAND2 (Nangate 45 nm); filter scratchpad in SRAM, those of ifmaps and psums and "
      "estimate: six pipeline words in flip-flops at 6 gates; estimate: 400 gates of control";
  const auto words = [](const char* name, const char* meaning) {
    return power::EventDeclaration{name, "", Cause::kSwitching, meaning, {}};
  };
  return {"row_stationary_array",
          "",
          inventory,
          {{"mac_int16",
            "mac.int16",
            Cause::kSwitching,
            "One 16-bit multiplication by an ifmap word that is not zero, with its part of the sum.",
            {},
            EventRole::kMac,
            pes},
           {"gated_macs",
            "",
            Cause::kSwitching,
            "Multiplications by ifmap words that are zero: the PE stands still for a cycle.",
            {},
            EventRole::kMac,
            pes},
           {"scratchpad_byte", "pe.register_byte", Cause::kSwitching, "One byte of a scratchpad read or written.", {}},
           {"active_pe_clocks",
            "",
            Cause::kSwitching,
            "Cycles of PEs that a pass uses, its filter reload included.",
            {},
            EventRole::kNone,
            pes},
           words("filter_spad_words", "Words read from and written to filter scratchpads."),
           words("ifmap_spad_words", "Words read from and written to ifmap scratchpads."),
           words("psum_spad_words", "Words read from and written to psum scratchpads."),
           {"idle_macs",
            "",
            Cause::kSwitching,
            "Multiplications that PEs without work could have done while others multiplied.",
            {},
            EventRole::kIdleMac,
            0,
            0,
            {"edges", "PEs have nothing to multiply: PE sets do not fill the array, or their shares differ.",
             "Another array shape."}}}};
}

kernel::Traits row_stationary_noc(const RowStationaryConfig& c) {
  power::Inventory inventory;
  // Two tags of 4 bits per PE and bus, and FIFOs of four words in front of each scratchpad.
  const std::int64_t pes = std::int64_t{c.rows} * c.columns;
  inventory.flip_flops = pes * (3 * 2 * 4 + 4 * 3 * kWordBits);
  inventory.logic_gates = kFlipFlopGates * inventory.flip_flops + pes * 100;
  inventory.basis =
      "estimate: per PE two tags of 4 bits for each of three buses, FIFOs of four words for each of three kinds of "
      "words, flip-flops at 6 gates, 100 gates of comparison";
  const auto words = [](const char* name, const char* meaning) {
    return power::EventDeclaration{name, "", Cause::kSwitching, meaning, {}};
  };
  return {"row_stationary_noc",
          "",
          inventory,
          {{"byte", "bus.byte", Cause::kSwitching, "One byte on a bus between buffers and PEs.", {}},
           words("filter_words", "Filter words to PEs."),
           words("ifmap_words", "Ifmap words to PEs, however many take each."),
           words("psum_words", "Psum words to and from PEs.")}};
}

kernel::Traits row_stationary_link(const RowStationaryConfig& c) {
  power::Inventory inventory;
  inventory.flip_flops = 2 * 10 * 32 + 16 * 8 * c.link_width.value();
  inventory.logic_gates = kFlipFlopGates * inventory.flip_flops + 2 * 5 * 2 * kAdderGates + 4000;
  inventory.basis =
      "estimate: two engines with 10 registers of 32 bits and 5 adders each, FIFOs of 16 beats, flip-flops at 6 gates; "
      "4000 gates of control and run-length coder";
  return {"row_stationary_link", "", inventory, link_events()};
}

std::vector<power::EventDeclaration> row_stationary_facts() {
  return {fact("load_cycles", "Cycles in which ifmaps or filters were under way from memory.", 0),
          fact("compute_cycles", "Cycles in which PEs multiplied."),
          fact("store_cycles", "Cycles in which ofmaps were under way to memory.", 0),
          lost("stall_load_cycles", "Cycles in which the array waited for ifmaps or filters from memory.",
               {"loads", "The array waits for ifmaps, which share the buffer with those in use, or for filters.",
                "A faster link, or a larger `buffer`, so that ifmaps are read less often.", true}),
          lost("stall_store_cycles", "Cycles in which the array waited for ofmaps on their way to memory.",
               {"stores", "Psums of the next filters need the banks that ofmaps are in.", "A faster link.", true}),
          lost("stall_control_cycles", "Cycles in which PEs waited for words of ifmaps or psums.",
               {"noc", "The buses between buffer and PEs bring or take fewer words than PEs use.",
                "Higher rates (`ifmap_rate`, `psum_rate`)."}),
          lost("stall_power_cycles", "Cycles until the power domain was awake.",
               {"wake", "A power domain wakes up.",
                "A gating policy that waits longer before it goes down, or a state from which it wakes faster."}),
          lost("weight_cycles", "Cycles in which filters moved to the scratchpads.",
               {"reload", "Filters of the next pass move to the scratchpads.", "A higher `filter_rate`."}),
          lost("drain_cycles", "Cycles in which the last psums moved to the buffer before they were stored.",
               {"drain", "The last psums leave the PEs.", "A higher `psum_rate`."}),
          fact("accelerator_cycles", "Cycles of each layer from its start to its last result.")};
}

}  // namespace subvolt::hw
