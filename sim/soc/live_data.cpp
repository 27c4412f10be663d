#include "sim/soc/live_data.h"

#include <algorithm>

#include "sim/mapping/program/footprint.h"

namespace subvolt::soc {
namespace {

void tell(const mapping::AddressRange& span, const std::vector<MappedMemory>& memories) {
  for (const MappedMemory& m : memories) {
    const mapping::AddressRange region{m.region.base,
                                       m.region.base + static_cast<mapping::Address>(m.region.size.value())};
    if (!span.meets(region)) continue;
    const auto offset = [&](mapping::Address address) { return static_cast<std::int64_t>(address - region.begin); };
    m.memory->hold_data(Bytes(offset(std::max(span.begin, region.begin))),
                        Bytes(offset(std::min(span.end, region.end))));
  }
}

}  // namespace

void tell_live_data(const mapping::Program& program, const std::vector<MappedMemory>& memories) {
  for (const mapping::LayerProgram& layer : program.layers) {
    const mapping::Footprint footprint = mapping::footprint_of(layer);
    for (const mapping::AddressRange& span : footprint.reads) tell(span, memories);
    for (const mapping::AddressRange& span : footprint.writes) tell(span, memories);
  }
}

void check_kept(const std::string& name, const mapping::Memory& memory, const kernel::PowerDomain& domain,
                config::Diagnostics& diagnostics) {
  if (memory.non_volatile()) return;
  const auto& aims = domain.aims();
  const auto off =
      std::find_if(aims.begin(), aims.end(), [](const auto& aim) { return aim.state == power::PowerState::kOff; });
  if (off == aims.end()) return;
  const kernel::PowerDomainSettings& settings = domain.settings();
  diagnostics.error(settings.policy.keys, "memory " + name + " would lose its tensors: " + settings.policy.name +
                                              " may switch " + settings.name +
                                              " OFF when idle; let it go to RETENTION at most");
}

}  // namespace subvolt::soc
