#include "models/hw/array_styles/int8_array.h"

namespace subvolt::hw {
namespace {

// Areas of Horowitz, "Computing's energy problem", ISSCC 2014 (45 nm): int8 multiplier 282 um2, int32 adder
// 137 um2. NAND2 of the Nangate 45 nm open cell library: 0.798 um2.
constexpr std::int64_t kMultiplierGates = 353;  // 282 / 0.798
constexpr std::int64_t kAdderGates = 172;       // 137 / 0.798
constexpr std::int64_t kFlipFlopGates = 6;      // Nangate DFF_X1: 4.52 um2 / 0.798

}  // namespace

const config::Schema<ArrayGeometry>& ArrayGeometry::schema() {
  static const auto schema =
      config::Schema<ArrayGeometry>("int8_array", "Two-dimensional array of int8 multiply-accumulate units.")
          .required("rows", &ArrayGeometry::rows, "Rows of processing elements.", config::between(1, 1024))
          .required("columns", &ArrayGeometry::columns, "Columns of processing elements.", config::between(1, 1024))
          .optional("overlap_folds", &ArrayGeometry::overlap_folds,
                    "A second register set for the stationary operand hides loading or draining a fold.")
          .optional("scale_sim", &ArrayGeometry::scale_sim,
                    "The array whose cycles SCALE-Sim v3 counts: one register set whatever `overlap_folds` says, one "
                    "group at a time, a layer as one tile where the buffers allow it.");
  return schema;
}

std::vector<mapping::ArrayEvent> Int8Array::int8_events() {
  return {{{"mac_int8",
            "mac.int8",
            power::Cause::kSwitching,
            "One int8 multiplication and int32 accumulation.",
            {},
            power::EventRole::kMac},
           [](const mapping::TileActivity& a) { return a.macs; }},
          {{"register_byte",
            "pe.register_byte",
            power::Cause::kSwitching,
            "One byte latched in an operand or partial-sum register of a processing element.",
            {}},
           [](const mapping::TileActivity& a) { return a.register_writes; }},
          mapping::fill_event()};
}

mapping::ArrayPart int8_elements(const std::string& name, std::int64_t elements, std::int64_t bits) {
  power::Inventory inventory;
  inventory.flip_flops = elements * bits;
  inventory.logic_gates = elements * (kMultiplierGates + kAdderGates + bits * kFlipFlopGates);
  inventory.basis =
      "per PE: int8 multiplier 282 um2 and int32 adder 137 um2 at 45 nm (Horowitz, ISSCC 2014) over "
      "0.798 um2 per NAND2 (Nangate 45 nm), " +
      std::to_string(bits) + " operand and partial-sum flip-flops at 6 gates";
  return {name, inventory};
}

std::vector<mapping::ArrayPart> Int8Array::parts() const {
  // Input 8 bits, partial sum 32 bits, stationary operand 8 bits once or twice.
  return {int8_elements("int8 processing elements", geometry_.rows * geometry_.columns,
                        8 + 32 + 8 * (geometry_.second_set() ? 2 : 1))};
}

}  // namespace subvolt::hw
