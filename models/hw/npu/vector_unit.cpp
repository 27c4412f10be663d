#include "models/hw/npu/vector_unit.h"

#include <algorithm>
#include <set>

namespace subvolt::hw {
namespace {

enum Event { kLaneOperation };

// Horowitz, ISSCC 2014 (45 nm): int32 multiplier 3495 um2, int32 adder 137 um2; NAND2 0.798 um2 (Nangate).
constexpr std::int64_t kMultiplierGates = 4380;  // rescale of int32 sums
constexpr std::int64_t kAdderGates = 172;
constexpr std::int64_t kShifterGates = 480;   // estimate: 32 bits x 5 stages x 3 gates of a 2:1 multiplexer
constexpr std::int64_t kClampGates = 100;     // estimate: two comparisons of int8 and a selection
constexpr std::int64_t kStageFlipFlops = 40;  // a 32-bit value and 8 bits of control per pipeline stage

power::Inventory inventory(const VectorUnitConfig& config) {
  power::Inventory inventory;
  inventory.flip_flops = config.lanes * config.pipeline_depth * kStageFlipFlops;
  inventory.logic_gates =
      config.lanes * (kMultiplierGates + 2 * kAdderGates + kShifterGates + kClampGates) + 6 * inventory.flip_flops;
  inventory.basis =
      "per lane: int32 multiplier 3495 um2 and two int32 adders of 137 um2 at 45 nm (Horowitz, ISSCC 2014) over "
      "0.798 um2 per NAND2 (Nangate 45 nm); estimate: 480 gates of shifter, 100 of clamp, 40 flip-flops at 6 gates "
      "per pipeline stage";
  return inventory;
}

std::vector<mapping::VectorOperator> all_operators() {
  std::vector<mapping::VectorOperator> all;
  for (const auto& [op, name] : config::EnumNames<mapping::VectorOperator>::names()) all.push_back(op);
  return all;
}

}  // namespace

const config::Schema<VectorUnitConfig>& VectorUnitConfig::schema() {
  static const auto schema =
      config::Schema<VectorUnitConfig>("vector_unit", "Lanes for everything between two matrix products.")
          .optional("lanes", &VectorUnitConfig::lanes, "Elements processed per cycle.", config::between(1, 1024))
          .optional("pipeline_depth", &VectorUnitConfig::pipeline_depth,
                    "Cycles from the first operand in to the first result out.", config::between(1, 64))
          .optional("operators", &VectorUnitConfig::operators, "Operators that it can run; all when left out.")
          .check([](const VectorUnitConfig&, const config::Node& node, config::Diagnostics& d) {
            const config::Node* listed = node.find("operators");
            if (listed && listed->items().empty()) {
              d.error(*listed, "expected at least one operator; leave the key out to have them all");
            }
            std::set<std::string> seen;
            for (const config::Node& item : listed ? listed->items() : std::vector<config::Node>()) {
              if (seen.insert(item.value()).second) continue;
              d.error(item, "operator \"" + item.value() + "\" is listed twice");
            }
          });
  return schema;
}

std::vector<power::EventDeclaration> VectorUnit::events(const VectorUnitConfig& config) {
  return {{"lane_operation",
           "vector.lane_operation",
           power::Cause::kSwitching,
           "One operation of one lane on one element.",
           {},
           power::EventRole::kNone,
           config.lanes}};
}

VectorUnit::VectorUnit(sc_core::sc_module_name name, const VectorUnitConfig& config, kernel::Environment& environment,
                       SramBuffer& output)
    : TimedUnit(name, environment, {"vector_unit", "", inventory(config), events(config)}, mapping::Engine::kVector),
      geometry_{config.lanes, config.pipeline_depth},
      operators_(config.operators.empty() ? all_operators() : config.operators),
      output_(output) {}

void VectorUnit::start(std::int32_t command, const mapping::Command& what, int task) {
  const auto& work = std::get<mapping::Vector>(what.what).work;
  const mapping::VectorActivity a = environment().fidelity() == kernel::Fidelity::kCycle
                                        ? mapping::vector_reference(geometry_, work)
                                        : mapping::vector_timing(geometry_, work);
  const Cycles streaming(ceil_div(a.bytes_read + a.bytes_written, output_.bytes_per_cycle()));
  const Picoseconds begin = std::max(ready_at(), output_.open());
  const std::int64_t end = occupy(command, begin, std::max(a.cycles, streaming));
  spread(kLaneOperation, a.lane_operations, begin, end, task);
  output_.read(a.bytes_read, begin, end, task);
  output_.write(a.bytes_written, begin, end, task);
}

}  // namespace subvolt::hw
