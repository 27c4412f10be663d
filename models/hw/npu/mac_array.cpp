#include "models/hw/npu/mac_array.h"

#include <algorithm>
#include <utility>

#include "sim/config/diagnostics.h"

namespace subvolt::hw {
namespace {

enum Event { kMacInt8, kRegisterByte };

// Areas of Horowitz, "Computing's energy problem", ISSCC 2014 (45 nm): int8 multiplier 282 um2, int32 adder
// 137 um2. NAND2 of the Nangate 45 nm open cell library: 0.798 um2.
constexpr std::int64_t kMultiplierGates = 353;  // 282 / 0.798
constexpr std::int64_t kAdderGates = 172;       // 137 / 0.798
constexpr std::int64_t kFlipFlopGates = 6;      // Nangate DFF_X1: 4.52 um2 / 0.798

power::Inventory inventory(const MacArrayConfig& config) {
  // Input 8 bits, partial sum 32 bits, stationary operand 8 bits once or twice.
  const std::int64_t bits = 8 + 32 + 8 * (config.overlap_folds ? 2 : 1);
  const std::int64_t elements = config.rows * config.columns;
  power::Inventory inventory;
  inventory.flip_flops = elements * bits;
  inventory.logic_gates = elements * (kMultiplierGates + kAdderGates + bits * kFlipFlopGates);
  inventory.basis =
      "per PE: int8 multiplier 282 um2 and int32 adder 137 um2 at 45 nm (Horowitz, ISSCC 2014) over "
      "0.798 um2 per NAND2 (Nangate 45 nm), " +
      std::to_string(bits) + " operand and partial-sum flip-flops at 6 gates";
  return inventory;
}

std::vector<std::string> style_names() {
  std::vector<std::string> names;
  for (const mapping::ArrayStyle* style : mapping::array_styles()) names.push_back(style->name());
  return names;
}

void check_dataflows(const MacArrayConfig& config, const config::Node& node, config::Diagnostics& diagnostics) {
  const std::vector<std::string> known = style_names();
  for (std::size_t i = 0; i < config.dataflows.size(); ++i) {
    const std::string& name = config.dataflows[i];
    const config::Node& item = node.find("dataflows")->items()[i];
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      diagnostics.error(item, "unknown dataflow \"" + name + "\"" + config::did_you_mean(name, known) +
                                  "; registered are " + (known.empty() ? "none" : config::listed(known)));
    } else if (std::find(config.dataflows.begin(), config.dataflows.begin() + static_cast<std::ptrdiff_t>(i), name) !=
               config.dataflows.begin() + static_cast<std::ptrdiff_t>(i)) {
      diagnostics.error(item, "dataflow \"" + name + "\" is listed twice");
    }
  }
  const config::Node* listed = node.find("dataflows");
  if (listed && listed->items().empty()) {
    diagnostics.error(
        *listed, "expected at least one dataflow of " + config::listed(known) + "; leave the key out to have them all");
  }
}

// splitmix64 (Steele, Lea, Flood, OOPSLA 2014): small, and the same everywhere.
std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

template <class T>
std::vector<T> random_operands(std::int64_t n, std::uint64_t& state) {
  std::vector<T> values(static_cast<std::size_t>(n));
  for (T& v : values) v = static_cast<T>(static_cast<std::int64_t>(next_random(state) & 0xff) - 128);
  return values;
}

}  // namespace

const config::Schema<MacArrayConfig>& MacArrayConfig::schema() {
  static const auto schema =
      config::Schema<MacArrayConfig>("mac_array", "Two-dimensional array of int8 multiply-accumulate units.")
          .required("rows", &MacArrayConfig::rows, "Rows of processing elements.", config::between(1, 1024))
          .required("columns", &MacArrayConfig::columns, "Columns of processing elements.", config::between(1, 1024))
          .optional("overlap_folds", &MacArrayConfig::overlap_folds,
                    "A second register set for the stationary operand hides loading or draining a fold.")
          .optional("dataflows", &MacArrayConfig::dataflows,
                    "Array styles that it can run; all registered ones when left out.")
          .check(check_dataflows);
  return schema;
}

std::vector<power::EventDeclaration> MacArray::events() {
  return {{"mac_int8",
           "mac.int8",
           power::Cause::kSwitching,
           "One int8 multiplication and int32 accumulation.",
           {},
           power::EventRole::kMac},
          {"register_byte",
           "pe.register_byte",
           power::Cause::kSwitching,
           "One byte latched in an operand or partial-sum register of a processing element.",
           {}}};
}

MacArray::MacArray(sc_core::sc_module_name name, const MacArrayConfig& config, kernel::Environment& environment,
                   SramBuffer& input, SramBuffer& weight, SramBuffer& output)
    : TimedUnit(name, environment, {"mac_array", "", inventory(config), events()}, mapping::Engine::kCompute),
      geometry_{config.rows, config.columns, config.overlap_folds},
      input_(input),
      weight_(weight),
      output_(output) {
  for (const std::string& style : config.dataflows.empty() ? style_names() : config.dataflows) {
    styles_.push_back(mapping::find_array_style(style));
  }
}

void MacArray::start(std::int32_t command, const mapping::Command& what) {
  const auto& compute = std::get<mapping::Compute>(what.what);
  const mapping::TileActivity a = activity(compute);
  const std::int64_t begin = std::max({ready_at(), input_.open(), weight_.open(), output_.open()});
  const std::int64_t end = occupy(command, begin, std::max(a.cycles, streaming(a)));
  spread(kMacInt8, a.macs, begin, end);
  spread(kRegisterByte, a.register_writes, begin, end);
  input_.read(a.input_bytes_read, begin, end);
  weight_.read(a.weight_bytes_read, begin, end);
  output_.read(a.psum_bytes_read, begin, end);
  output_.write(a.psum_bytes_written, begin, end);
}

void MacArray::finish() {
  input_.close();
  weight_.close();
  output_.close();
}

mapping::TileActivity MacArray::activity(const mapping::Compute& compute) {
  const auto style = std::find(styles_.begin(), styles_.end(), compute.style);
  if (style == styles_.end()) {
    throw Error(ErrorKind::kInternal, instance() + ": a compute command wants the dataflow " +
                                          (compute.style ? compute.style->name() : "(none)") +
                                          ", which this array does not have");
  }
  if (environment().fidelity() == kernel::Fidelity::kCycle) return reference_activity(compute);
  const mapping::TileWork& w = compute.work;
  const Key key{
      static_cast<std::size_t>(style - styles_.begin()), w.pixels, w.reduction, w.channels, w.groups, w.accumulate};
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  return known_.emplace(key, compute.style->timing(geometry_, w)).first->second;
}

mapping::TileActivity MacArray::reference_activity(const mapping::Compute& compute) {
  const mapping::TileWork& w = compute.work;
  mapping::TileOperands operands;
  operands.inputs = random_operands<std::int8_t>(w.groups * w.pixels * w.reduction, random_);
  operands.weights = random_operands<std::int8_t>(w.groups * w.reduction * w.channels, random_);
  if (w.accumulate) operands.partial_sums = random_operands<std::int32_t>(w.groups * w.pixels * w.channels, random_);
  const auto reference = compute.style->reference(geometry_, w, std::move(operands));
  while (!reference->done()) reference->tick();
  return reference->activity();
}

Cycles MacArray::streaming(const mapping::TileActivity& a) const {
  return Cycles(std::max({ceil_div(a.input_bytes_read, input_.bytes_per_cycle()),
                          ceil_div(a.weight_bytes_read, weight_.bytes_per_cycle()),
                          ceil_div(a.psum_bytes_read + a.psum_bytes_written, output_.bytes_per_cycle())}));
}

}  // namespace subvolt::hw
