#include "sim/soc/sram_macros.h"

#include "sim/kernel/component_registry.h"
#include "sim/power/technology/sram_access.h"

namespace subvolt::soc {

std::vector<power::SramMacro> sram_macros(const Structure& structure) {
  std::vector<power::SramMacro> all;
  for (const Instance& instance : structure.instances) {
    const kernel::ComponentKind* kind = kernel::find_component_kind(instance.kind);
    if (!kind || !kind->sram) continue;
    for (const kernel::SramBanks& banks : kind->sram(instance.name, instance.node)) {
      const std::int64_t cycles = banks.cycles ? banks.cycles->value() : power::pipelined_cycles(banks.capacity_B);
      all.push_back(
          {banks.component, banks.capacity_B, cycles, banks.key, banks.pipelined, banks.corrected, !banks.cycles});
    }
  }
  return all;
}

}  // namespace subvolt::soc
